#!/usr/bin/env bash
# Runs the adapters' suites on every version of PostgreSQL, MariaDB and MySQL that Debian's mirror and npm have, and
# writes what was really run into docs/guides/versions.md. Takes an hour; needs root, the network and a build with tests.
#
# Usage: tests/machines/versions.sh [VERSION...]     such as postgresql-18 mariadb-11.8; all where none is given
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
folder=/usr/local/lib/slipstream-versions  # sandboxes show what is below /usr
results="$root/build/versions"
page="$root/docs/guides/versions.md"
((EUID == 0)) || { echo "versions.sh: this needs root" >&2; exit 3; }
mkdir -p "$folder" "$results"
trap 'rm -rf "$folder"' EXIT
# shellcheck source=tests/machines/every_version.sh
source "$root/tests/machines/every_version.sh"

# run_suites VERSION FROM PROGRAMS: the cases whose world is that version's. It is the only one there is, or, where clients are
# borrowed of a newer one, the second.
run_suites() {
  local world=0
  [[ $2 != npm ]] || world=1
  case $1 in
    postgresql-*)
      POSTGRESQL_PROGRAMS=$3 "$root/build/src/adapters/postgresql/adapter_postgresql_test" \
        --gtest_filter="Postgresql/AdapterContract.*/$world:Local/Postgresql.*/$world:Local/Replay.*/$world"
      ;;
    *)
      SERVER_PROGRAMS=$3 "$root/build/src/adapters/mariadb/adapter_mariadb_test" \
        --gtest_filter="Mariadb/AdapterContract.*/$world:Local/Mariadb.*/$world:Local/MariadbReplay.*/$world"
      ;;
  esac
}

# The number that a server's program says of itself, after its own path, which has one, too.
exact_version() {
  local program
  for program in "${1%%:*}"/{postgres,mariadbd,mysqld}; do
    if [[ -x $program ]]; then "$program" --version | sed "s|^$program||" | grep -oE '[0-9]+(\.[0-9]+|rc|beta)[0-9.]*' | head -n 1; return; fi
  done
}

count() { grep -cE "^\[ +$1 .* ms\)$" "$2" || true; }

wanted=("$@")
while IFS='|' read -r version from what; do
  if ((${#wanted[@]})) && [[ " ${wanted[*]} " != *" $version "* ]]; then continue; fi
  programs=$(fetch "$version" "$from" "$what")
  log="$results/$version.log"
  run_suites "$version" "$from" "$programs" >"$log" 2>&1 || true
  printf '| %s | %s | %s | %s | %s | %s |\n' "${version%%-*}" "$(exact_version "$programs")" "$from" \
    "$(count OK "$log")" "$(count FAILED "$log")" "$(count SKIPPED "$log")" | tee "$results/$version.row"
done < <(versions)

cat >"$page" <<'PAGE'
# Versions

What `tests/machines/versions.sh` has run: the contract of adapters, the servers' own cases and the replay to any moment. PostgreSQL 15,
MariaDB 10.11, MySQL 9.7 and Redis 7.0 are in every test run on Debian 12, of PostgreSQL 18 the contract and what matters most; [operate.md](operate.md) says what was run on Debian 13. Servers from npm
come without clients, which are borrowed. Of MariaDB 10.6 and 11.4 and of MySQL 8.0 and 8.4 neither Debian nor npm has packages: they are not run.

| engine | version | from | passed | failed | left out |
| --- | --- | --- | --- | --- | --- |
PAGE
versions | cut -d'|' -f1 | while read -r version; do cat "$results/$version.row" 2>/dev/null || true; done >>"$page"
