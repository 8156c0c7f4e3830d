#!/usr/bin/env bash
# make-postgresql.sh PROGRAMS NAME [SERVER [usual]]: makes the dumps postgresql/NAME-* anew with the pg_dump and pg_dumpall
# of the folder PROGRAMS, of a new server whose programs are in the folder SERVER, or in PROGRAMS too; `usual`: of the usual
# forms only. What each is to come to, its .expected file says, or the one without NAME.
set -euo pipefail

programs=$1 name=$2 server=${3:-$1} forms=${4:-all}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work=$(mktemp --directory)
as_user=()  # a server does not run as root
if ((EUID == 0)); then
  chown nobody "$work"
  as_user=(runuser --user nobody --)
fi
trap '"${as_user[@]}" "$server/pg_ctl" --pgdata "$work/data" --mode immediate stop >/dev/null 2>&1; rm -rf "$work"' EXIT
cd "$work"
"${as_user[@]}" "$server/initdb" --pgdata "$work/data" --auth trust --username postgres --encoding UTF8 \
  --locale C.UTF-8 >/dev/null
"${as_user[@]}" "$server/pg_ctl" --pgdata "$work/data" --options "-k $work -c listen_addresses= -c wal_level=logical" \
  --log "$work/log" --wait start >/dev/null
export PGHOST=$work PGUSER=postgres
"$programs/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$here/origin/postgresql.sql" postgres >/dev/null

# dump FILE PROGRAM ARGUMENT...
dump() {
  "$programs/$2" "${@:3}" >"$here/postgresql/$name-$1"
}
dump plain.sql pg_dump shop
dump create-clean.sql pg_dump --create --clean --if-exists shop
dump custom.dump pg_dump --format custom shop
dump tar.dump pg_dump --format tar shop
dump all.sql pg_dumpall
if [[ $forms == usual ]]; then exit; fi
dump create.sql pg_dump --create shop
dump clean.sql pg_dump --clean shop
dump inserts.sql pg_dump --inserts --rows-per-insert=3 shop
dump one-table.sql pg_dump --table app.t shop
dump authorization.sql pg_dump --use-set-session-authorization shop
dump schema.sql pg_dump --schema-only shop
dump all-clean.sql pg_dumpall --clean
major=$("$server/postgres" --version | grep --only-matching '[0-9]\+' | head -n 1)
if ((major < 18)); then exit; fi

# What one version shows for all.
dump quoted.sql pg_dump --column-inserts --quote-all-identifiers --disable-triggers shop
dump statistics.sql pg_dump --statistics shop
dump lz4.dump pg_dump --format custom --compress lz4 shop
dump zstd.dump pg_dump --format custom --compress zstd:level=19 shop
dump plain.sql.zst pg_dump --compress zstd shop
for program in gzip bzip2 xz lz4; do
  "$program" --stdout "$here/postgresql/$name-plain.sql" >"$here/postgresql/$name-plain.sql.$program"
done
for compression in gzip lz4 zstd; do
  rm -rf "$here/postgresql/$name-$compression-folder"
  "$programs/pg_dump" --format directory --compress "$compression" --file "$here/postgresql/$name-$compression-folder" shop
done
# As a shell of Windows does it.
iconv --from-code UTF-8 --to-code UTF-16 "$here/postgresql/$name-all.sql" >"$here/postgresql/$name-all.sql.utf16"
dump in-latin1.sql pg_dump --encoding LATIN1 shop
