#!/usr/bin/env bash
# No function of C++ has more than 70 lines but those of long_functions, and none of those has become shorter
# without having been taken off the list.
set -euo pipefail

command -v ctags >/dev/null || { echo "ctags is not here"; exit 77; }
at_most=70
git ls-files '*.cpp' '*.h' |
  xargs ctags -x --_xformat=$'%F\t%N\t%n\t%{end}' --languages=C++ --langmap=C++:.cpp.h --kinds-C++=f --fields=+e |
  awk -F '\t' -v at_most=$at_most '
    FNR == NR { if ($0 !~ /^#/ && NF) known[$0] = 1; next }
    $4 - $3 + 1 <= at_most { next }
    { name = $1 "\t" $2; if (name in known) { seen[name] = 1; next } }
    { printf "%s: %s has %d lines, more than %d\n", $1, $2, $4 - $3 + 1, at_most; failed = 1 }
    END {
      for (name in known) {
        if (name in seen) continue
        print name " is not that long any more: take it off the list"
        failed = 1
      }
      exit failed
    }' tests/tidy/long_functions -
