#!/usr/bin/env bash
# MariaDB 10.11.19 (mariadbd, mariadb-dump and mariadb-import of Debian 12).
#
# A dump with --tab, a file of statements and one of rows for each table, is loaded with mariadb and mariadb-import. Both end
# with 0, and "Warnings: 0" stands behind every table; but two kinds of rows change. The row 0 of an AUTO_INCREMENT column
# gets the next free number, and what refers to it refers to nothing: for that, says the manual, a dump sets the mode
# NO_AUTO_VALUE_ON_ZERO; this one does, in the file of statements only, where no rows are, and mariadb-import does not. And
# the file of statements has the table's triggers, which other dumps have after the rows: they fire for every row that is
# loaded. mariadb-import --dir of 11.8.9 makes triggers last, but changes the row 0 all the same.
#
# Seen (numbers of the parents, children whose parent is not there, and an amount that a trigger doubles; as dumped, and as
# loaded):
#   parents: 0 7, then 7 8
#   lost children: 0, then 1
#   amount: 5, then 10
#   status of the loads: 0, warnings: 0
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

sql --execute "CREATE DATABASE made; CREATE DATABASE loaded"
sql made <<'END'
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE parents (id INT AUTO_INCREMENT PRIMARY KEY);
INSERT INTO parents VALUES (0), (7);
CREATE TABLE children (id INT PRIMARY KEY, parent INT);
INSERT INTO children VALUES (1, 0), (2, 7);
CREATE TABLE amounts (id INT PRIMARY KEY, amount INT);
INSERT INTO amounts VALUES (1, 5);
CREATE TRIGGER doubled BEFORE INSERT ON amounts FOR EACH ROW SET NEW.amount = NEW.amount * 2;
END
mkdir "$work/tab"
if ((EUID == 0)); then chown nobody "$work/tab"; fi
mariadb-dump --no-defaults --socket="$work/socket" --user=root --tab="$work/tab" made
status=0
: >"$work/said"
for table in parents children amounts; do
  sql loaded <"$work/tab/$table.sql" || status=$?
  mariadb-import --no-defaults --socket="$work/socket" --user=root loaded "$work/tab/$table.txt" >>"$work/said" || status=$?
done
warnings=$(sed 's/.*Warnings: //' "$work/said" | sort --unique)

# both QUERY: what it answers where it was made, and where it was loaded.
both() { echo "$(sql made --execute "$1"), then $(sql loaded --execute "$1")"; }
seen=$(printf '%s\n' "parents: $(both "SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR ' ') FROM parents")" \
  "lost children: $(both "SELECT COUNT(*) FROM children WHERE parent NOT IN (SELECT id FROM parents)")" \
  "amount: $(both "SELECT amount FROM amounts")" "status of the loads: $status, warnings: $warnings")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
