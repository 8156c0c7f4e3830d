#!/usr/bin/env bash
# The page and what plans acts know no kind of source by its name: whatever they need of one is in its
# description (src/domain/kind.h) or in a facet of its adapter. Tests may name them.
set -euo pipefail

names=$(git ls-files 'src/adapters/*/description.cpp' |
  xargs sed -n 's/.*\.kind = "\([a-z]*\)".*/\1/p' | sort -u)
(($(wc -w <<<"$names") > 3)) || { echo "the kinds' names are not found in src/adapters" >&2; exit 1; }
# "files" and the like are words, too: the others are looked for anywhere, all of them in quotes.
pattern="[\"'\`](${names//$'\n'/|})[\"'\`]"
own=$(grep -vx files <<<"$names" | paste -sd '|')
status=0
if git grep -nEi "$pattern|\b($own)\b" -- web/src src/operations src/host src/queries src/server \
  ':!*.test.ts' ':!*.test.tsx' ':!*_test.cpp' ':!*/api_world.cpp'; then
  echo "These name a kind of source: take what is needed of it from its description." >&2
  status=1
fi
exit $status
