#!/usr/bin/env bash
# MariaDB 10.11.19 (mariadbd, mariadb-dump and mariadb of Debian 12); 11.8.9 does the same.
#
# What mariadb-dump writes with its default options cannot be loaded if a table with rows has a column DEFAULT NEXTVAL of a
# sequence, which is what sequences are for: the dump locks the table alone before it inserts (--add-locks), and INSERT
# wants the sequence locked, too, although the dump gives every value and needs no default. With --force the client goes on
# and ends with 0, and the table is empty. mariadb-dump --single-transaction writes the same locks. Without them (--skip-
# add-locks) it loads; but the default names its sequence by the database that it was dumped from, where all else of a dump
# without --databases goes into the database that the client is in: loaded into a second one on the same server, the
# table of the copy counts the sequence of the first, and its own stays where it was.
#
# Seen (two rows; the dump loaded in place of what was dumped, then one without locks loaded beside it):
#   loaded: Table 'number' was not locked with LOCK TABLES, status 1, 0 rows
#   with --force: status 0, 0 rows
#   without locks: status 0, 2 rows
#   next of the origin before a row of the copy: 3, after it: 4
#   next of the copy's own: 3
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
  if [[ -s $work/pid ]]; then
    kill "$(<"$work/pid")" 2>/dev/null || true
    while kill -0 "$server_pid" 2>/dev/null; do sleep 0.1; done
  fi
  rm -rf "$work"
}
server_pid=0
trap stop EXIT
mkdir "$work/data"
if ((EUID == 0)); then chown -R nobody "$work"; fi
mariadb-install-db --no-defaults --user="$user" --datadir="$work/data" --auth-root-authentication-method=normal \
  --skip-test-db >/dev/null 2>&1
"$server" --no-defaults --user="$user" --datadir="$work/data" --socket="$work/socket" --pid-file="$work/pid" \
  --skip-networking 2>/dev/null &
server_pid=$!
sql() { mariadb --no-defaults --socket="$work/socket" --user=root --skip-column-names --batch "$@"; }
until sql --execute "SELECT 1" >/dev/null 2>&1; do sleep 0.1; done

dump() { mariadb-dump --no-defaults --socket="$work/socket" --user=root "$@" >"$work/dump"; }
# load [OPTION]...: what the client says, its status, and how many rows are there.
load() {
  local status=0 said
  said=$(sql "$@" <"$work/dump" 2>&1 >/dev/null) || status=$?
  said=$(grep --only-matching "Table '.*" <<<"$said" || true)
  echo "${said:+$said, }status $status, $(sql origin --execute "SELECT COUNT(*) FROM t") rows"
}
make() {
  sql --execute "CREATE OR REPLACE DATABASE origin"
  sql origin <<'END'
CREATE SEQUENCE number NOCACHE;
CREATE TABLE t (id BIGINT PRIMARY KEY DEFAULT NEXTVAL(number), v INT);
INSERT INTO t (v) VALUES (1), (2);
END
}
next() { sql "$1" --execute "SELECT next_not_cached_value FROM number"; }

make
dump --databases origin
sql --execute "DROP DATABASE origin"
loaded=$(load)
sql --execute "DROP DATABASE origin"
forced=$(load --force | sed 's/.*status/status/')
make
dump --skip-add-locks --databases origin
sql --execute "DROP DATABASE origin"
without=$(load)

dump --skip-add-locks origin
sql --execute "CREATE DATABASE copy"
sql copy <"$work/dump"
before=$(next origin)
sql copy --execute "INSERT INTO t (v) VALUES (3)"

seen=$(printf '%s\n' "loaded: $loaded" "with --force: $forced" "without locks: $without" \
  "next of the origin before a row of the copy: $before, after it: $(next origin)" "next of the copy's own: $(next copy)")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
