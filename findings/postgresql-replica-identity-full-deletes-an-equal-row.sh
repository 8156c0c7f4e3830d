#!/usr/bin/env bash
# PostgreSQL 15.18 (server, psql and the extension citext of Debian 12); 18.6 does the same.
#
# Logical replication finds the row to delete or update, where a table has no key, by the whole of the old row (REPLICA
# IDENTITY FULL, "the entire row becomes the key"). The subscriber takes the first row whose columns are equal by the = of
# their types, and that is not the same as the same: '30 days' = '1 mon', '1 day' = '24:00:00', 1.00 = 1.0, -0 = 0, and in
# citext 'ANN' = 'Ann'. If both are there, the subscriber deletes the other one. From then on it has different data,
# without an error, a conflict or a line in the log, and with no wrong number of rows that a comparison of counts would find.
#
# Seen (rows left where one of two equal rows was deleted or updated, found there as text; on the publisher, then on the
# subscriber):
#   plans: ann 1 mon, then ann 30 days
#   next payment after 2026-01-31: 2026-02-28, then 2026-03-02
#   shifts: bob 24:00:00 eve 1 day, then bob 1 day eve 1 day
#   names: Ann, then ANN
#   prices: 1.0, then 1.00
#   settings: {"rate": 1.0}, then {"rate": 1.00}
#   rows: 6, then 6
#   errors of the subscriber: 0
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=/usr/lib/postgresql/15/bin
[[ -x $programs/postgres && $("$programs/postgres" --version) == *" 15.18 "* ]] || { echo "needs PostgreSQL 15.18"; exit 77; }
[[ -e /usr/share/postgresql/15/extension/citext.control ]] || { echo "needs the extension citext"; exit 77; }

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
"${as_owner[@]}" "$programs/pg_ctl" --pgdata "$work/data" --options "-k $work -c listen_addresses= -c wal_level=logical" \
  --log "$work/log" --wait start >/dev/null
sql() { "$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --host "$work" --username postgres "$@" 2>&1 || true; }

sql --dbname postgres --command "CREATE DATABASE publisher" --command "CREATE DATABASE subscriber"
for database in publisher subscriber; do
  sql --dbname $database <<'END'
CREATE EXTENSION citext;
CREATE TABLE plans (who text, every interval);
CREATE TABLE shifts (who text, length interval);
CREATE TABLE names (name citext);
CREATE TABLE prices (price numeric);
CREATE TABLE settings (setting jsonb);
END
done
sql --dbname publisher >/dev/null <<'END'
SELECT format('ALTER TABLE %I REPLICA IDENTITY FULL', tablename) FROM pg_tables WHERE schemaname = 'public' \gexec
INSERT INTO plans VALUES ('ann', '1 mon'), ('ann', '30 days');
INSERT INTO shifts VALUES ('bob', '24:00:00'), ('bob', '1 day');
INSERT INTO names VALUES ('Ann'), ('ANN');
INSERT INTO prices VALUES (1.0), (1.00);
INSERT INTO settings VALUES ('{"rate": 1.0}'), ('{"rate": 1.00}');
CREATE PUBLICATION everything FOR ALL TABLES;
SELECT pg_create_logical_replication_slot('slot', 'pgoutput');
END
sql --dbname subscriber --command "CREATE SUBSCRIPTION everything CONNECTION 'host=$work dbname=publisher user=postgres'
  PUBLICATION everything WITH (create_slot = false, slot_name = slot)"
# wait_for QUERY DATABASE: until it says t.
wait_for() {
  local tries
  for ((tries = 0; tries < 300; ++tries)); do
    [[ $(sql --dbname "$2" --command "$1") != t ]] || return 0
    sleep 0.1
  done
  echo "waited in vain: $1"
  exit 1
}
wait_for "SELECT count(*) = 5 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel" subscriber
sql --dbname publisher <<'END'
DELETE FROM plans WHERE every::text = '30 days';
UPDATE shifts SET who = 'eve' WHERE length::text = '1 day';
DELETE FROM names WHERE name::text = 'ANN';
DELETE FROM prices WHERE price::text = '1.00';
DELETE FROM settings WHERE setting::text = '{"rate": 1.00}';
END
end=$(sql --dbname publisher --command "SELECT pg_current_wal_lsn()")
wait_for "SELECT replay_lsn >= '$end' FROM pg_stat_replication" publisher

# both NAME QUERY: what it answers on the publisher, and on the subscriber.
both() {
  local database answers=()
  for database in publisher subscriber; do
    answers+=("$(sql --dbname $database --command "$2" | paste --serial --delimiters=' ')")
  done
  echo "$1: ${answers[0]}, then ${answers[1]}"
}
seen=$(both plans "SELECT who || ' ' || every FROM plans"
  both "next payment after 2026-01-31" "SELECT (date '2026-01-31' + every)::date FROM plans"
  both shifts "SELECT who || ' ' || length FROM shifts ORDER BY who, length::text DESC"
  both names "SELECT name FROM names"
  both prices "SELECT price FROM prices"
  both settings "SELECT setting FROM settings"
  both rows "SELECT (SELECT count(*) FROM plans) + (SELECT count(*) FROM shifts) + (SELECT count(*) FROM names)
    + (SELECT count(*) FROM prices) + (SELECT count(*) FROM settings)"
  echo "errors of the subscriber: $(sql --dbname subscriber --command "SELECT apply_error_count + sync_error_count
    FROM pg_stat_subscription_stats")")
echo "$seen"
expected=$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")
[[ $seen == "$expected" ]] || { echo "It is otherwise now."; exit 1; }
