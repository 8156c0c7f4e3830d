#!/usr/bin/env bash
# Shell scripts are as shellcheck wants them.
set -euo pipefail

command -v shellcheck >/dev/null || { echo "shellcheck is not here"; exit 77; }
git ls-files -z | xargs -0 awk 'FNR == 1 && /^#!.*(ba)?sh/ { print FILENAME } { nextfile }' |
  xargs shellcheck --external-sources --severity=warning
