#!/usr/bin/env bash
# clang-tidy (.clang-tidy) over those sources, or over what differs from main and what is not committed.
#
# Usage: scripts/tidy.sh [--all | FILE.cpp...]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v clang-tidy >/dev/null || { echo "tidy.sh: please install clang-tidy" >&2; exit 3; }
if [[ ${1:-} == --all ]]; then
  mapfile -t files < <(git ls-files 'src/*.cpp' | grep -v _test)
elif (($#)); then
  files=("$@")
else
  mapfile -t files < <(git diff --name-only --diff-filter=d "$(git merge-base main HEAD)" -- 'src/*.cpp')
fi
if ((${#files[@]} == 0)); then
  echo "No source has changed."
  exit
fi

cmake --preset tidy >/dev/null
# What g++ makes of variables without a value, clang 14 has no word for.
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/tidy --quiet --extra-arg=-ftrivial-auto-var-init=uninitialized
