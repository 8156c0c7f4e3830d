#!/usr/bin/env bash
# unit-tests.sh BUILD: the page's own checks and tests, without a browser.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# shellcheck source=scripts/node.sh
source "$root/scripts/node.sh"
use_node "$(realpath "$1")"
install_page_packages

cd "$root/web"
npm run --silent types
npm run --silent check
reports=(--reporter=default)
# Where the C++ tests leave theirs: GTEST_OUTPUT=xml:DIR/
if [[ ${GTEST_OUTPUT:-} == xml:*/ ]]; then
  mkdir -p "${GTEST_OUTPUT#xml:}"
  reports+=(--reporter=junit --outputFile.junit="${GTEST_OUTPUT#xml:}page_unit.xml")
fi
exec npx --no-install vitest run "${reports[@]}"
