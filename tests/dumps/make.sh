#!/usr/bin/env bash
# make.sh PROGRAMS NAME: makes the dumps postgresql/NAME-* anew, with the pg_dump and pg_dumpall of the folder PROGRAMS:
# of the server that PGHOST, PGPORT and PGUSER name, which is new and empty, or of one that it starts, of the same
# folder; then run as a user that may start PostgreSQL. What each is to come to, its .expected file says.
set -euo pipefail

programs=$1 name=$2
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if [[ -z ${PGHOST:-} ]]; then
  work=$(mktemp --directory)
  trap '"$programs/pg_ctl" --pgdata "$work/data" --mode immediate stop >/dev/null 2>&1; rm -rf "$work"' EXIT
  "$programs/initdb" --pgdata "$work/data" --auth trust --username postgres --encoding UTF8 --locale C.UTF-8 >/dev/null
  "$programs/pg_ctl" --pgdata "$work/data" --options "-k $work -c listen_addresses= -c wal_level=logical" --wait \
    start >/dev/null
  export PGHOST=$work PGUSER=postgres
fi
"$programs/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$here/origin.sql" postgres >/dev/null

# dump FILE PROGRAM ARGUMENT...
dump() {
  "$programs/$2" "${@:3}" >"$here/postgresql/$name-$1"
}
dump plain.sql pg_dump shop
dump create.sql pg_dump --create shop
dump clean.sql pg_dump --clean shop
dump create-clean.sql pg_dump --create --clean --if-exists shop
dump inserts.sql pg_dump --inserts --rows-per-insert=3 shop
dump one-table.sql pg_dump --table app.t shop
dump authorization.sql pg_dump --use-set-session-authorization shop
dump schema.sql pg_dump --schema-only shop
dump custom.dump pg_dump --format custom shop
dump tar.dump pg_dump --format tar shop
dump all.sql pg_dumpall
dump all-clean.sql pg_dumpall --clean
