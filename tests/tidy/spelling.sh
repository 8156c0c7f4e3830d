#!/usr/bin/env bash
# No word that codespell knows as misspelt.
set -euo pipefail

command -v codespell >/dev/null || { echo "codespell is not here"; exit 77; }
# Words of databases, their tools and the C++ library, letters after a "\n" or before an "\x", and what tests misspell on purpose.
ours=insufficent,versoin,nin,upto,unexpect,defalt,titel,ond,oders,brin,caf,nd
git ls-files -z -- '*.md' '*.cpp' '*.h' '*.sh' '*.sql' '*.yaml' '*.ts' '*.tsx' '*.toml' '*.txt' start test |
  xargs -0 codespell --ignore-words-list "$ours"
