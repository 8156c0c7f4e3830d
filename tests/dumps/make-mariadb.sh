#!/usr/bin/env bash
# make-mariadb.sh PROGRAMS NAME [SERVER]: makes the dumps mariadb/NAME-* anew with the dump program of PROGRAMS, MariaDB's or
# MySQL's, of a new server of SERVER, or of PROGRAMS too: folders of programs, separated by colons. Of another's server those of the
# usual forms only. What each is to come to, its .expected file says, or the one without NAME.
set -euo pipefail

programs=$1 name=$2 server=${3:-$1}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# find FOLDERS PROGRAM...: the path of the first that is there.
find_program() {
  local folder program folders
  IFS=: read -r -a folders <<<"$1"
  for program in "${@:2}"; do
    for folder in "${folders[@]}"; do
      if [[ -x $folder/$program ]]; then echo "$folder/$program"; return; fi
    done
  done
}
dumper=$(find_program "$programs" mariadb-dump mysqldump)
client=$(find_program "$server:$programs" mariadb mysql)
daemon=$(find_program "$server" mariadbd mysqld)
prefix=$(dirname "$(dirname "$(realpath "$daemon")")")

work=$(mktemp --directory)
chmod 755 "$work"
as_user=()  # a server does not run as root
if ((EUID == 0)); then
  chown nobody "$work"
  as_user=(runuser --user nobody --)
fi
process=
finish() {
  if [[ -n $process ]]; then kill "$process" && wait "$process"; fi
  rm -rf "$work"
}
trap 'finish 2>/dev/null' EXIT
cd "$work"
options=(--no-defaults "--basedir=$prefix" "--datadir=$work/data")
if [[ $daemon == */mysqld ]]; then
  "${as_user[@]}" "$daemon" "${options[@]}" --initialize-insecure 2>/dev/null
else
  options+=("--lc-messages-dir=$prefix/share/mysql")
  mkdir data
  if ((EUID == 0)); then chown nobody data; fi
  "${as_user[@]}" "$(find_program "$server" mariadb-install-db)" "${options[@]}" --skip-test-db \
    --auth-root-authentication-method=normal >/dev/null 2>&1
fi
"${as_user[@]}" "$daemon" "${options[@]}" "--socket=$work/s" --skip-networking --log-bin=binlog --server-id=1 \
  --secure-file-priv= --loose-mysqlx=OFF "--pid-file=$work/pid" >"$work/said" 2>&1 &
process=$!
login=(--no-defaults "--socket=$work/s" --user=root --loose-skip-ssl)
for ((try = 0; try < 300; ++try)); do
  if "$client" "${login[@]}" --execute "SELECT 1" >/dev/null 2>&1; then break; fi
  sleep 0.1
done
"$client" "${login[@]}" --default-character-set=utf8mb4 <"$here/origin/mariadb.sql"

to="$here/mariadb/$name"
mkdir -p "$here/mariadb"
# dump FILE ARGUMENT...
dump() {
  "$dumper" "${login[@]}" "${@:2}" >"$to-$1"
}
everything=(--routines --events --triggers)
dump plain.sql "${everything[@]}" shop
dump databases.sql "${everything[@]}" --databases shop
# All of another's server is nothing that can be loaded: its own tables are of another form.
if [[ -n ${3:-} && $name == mariadb-*-of-mysql-* ]]; then exit; fi
no_help=()  # for every statement there is: megabytes
for table in topic category keyword relation; do no_help+=("--ignore-table=mysql.help_$table"); done
dump all.sql "${everything[@]}" "${no_help[@]}" --all-databases --flush-privileges
gzip --best --force --no-name "$to-all.sql"
if [[ -n ${3:-} ]]; then exit; fi
position=--master-data=2
if [[ $dumper == */mysqldump ]]; then position=--source-data=2; fi
dump replica.sql "${everything[@]}" --single-transaction "$position" --databases shop crm
dump inserts.sql "${everything[@]}" --skip-extended-insert --complete-insert --hex-blob --order-by-primary shop
dump replace.sql "${everything[@]}" --replace --add-drop-database --add-drop-trigger --databases shop
dump schema.sql "${everything[@]}" --no-data shop
dump one-table.sql shop orders
dump latin1.sql "${everything[@]}" --default-character-set=latin1 --databases shop
dump compact.sql "${everything[@]}" --compact --no-create-db --skip-opt --create-options shop
dump page.xml --xml shop
# What one product shows for both.
if [[ $dumper != */mysqldump ]]; then
  for program in gzip bzip2 xz lz4 zstd; do
    "$program" --stdout "$to-databases.sql" >"$to-databases.sql.$program"
  done
  "$dumper" "${login[@]}" "${everything[@]}" --hex-blob --databases shop | iconv --to-code UTF-16 >"$to-databases.sql.utf16"
fi
mkdir "$work/tab"
chmod 777 "$work/tab"
"$dumper" "${login[@]}" --tab="$work/tab" shop >/dev/null
rm -rf "$to-tab"
cp --recursive --no-preserve=mode "$work/tab" "$to-tab"
if command -v mydumper >/dev/null; then
  rm -rf "$to-mydumper" "$to-mydumper-packed"
  login=(--socket "$work/s" --user root --database shop --triggers --events --routines --verbose 1)
  mydumper "${login[@]}" --outputdir "$to-mydumper"
  mydumper "${login[@]}" --rows 1 --compress --outputdir "$to-mydumper-packed"
fi
