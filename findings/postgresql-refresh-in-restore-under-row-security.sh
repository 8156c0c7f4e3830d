#!/usr/bin/env bash
# PostgreSQL 15.18 (server, pg_dump, psql of Debian 12).
#
# A dump by a superuser, loaded by a superuser into a server with the same roles, ends at REFRESH MATERIALIZED VIEW,
# although the owner of the view may refresh it any time where the dump was made: the view reads a table with row-level
# security of which a policy lets its owner see every row. pg_dump writes "SET row_security = off" into every dump, so
# that nothing is left out in silence; REFRESH is done in the name of the view's owner, whom that setting forbids to
# read what a policy would look at, whatever the policy says. Loaded with psql --set ON_ERROR_STOP=1, all that comes
# after it in the dump is missing; without, the view is there and cannot be read. With --no-owner it loads.
#
# Seen:
#   refreshed where it was made: 3 rows
#   loaded: ERROR:  query would be affected by row-level security policy for table "orders"
#   the view there: ERROR:  materialized view "totals" has not been populated
#   refreshed after the load, by the same owner: 3 rows
#   loaded with --no-owner: 0 errors
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
"${as_owner[@]}" "$programs/initdb" --pgdata "$work/data" --auth trust --username postgres --locale C.UTF-8 >/dev/null
"${as_owner[@]}" "$programs/pg_ctl" --pgdata "$work/data" --options "-k $work -c listen_addresses=" --wait start >/dev/null
sql() { "$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --host "$work" --username postgres "$@" 2>&1 || true; }

sql --dbname postgres >/dev/null <<'END'
CREATE ROLE reporter;
CREATE DATABASE made;
\connect made
CREATE TABLE orders AS SELECT generate_series(1, 3) AS id;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON orders TO reporter;
CREATE POLICY every_row ON orders FOR SELECT TO reporter USING (true);
CREATE MATERIALIZED VIEW totals AS SELECT * FROM orders;
ALTER MATERIALIZED VIEW totals OWNER TO reporter;
CREATE DATABASE loaded;
CREATE DATABASE owned;
END
sql --dbname made --command "SET ROLE reporter" --command "REFRESH MATERIALIZED VIEW totals" >/dev/null
made="refreshed where it was made: $(sql --dbname made --command "SELECT count(*) FROM totals") rows"

"$programs/pg_dump" --host "$work" --username postgres --file "$work/dump.sql" made
loaded="loaded: $(sql --dbname loaded --file "$work/dump.sql" | grep --only-matching 'ERROR: .*' | head -n 1)"
view="the view there: $(sql --dbname loaded --command "SELECT count(*) FROM totals" | grep --only-matching 'ERROR: .*')"
without=$("$programs/pg_dump" --host "$work" --username postgres --no-owner made | sql --dbname owned --file - | grep --count 'ERROR' || true)
sql --dbname loaded --command "SET ROLE reporter" --command "REFRESH MATERIALIZED VIEW totals" >/dev/null
after="refreshed after the load, by the same owner: $(sql --dbname loaded --command "SELECT count(*) FROM totals") rows"

seen=$(printf '%s\n' "$made" "$loaded" "$view" "$after" "loaded with --no-owner: $without errors")
echo "$seen"
expected=$(sed -n '/^# Seen:/,/^#$/s/^#   //p' "$here")
[[ $seen == "$expected" ]] || { echo "It is otherwise now."; exit 1; }
