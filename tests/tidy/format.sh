#!/usr/bin/env bash
# All C++ is as .clang-format says, by the one version whose opinion it is.
set -euo pipefail

version=14
program=$(command -v "clang-format-$version") || {
  echo "clang-format-$version is not here"
  exit 77
}
git ls-files '*.cpp' '*.h' | xargs "$program" --dry-run --Werror
