#!/usr/bin/env bash
# build-page.sh BUILD: makes the page of web/ into BUILD/page, ready to be embedded: every text file
# also compressed. Fetches the packages that web/package-lock.json names.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build=$1

# shellcheck source=scripts/node.sh
source "$root/scripts/node.sh"
use_node "$build"
install_page_packages

cd "$root/web"
run() {
  "$@" >"$build/page.log" 2>&1 || { cat "$build/page.log" >&2; exit 1; }
}
run npm run --silent types
run npx --no-install tsc --noEmit
run npx --no-install vite build --outDir "$build/page" --emptyOutDir
find "$build/page" -type f \( -name '*.html' -o -name '*.js' -o -name '*.css' -o -name '*.svg' \) \
  -exec gzip --best --no-name --keep {} +
