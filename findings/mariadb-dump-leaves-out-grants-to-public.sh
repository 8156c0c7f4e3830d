#!/usr/bin/env bash
# MariaDB 10.11.19 (mariadbd and mariadb-dump of Debian 12); 11.8.9 does the same.
#
# mariadb-dump --system=users dumps accounts "as portable SQL", says its help: CREATE USER, CREATE ROLE and GRANT. What is
# granted TO PUBLIC, which 10.11 has for what every account may do, is left out. A GRANT of a table is not there, a role
# granted TO PUBLIC is not, and neither the dump nor its load says so: both end with 0. In a copy made of all databases and
# of these accounts everybody may log in, and nobody may read what all could. What is granted to users and roles comes back.
#
# Seen (a table that PUBLIC may read, one by the way of a role of PUBLIC, and one that a user may; before, and in a
# new server that has loaded the dump of the database and that of the accounts):
#   may read, before: public by_role own
#   grants to PUBLIC in the dump: 0
#   the dump ended with 0, the load with 0
#   may read, after: own
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

server=$(command -v mariadbd || echo /usr/sbin/mariadbd)
[[ -x $server && $("$server" --version) == *"10.11.19-MariaDB"* ]] || { echo "needs MariaDB 10.11.19"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
chmod 755 "$work"
user=$(id --user --name)
if ((EUID == 0)); then user=nobody; fi
stop() {
  if ((running != 0)); then
    kill $running 2>/dev/null || true
    wait $running 2>/dev/null || true
  fi
  running=0
}
clean_up() {
  stop
  rm -rf "$work"
}
running=0
trap clean_up EXIT
if ((EUID == 0)); then chown -R nobody "$work"; fi
# start FOLDER: a new server.
start() {
  mariadb-install-db --no-defaults --user="$user" --datadir="$work/$1" --auth-root-authentication-method=normal \
    --skip-test-db >/dev/null 2>&1
  "$server" --no-defaults --user="$user" --datadir="$work/$1" --socket="$work/socket" --skip-networking 2>/dev/null &
  running=$!
  until sql --execute "SELECT 1" >/dev/null 2>&1; do
    kill -0 $running
    sleep 0.1
  done
}
as() {
  local name=$1
  shift
  mariadb --no-defaults --socket="$work/socket" --user="$name" --skip-column-names --batch "$@"
}
sql() { as root "$@"; }
may_read() {
  local table can=()
  for table in public by_role own; do
    if as reader --execute "SELECT 1 FROM d.$table" >/dev/null 2>&1; then can+=("$table"); fi
  done
  echo "${can[*]}"
}

start first
sql <<'END'
CREATE DATABASE d;
CREATE TABLE d.public (a INT);
CREATE TABLE d.by_role (a INT);
CREATE TABLE d.own (a INT);
CREATE USER reader;
CREATE ROLE readers;
GRANT SELECT ON d.own TO reader;
GRANT SELECT ON d.public TO PUBLIC;
GRANT SELECT ON d.by_role TO readers;
GRANT readers TO PUBLIC;
END
before=$(may_read)
dumped=0
mariadb-dump --no-defaults --socket="$work/socket" --user=root --databases d >"$work/dump" || dumped=$?
mariadb-dump --no-defaults --socket="$work/socket" --user=root --system=users --insert-ignore >"$work/users" || dumped=$?
grants=$(grep --count --ignore-case 'TO .*PUBLIC' "$work/users" || true)
stop

start second
loaded=0
cat "$work/dump" "$work/users" | sql >/dev/null || loaded=$?

seen=$(printf '%s\n' "may read, before: $before" "grants to PUBLIC in the dump: $grants" \
  "the dump ended with $dumped, the load with $loaded" "may read, after: $(may_read)")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
