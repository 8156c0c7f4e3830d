#!/usr/bin/env bash
# MySQL 9.7.4 (mysqld and mysqlbinlog of Debian unstable), with GTIDs.
#
# A table of the engine MEMORY is empty after a restart, and the server writes a TRUNCATE of it to the binary log when
# somebody touches it first: also by a SELECT, and also in a session that has switched the log off (sql_log_bin = 0). That
# TRUNCATE takes the server's own next GTID. A copy of the data directory keeps the server's UUID (auto.cnf): when the log
# that the origin wrote after the copy is carried out on the copy, to bring it to a later time, the origin's first
# transaction has the GTID that the read took, and is skipped. Nothing says so; mysqlbinlog and mysql end with 0.
#
# Seen (rows on the origin; what the copy's log has of a SELECT in a session without a log; rows on the copy after the
# origin's log; how the client ended):
#   origin: before first second
#   logged: TRUNCATE
#   copy: before second
#   status 0
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=${MYSQL_PROGRAMS:-/opt/mysql/unstable/bin}
server=$(command -v "${programs%bin}sbin/mysqld" || command -v "$programs/mysqld" || command -v mysqld || true)
[[ -n $server && $("$server" --no-defaults --version) == *" 9.7.4"* ]] || { echo "needs MySQL 9.7.4"; exit 77; }
client=$(command -v "$programs/mysql" || command -v mysql)
reader=$(command -v "$programs/mysqlbinlog" || command -v mysqlbinlog)

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
chmod 755 "$work"
user=$(id --user --name)
if ((EUID == 0)); then user=nobody; fi
if ((EUID == 0)); then chown nobody "$work"; fi
clean_up() {
  stop
  rm -rf "$work"
}
running=0
trap clean_up EXIT

# start FOLDER: a server on it.
start() {
  "$server" --no-defaults --user="$user" --datadir="$work/$1" --socket="$work/socket" --pid-file="$work/pid" \
    --secure-file-priv=NULL --skip-networking --mysqlx=OFF --server-id=1 --log-bin=log --gtid-mode=ON \
    --enforce-gtid-consistency=ON >"$work/said" 2>&1 &
  running=$!
  until sql --execute "SELECT 1" >/dev/null 2>&1; do
    kill -0 $running 2>/dev/null || { cat "$work/said"; exit 1; }
    sleep 0.1
  done
}
stop() {
  ((running == 0)) || { kill $running 2>/dev/null || true; wait $running 2>/dev/null || true; }
  running=0
}
sql() { "$client" --no-defaults --socket="$work/socket" --user=root --skip-column-names --batch "$@"; }
rows() { sql --execute "SELECT what FROM d.kept ORDER BY a" | paste --serial --delimiters=' '; }
newest_log() { sql --execute "SHOW BINARY LOG STATUS" | cut --fields=1; }

"$server" --no-defaults --initialize-insecure --user="$user" --datadir="$work/origin" >"$work/said" 2>&1
start origin
sql --execute "CREATE DATABASE d; CREATE TABLE d.kept (a INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20));
  CREATE TABLE d.fast (a INT) ENGINE = MEMORY; INSERT INTO d.fast VALUES (1); INSERT INTO d.kept (what) VALUES ('before')"
stop
cp --archive "$work/origin" "$work/copy"

start origin
log=$(newest_log)
sql --execute "INSERT INTO d.kept (what) VALUES ('first')"
sql --execute "INSERT INTO d.kept (what) VALUES ('second')"
on_origin=$(rows)
stop

start copy
sql --execute "SET sql_log_bin = 0; SELECT * FROM d.fast"
logged=$("$reader" --no-defaults "$work/copy/$(newest_log)" | grep --only-matching "^TRUNCATE" || true)
status=0
"$reader" --no-defaults "$work/origin/$log" | sql || status=$?
on_copy=$(rows)

seen=$(printf '%s\n' "origin: $on_origin" "logged: $logged" "copy: $on_copy" "status $status")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
