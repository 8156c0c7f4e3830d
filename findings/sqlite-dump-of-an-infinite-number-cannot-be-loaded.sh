#!/usr/bin/env bash
# SQLite 3.53.4 (sqlite3 of Debian unstable); 3.40.1 (Debian 12) does it right.
#
# A REAL may be infinite, in a STRICT table, too; one literal that makes it is 9e999. sqlite3's .dump writes such a number
# as Inf, and SQL takes that for a column. The dump ends with 0. Whoever loads it as the manual says, into sqlite3's
# standard input, gets everything but these rows, and committed: the error stands between the lines that scroll by, and
# the end is 1. With -bail nothing is loaded at all. .mode json writes the same Inf, which is no JSON, not for SQLite
# either. The function quote(), .recover and .clone of the same program keep the number.
#
# Seen (a table of four rows, of which one is infinite and one negatively so, and a table behind it):
#   dumped as: Inf -Inf, status 0
#   loaded: Parse error near line 5: no such column: Inf, status 1
#   rows: 4, then 2
#   rows of the table behind it: 1, then 1
#   what .mode json writes is JSON: 0
#   quote(): 9.0e+999 -9.0e+999
#   rows after .recover: 4
#   dumped by 3.40.1: 1e999 -1e999
#
# Needs root. Takes sqlite3 from the folder PROGRAMS, or unpacks it from Debian unstable.
# Exits with 1 if it is otherwise, and with 77 without these versions.
set -euo pipefail

((EUID == 0)) || { echo "needs root"; exit 77; }
[[ $(sqlite3 -version 2>/dev/null || true) == "3.40.1 "* ]] || { echo "needs SQLite 3.40.1 beside the new one"; exit 77; }
here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
programs=${PROGRAMS:-$work/programs/usr/bin}
if [[ -z ${PROGRAMS:-} ]]; then
  "${here%/*}/../scripts/unpack-aside.sh" sid "$work/programs" sqlite3 >/dev/null || { echo "cannot unpack sqlite3"; exit 77; }
fi
[[ $("$programs/sqlite3" -version) == "3.53.4 "* ]] || { echo "needs SQLite 3.53.4"; exit 77; }
cd "$work"
sqlite() { "$programs/sqlite3" -init /dev/null -batch "$@"; }

sqlite made <<'END'
CREATE TABLE limits (id INTEGER PRIMARY KEY, most REAL) STRICT;
INSERT INTO limits VALUES (1, 1.5), (2, 9e999), (3, -9e999), (4, 2.5);
CREATE TABLE behind (a);
INSERT INTO behind VALUES ('here');
END
# numbers: the second and the third row's, as a dump has them.
numbers() { sed --quiet 's/^INSERT INTO limits VALUES([23],\(.*\));$/\1/p' | paste --serial --delimiters=' '; }
dumped=0 loaded=0
sqlite made .dump >dump || dumped=$?
sqlite copy <dump 2>errors || loaded=$?
sqlite made .recover | sqlite recovered >/dev/null
sqlite made ".mode json" "SELECT most FROM limits WHERE id = 2" >json

rows() { sqlite "$1" "SELECT count(*) FROM $2"; }
seen=$(printf '%s\n' "dumped as: $(numbers <dump), status $dumped" "loaded: $(head --lines=1 errors), status $loaded" \
  "rows: $(rows made limits), then $(rows copy limits)" \
  "rows of the table behind it: $(rows made behind), then $(rows copy behind)" \
  "what .mode json writes is JSON: $(sqlite :memory: "SELECT json_valid('$(<json)')")" \
  "quote(): $(sqlite made "SELECT quote(most) FROM limits WHERE abs(most) > 9" | paste --serial --delimiters=' ')" \
  "rows after .recover: $(rows recovered limits)" "dumped by 3.40.1: $(sqlite3 -init /dev/null -batch made .dump | numbers)")
echo "$seen"
expected=$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")
[[ $seen == "$expected" ]] || { echo "It is otherwise now."; exit 1; }
