#!/usr/bin/env bash
# DuckDB 1.5.6 (npm's @duckdb/node-api 1.5.6-r.1).
#
# EXPORT DATABASE writes a database into a folder and IMPORT DATABASE reads it again, in the format of one's choice. With
# FORMAT json both end without an error or a warning, and what is read is other data: a byte of a BLOB that has to be
# escaped comes back as the four letters of its escape, also in lists and structs, because the file has a BLOB's text and
# the reader takes that for its bytes. A DECIMAL goes by way of a DOUBLE, so that an amount of more than 15 digits is
# another one, while a HUGEINT beside it keeps its 39. In a column of JSON, 1.10 is 1.1 afterwards, and JSON's own null is
# no value at all. The reader need not guess: schema.sql beside the data has every column's type, and it made the tables
# from it. Parquet keeps all of this, and CSV does. (That CSV loses empty strings is known, issue 25501.)
#
# Seen (before, and after export and import):
#   json, bytes of a BLOB: aa00ff, then 5c7841415c7830305c784646
#   json, length of a BLOB in a list: 1, then 4
#   json, amount: 123456789012345678.12, then 123456789012345671.68
#   json, a large integer: 170141183460469231731687303715884105727, then 170141183460469231731687303715884105727
#   json, a document: {"a": 1.10}, then {"a":1.1}
#   json, rows whose document is null in JSON: 1, then 0
#   parquet: the same
#   csv: the same
#
# Fetches the package from npm. Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

package=@duckdb/node-api@1.5.6-r.1
for program in node npm; do command -v $program >/dev/null || { echo "needs $program"; exit 77; }; done
here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" "$package" >/dev/null || { echo "cannot install $package"; exit 77; }

cat >round.mjs <<'END'
import { DuckDBInstance } from '@duckdb/node-api';

const open = async () => (await DuckDBInstance.create(':memory:')).connect();
const questions = {
  'bytes of a BLOB': "SELECT lower(hex(bytes)) FROM kept",
  'length of a BLOB in a list': "SELECT octet_length(listed[1])::VARCHAR FROM kept",
  'amount': "SELECT amount::VARCHAR FROM kept",
  'a large integer': "SELECT large::VARCHAR FROM kept",
  'a document': "SELECT document::VARCHAR FROM kept",
  'rows whose document is null in JSON': "SELECT count(*)::VARCHAR FROM kept WHERE json_type(nothing) = 'NULL'",
};
const made = await open();
await made.run(`CREATE TABLE kept (bytes BLOB, listed BLOB[], amount DECIMAL(20, 2), large HUGEINT, document JSON,
  nothing JSON)`);
await made.run(`INSERT INTO kept VALUES ('\\xAA\\x00\\xFF'::BLOB, ['\\xAA'::BLOB], 123456789012345678.12,
  170141183460469231731687303715884105727, '{"a": 1.10}', 'null')`);
for (const format of ['json', 'parquet', 'csv']) {
  await made.run(`EXPORT DATABASE '${format}' (FORMAT ${format})`);
  const read = await open();
  await read.run(`IMPORT DATABASE '${format}'`);
  let same = true;
  const lines = [];
  for (const [what, query] of Object.entries(questions)) {
    const before = (await made.runAndReadAll(query)).getRows()[0][0];
    const after = (await read.runAndReadAll(query)).getRows()[0][0];
    same &&= before === after;
    lines.push(`${format}, ${what}: ${before}, then ${after}`);
  }
  console.log(same ? `${format}: the same` : lines.join('\n'));
}
END
seen=$(node round.mjs)
echo "$seen"
expected=$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")
[[ $seen == "$expected" ]] || { echo "It is otherwise now."; exit 1; }
