# shellcheck shell=bash
# A Node.js that is new enough for the page's tools, and their packages; sourced by the scripts that
# build and test the page.
: "${root:?}"

node_is_new_enough() {
  node --eval 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 12) ? 0 : 1)' \
    2>/dev/null
}

# use_node BUILD: puts one first on PATH. An older system's is helped out by one inside BUILD.
use_node() {
  local own="$1/node/node_modules/node/bin"
  if node_is_new_enough; then return; fi
  if [[ ! -x $own/node ]]; then
    echo "Fetching Node.js for the page's tools."
    npm install --prefix "$1/node" --no-save --no-audit --no-fund --loglevel=error node@24
  fi
  PATH="$own:$PATH"
  node_is_new_enough || { echo "no Node.js 22.12 or newer came from npm" >&2; exit 1; }
}

# As the lock file says, unless they are there already. Not `npm ci`, which refuses a lock file
# without the packages that are only for other kinds of machines.
install_page_packages() {
  local stamp="$root/web/node_modules/.installed"
  if [[ $stamp -nt $root/web/package-lock.json && $stamp -nt $root/web/package.json ]]; then return; fi
  echo "Fetching the page's packages."
  (cd "$root/web" && npm install --no-save --no-audit --no-fund --loglevel=error)
  touch "$stamp"
}
