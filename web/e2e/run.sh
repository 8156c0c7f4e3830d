#!/usr/bin/env bash
# run.sh BUILD: the page in a real Chromium, against the daemon of BUILD with the page in it. Pictures
# of every step go to $SLIP_RESULTS/page, otherwise to BUILD/test-results/page.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
build=$(realpath "$1")
export SLIP_BUILD="$build"
export SLIP_RESULTS="${SLIP_RESULTS:-$build/test-results}"

# shellcheck source=scripts/node.sh
source "$root/scripts/node.sh"
use_node "$build"
install_page_packages
rm -rf "$SLIP_RESULTS/page"

reports=(--test-reporter=spec --test-reporter-destination=stdout)
# Where the C++ tests leave theirs: GTEST_OUTPUT=xml:DIR/
if [[ ${GTEST_OUTPUT:-} == xml:*/ ]]; then
  directory=${GTEST_OUTPUT#xml:}
  mkdir -p "$directory"
  reports+=(--test-reporter=junit --test-reporter-destination="${directory}page_e2e.xml")
fi
exec node --experimental-strip-types --no-warnings --test --test-concurrency=2 "${reports[@]}" \
  "$root/web/e2e/lane_1.ts" "$root/web/e2e/lane_2.ts"
