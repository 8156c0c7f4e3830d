#!/usr/bin/env bash
# MySQL 9.7.4 (mysqld and mysqldump of Debian unstable).
#
# A JSON column keeps the types of SQL's values that a document is made from: JSON_OBJECT('amount', amount) has the DECIMAL,
# digit by digit, and a DATETIME compares as a time. mysqldump writes documents as text, and text has one kind of number
# with a point: loaded, the DECIMAL is a DOUBLE, so that an amount of more than 15 digits is another one, 1.10 is 1.1, and
# the time is a string, which is before every time. Both programs end with 0 and warn of nothing. (That doubles differ in
# their last digit after such a load is known: bug 112904, "not a bug"; these were no doubles.)
#
# Seen (before, and after a dump was loaded into another database):
#   amount: 123456789012345678.12, then 1.2345678901234568e17
#   types: DECIMAL DATETIME, then DOUBLE STRING
#   found by its amount: 1, then 0
#   found after the year 2025: 1, then 0
#   status 0, warnings: 0
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=${MYSQL_PROGRAMS:-/opt/mysql/unstable/bin}
server=$(command -v "${programs%bin}sbin/mysqld" || command -v "$programs/mysqld" || command -v mysqld || true)
[[ -n $server && $("$server" --no-defaults --version) == *" 9.7.4"* ]] || { echo "needs MySQL 9.7.4"; exit 77; }
client=$(command -v "$programs/mysql" || command -v mysql)
dumper=$(command -v "$programs/mysqldump" || command -v mysqldump)

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
chmod 755 "$work"
user=$(id --user --name)
if ((EUID == 0)); then user=nobody; fi
if ((EUID == 0)); then chown nobody "$work"; fi
clean_up() {
  ((running == 0)) || { kill $running 2>/dev/null || true; wait $running 2>/dev/null || true; }
  rm -rf "$work"
}
running=0
trap clean_up EXIT
"$server" --no-defaults --initialize-insecure --user="$user" --datadir="$work/data" >"$work/said" 2>&1
"$server" --no-defaults --user="$user" --datadir="$work/data" --socket="$work/socket" --secure-file-priv=NULL \
  --skip-networking --mysqlx=OFF --skip-log-bin >"$work/said" 2>&1 &
running=$!
sql() { "$client" --no-defaults --socket="$work/socket" --user=root --skip-column-names --batch --raw "$@"; }
until sql --execute "SELECT 1" >/dev/null 2>&1; do
  kill -0 $running 2>/dev/null || { cat "$work/said"; exit 1; }
  sleep 0.1
done

sql <<'END'
CREATE DATABASE made;
CREATE DATABASE loaded;
USE made;
CREATE TABLE payments (id INT PRIMARY KEY, doc JSON);
INSERT INTO payments VALUES (1, JSON_OBJECT('amount', CAST('123456789012345678.12' AS DECIMAL(20, 2)),
  'at', CAST('2026-05-06 07:08:09' AS DATETIME)));
END
status=0
"$dumper" --no-defaults --socket="$work/socket" --user=root --set-gtid-purged=OFF made >"$work/dump" || status=$?
sql loaded --show-warnings <"$work/dump" >"$work/said" || status=$?
warnings=$(grep --count --ignore-case warning "$work/said" || true)

# both EXPRESSION: its value where it was made, and where it was loaded.
both() { echo "$(sql made --execute "SELECT $1 FROM payments"), then $(sql loaded --execute "SELECT $1 FROM payments")"; }
seen=$(printf '%s\n' "amount: $(both "doc->'$.amount'")" \
  "types: $(both "CONCAT_WS(' ', JSON_TYPE(doc->'$.amount'), JSON_TYPE(doc->'$.at'))")" \
  "found by its amount: $(both "COUNT(IF(doc->'$.amount' = 123456789012345678.12, 1, NULL))")" \
  "found after the year 2025: $(both "COUNT(IF(doc->'$.at' > CAST('2026-01-01' AS DATETIME), 1, NULL))")" \
  "status $status, warnings: $warnings")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
