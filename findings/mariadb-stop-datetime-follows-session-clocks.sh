#!/usr/bin/env bash
# MariaDB 10.11.19 (mariadbd and mariadb-binlog of Debian 12).
#
# Going back to a time with the binary log: mariadb-binlog --stop-datetime ends at the first event whose time is not
# before that time, and an event's time is that of the session that made it, which "SET timestamp" moves. One session
# that had its clock a day ahead, as whatever loads a dump of binary logs has, hides everything that all other sessions
# committed after it; also --start-datetime begins there. The event of a transaction's GTID has that time, too, although
# the server writes it as it commits: in a MariaDB log nothing tells when a transaction was committed. The program says
# nothing and ends with 0.
#
# Seen (rows before, by the session with a clock of its own, and after; then what is read up to an hour from now):
#   committed: before ahead after
#   read: before
#   status 0
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
  --skip-networking --log-bin="$work/data/log" --server-id=1 --binlog-format=ROW 2>/dev/null &
server_pid=$!
sql() { mariadb --no-defaults --socket="$work/socket" --user=root --skip-column-names --batch "$@"; }
until sql --execute "SELECT 1" >/dev/null 2>&1; do sleep 0.1; done

sql --execute "CREATE DATABASE d; CREATE TABLE d.t (a INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(20)); FLUSH BINARY LOGS"
sql --execute "INSERT INTO d.t (who) VALUES ('before')"
sql --execute "SET timestamp = UNIX_TIMESTAMP() + 86400; INSERT INTO d.t (who) VALUES ('ahead')"
sql --execute "INSERT INTO d.t (who) VALUES ('after')"
committed=$(sql --execute "SELECT who FROM d.t ORDER BY a" | paste --serial --delimiters=' ')

status=0
mariadb-binlog --no-defaults --verbose --stop-datetime="$(date --date='+1 hour' '+%F %T')" "$work/data/log.000002" \
  >"$work/read" || status=$?
read=$(sed -n "s/^###   @2='\(.*\)'.*/\1/p" "$work/read" | paste --serial --delimiters=' ')

seen=$(printf '%s\n' "committed: $committed" "read: $read" "status $status")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
