#!/usr/bin/env bash
# MariaDB 10.11.19 (mariadbd and mariadb-binlog of Debian 12).
#
# With binlog_format = ROW, which is there so that a copy gets the values and not the way they came about, a column that
# is added with a DEFAULT that differs each time is logged as the statement: what plays the log makes values of its own.
# There is no warning, with ROW no more than with STATEMENT. Two servers that have played the same log, GTIDs and all,
# then differ in every row that was there before, and nothing tells so until somebody compares rows.
#
# Seen (a table of one row; ALTER TABLE ... ADD COLUMN u UUID DEFAULT UUID(); its log played into an empty database):
#   warnings: 0
#   rows logged: 0, statements logged: 1
#   the value that the log makes is the same: no
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

sql --execute "CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY); INSERT INTO d.t VALUES (1); FLUSH BINARY LOGS"
warnings=$(sql --execute "ALTER TABLE d.t ADD COLUMN u UUID DEFAULT UUID(); SELECT @@warning_count")
made=$(sql --execute "SELECT u FROM d.t")
mariadb-binlog --no-defaults --verbose "$work/data/log.000002" >"$work/read"
rows=$(grep --count '^### \(INSERT\|UPDATE\)' "$work/read" || true)
statements=$(grep --count --ignore-case '^ALTER TABLE d.t ADD COLUMN u' "$work/read" || true)
sql --execute "SET sql_log_bin = 0; ALTER TABLE d.t DROP COLUMN u"
sql <"$work/read"
played=$(sql --execute "SELECT u FROM d.t")
same=no
if [[ $made == "$played" ]]; then same=yes; fi

seen=$(printf '%s\n' "warnings: $warnings" "rows logged: $rows, statements logged: $statements" \
  "the value that the log makes is the same: $same")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
