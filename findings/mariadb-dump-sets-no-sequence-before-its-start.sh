#!/usr/bin/env bash
# MariaDB 10.11.19 (mariadbd and mariadb-dump of Debian 12); 11.8.9 does the same.
#
# mariadb-dump writes a sequence as CREATE SEQUENCE with the START it once had, and then DO SETVAL with its next value.
# SETVAL, which was made for replicas, goes forward only: a value before START is ignored, by DO even without an answer. A
# sequence that ALTER SEQUENCE ... RESTART WITH took to a lower number, as the manual of SETVAL says to, comes back from its
# dump at START, where it has been before; the dump and its load end with 0 and warn of nothing. In the copy the next row
# gets a number that is taken, while where the dump was made all goes on.
#
# Seen (START WITH 1000, two rows; RESTART WITH 1, two rows; dumped, dropped and loaded):
#   what the dump sets: DO SETVAL(`number`, 3, 0);
#   next where it was made: 3
#   next where it was loaded: 1000
#   warnings of that SETVAL: 0
#   a row there: Duplicate entry '1000'
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

sql --execute "CREATE DATABASE d"
sql d <<'END'
CREATE SEQUENCE number START WITH 1000 MINVALUE 1 NOCACHE;
CREATE TABLE t (id BIGINT PRIMARY KEY, v INT);
INSERT INTO t VALUES (NEXTVAL(number), 1), (NEXTVAL(number), 2);
ALTER SEQUENCE number RESTART WITH 1;
INSERT INTO t VALUES (NEXTVAL(number), 3), (NEXTVAL(number), 4);
END
next() { sql d --execute "SELECT next_not_cached_value FROM number"; }
made=$(next)
mariadb-dump --no-defaults --socket="$work/socket" --user=root --databases d >"$work/dump"
sql --execute "DROP DATABASE d"
sql <"$work/dump"
loaded=$(next)
sets=$(grep SETVAL "$work/dump")
warnings=$(sql d --execute "DO SETVAL(number, 3, 0); SELECT @@warning_count")
row=$(sql d --execute "INSERT INTO t VALUES (NEXTVAL(number), 5)" 2>&1 | grep --only-matching "Duplicate entry '[0-9]*'" || true)

seen=$(printf '%s\n' "what the dump sets: $sets" "next where it was made: $made" \
  "next where it was loaded: $loaded" "warnings of that SETVAL: $warnings" "a row there: $row")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
