#!/usr/bin/env bash
# PostgreSQL 15.18 (server, pg_dump, pg_restore, psql of Debian 12); 18.6 does the same.
#
# pg_restore --data-only --disable-triggers loads rows into tables that are there and disables their triggers, says the
# manual, "temporarily". It does so with DISABLE TRIGGER ALL and, behind the rows, ENABLE TRIGGER ALL: from then on every
# trigger fires, also one that was off before, and one that was for replicas only; one that was to fire ALWAYS no longer
# does. What one cannot see: the triggers of a foreign key have such states, too (ENABLE ALWAYS has it checked on a
# subscriber), and those are not even in a whole dump, which keeps the states of all other triggers. Both loads end with 0
# and say nothing.
#
# Seen (as set, then after a whole dump was loaded, then after its rows were loaded once more with --disable-triggers):
#   a trigger that is off: off, then off, then on
#   a trigger for replicas: replica, then replica, then on
#   a trigger that fires always: always, then always, then on
#   a foreign key that is checked always: always, then on, then on
#   an amount of 5, inserted, which the trigger that is off would double: 5, then 5, then 10
#   a lost child from a session with the role of a replica: refused, then taken, then taken
#   status of the loads: 0 0
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=/usr/lib/postgresql/15/bin
[[ -x $programs/postgres && $("$programs/postgres" --version) == *" 15.18 "* ]] || { echo "needs PostgreSQL 15.18"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
as_owner=()
if ((EUID == 0)); then
  chown nobody "$work"
  as_owner=(setpriv --reuid nobody --clear-groups --)
fi
trap '"${as_owner[@]}" "$programs/pg_ctl" --pgdata "$work/data" --mode immediate stop >/dev/null 2>&1; rm -rf "$work"' EXIT
cd "$work"
"${as_owner[@]}" "$programs/initdb" --pgdata "$work/data" --auth trust --username postgres --locale C.UTF-8 --no-sync >/dev/null
"${as_owner[@]}" "$programs/pg_ctl" --pgdata "$work/data" --options "-k $work -c listen_addresses=" --wait start >/dev/null
sql() { "$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --host "$work" --username postgres "$@" 2>&1 || true; }
load() { "$programs/pg_restore" --host "$work" --username postgres --dbname loaded "$@" "$work/dump"; }

sql --dbname postgres >/dev/null <<'END'
CREATE DATABASE loaded;
CREATE DATABASE made;
\connect made
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE items (order_id int REFERENCES orders, amount int);
CREATE FUNCTION double() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.amount := NEW.amount * 2; RETURN NEW; END$$;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER kept_off BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION double();
CREATE TRIGGER for_replicas BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE TRIGGER for_all BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION nothing();
ALTER TABLE items DISABLE TRIGGER kept_off, ENABLE REPLICA TRIGGER for_replicas, ENABLE ALWAYS TRIGGER for_all;
SELECT format('ALTER TABLE items ENABLE ALWAYS TRIGGER %I', tgname) FROM pg_trigger
  WHERE tgrelid = 'items'::regclass AND tgisinternal \gexec
INSERT INTO orders VALUES (1);
END

# look DATABASE: puts a line a question into the file of that look.
look() {
  local state="SELECT DISTINCT CASE tgenabled WHEN 'D' THEN 'off' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'on' END
    FROM pg_trigger WHERE tgrelid = 'items'::regclass AND"
  local trigger lost
  for trigger in kept_off for_replicas for_all; do sql --dbname "$1" --command "$state tgname = '$trigger'"; done
  sql --dbname "$1" --command "$state tgisinternal"
  sql --dbname "$1" --command "INSERT INTO items VALUES (1, 5) RETURNING amount"
  lost=$(sql --dbname "$1" --command "SET session_replication_role = replica" --command "INSERT INTO items VALUES (9, 1)")
  if [[ $lost == *"violates foreign key"* ]]; then echo refused; else echo "taken$lost"; fi
}
"$programs/pg_dump" --host "$work" --username postgres --format custom --file "$work/dump" made
look made >"$work/first"
whole=0 rows=0
load || whole=$?
look loaded >"$work/second"
sql --dbname loaded --command "TRUNCATE orders, items"
load --data-only --disable-triggers || rows=$?
look loaded >"$work/third"

questions=("a trigger that is off" "a trigger for replicas" "a trigger that fires always" "a foreign key that is checked always"
  "an amount of 5, inserted, which the trigger that is off would double"
  "a lost child from a session with the role of a replica")
seen=$(paste --delimiters='|' <(printf '%s\n' "${questions[@]}") "$work/first" "$work/second" "$work/third" |
  sed 's/|/: /; s/|/, then /g'; echo "status of the loads: $whole $rows")
echo "$seen"
expected=$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")
[[ $seen == "$expected" ]] || { echo "It is otherwise now."; exit 1; }
