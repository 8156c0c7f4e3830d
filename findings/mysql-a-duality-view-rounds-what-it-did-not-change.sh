#!/usr/bin/env bash
# MySQL 9.7.4 (mysqld of Debian unstable).
#
# JSON duality views are written to in 9.7 by the community's server, too: a document that was read is changed and stored
# again, and the server makes of it the UPDATE of the tables below, "ensuring data consistency", with the document's etag to
# tell of others' changes. A DECIMAL is read with all its digits, as JSON's own DECIMAL; written, its number is parsed as a
# DOUBLE, and that is stored. So who changes a name in a document changes the amount beside it, if it has more digits than a
# DOUBLE: without an error or a warning, and with the etag in order. A BIGINT comes back as it was.
#
# Seen (a row, its document as it is read, the row after that document was stored with another name, and how it ended):
#   before: Ann 123456789012345678.12 9223372036854775807
#   read: 123456789012345678.12
#   after: Eve 123456789012345680.00 9223372036854775807
#   status 0, warnings: 0
#   the amount written without the view, as text: 123456789012345678.12
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=${MYSQL_PROGRAMS:-/opt/mysql/unstable/bin}
server=$(command -v "${programs%bin}sbin/mysqld" || command -v "$programs/mysqld" || command -v mysqld || true)
[[ -n $server && $("$server" --no-defaults --version) == *" 9.7.4"* ]] || { echo "needs MySQL 9.7.4"; exit 77; }
client=$(command -v "$programs/mysql" || command -v mysql)

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
CREATE DATABASE d;
USE d;
CREATE TABLE accounts (id INT PRIMARY KEY, owner VARCHAR(20), amount DECIMAL(20, 2), number BIGINT);
INSERT INTO accounts VALUES (1, 'Ann', 123456789012345678.12, 9223372036854775807);
CREATE JSON DUALITY VIEW documents AS SELECT JSON_DUALITY_OBJECT(WITH (INSERT, UPDATE, DELETE)
  '_id': id, 'owner': owner, 'amount': amount, 'number': number) FROM accounts;
END
row() { sql d --execute "SELECT CONCAT_WS(' ', owner, amount, number) FROM accounts"; }
before=$(row)
document=$(sql d --execute "SELECT data FROM documents")
status=0
sql d --execute "UPDATE documents SET data = '${document/Ann/Eve}'; SELECT @@warning_count" >"$work/said" || status=$?
after=$(row)
sql d --execute "UPDATE accounts SET amount = '$(grep --only-matching '[0-9]*\.[0-9]*' <<<"$document")'"

seen=$(printf '%s\n' "before: $before" "read: $(grep --only-matching '[0-9]*\.[0-9]*' <<<"$document")" "after: $after" \
  "status $status, warnings: $(<"$work/said")" \
  "the amount written without the view, as text: $(sql d --execute "SELECT amount FROM accounts")")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
