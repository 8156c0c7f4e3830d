#!/usr/bin/env bash
# Words that read as translated, in what users and developers read; each with what to write instead.
set -euo pipefail

status=0
# instead_of PATTERN WORDS
instead_of() {
  local found
  found=$(git grep -nPi "$1" -- ':!LICENSE' ':!tests/tidy/words.sh' ':!tests/dumps' ':!web/package-lock.json' \
    ':!src/catalog/sqlite/migrations/*.sql') || return 0
  printf 'Write %s:\n%s\n' "$2" "$found"
  status=1
}

instead_of '\bof (its|their) own accord\b' '"automatically"'
instead_of '\bshall\b' '"will", "must" or "is to"'
instead_of '\bin good order\b' '"cleanly"'
instead_of '\b(can|could|is to|are to) be had\b' '"there is", "is available"'
instead_of '\bof (later|then)\b(?! on)' '"later", "from that time"'
instead_of '\bof before\b' '"from before", "earlier"'
instead_of '\bas asked\.' 'what is returned'
instead_of '\bfor so long\b' '"for this long"'
exit $status
