#!/usr/bin/env bash
# Makes the dumps of these folders anew that tools have made, by the tools of every version that is to be had: 14 and 16 come
# without, and are dumped by a newer one. Takes minutes; needs root and the network.
#
# Usage: tests/dumps/make.sh [FOLDER]     where the versions are fetched to, and kept; else they are removed again
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
here="$root/tests/dumps"
folder=${1:-/usr/local/lib/slipstream-versions}
(($#)) || trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"
# shellcheck source=tests/machines/every_version.sh
source "$root/tests/machines/every_version.sh"

# programs VERSION: their folders, the server's first.
programs() {
  local version from what
  while IFS='|' read -r version from what; do
    if [[ $version == "$1" ]]; then fetch "$version" "$from" "$what" </dev/null; fi
  done < <(versions)
}
postgresql() { programs "postgresql-$1" | cut --delimiter : --fields 1; }

"$here/make-postgresql.sh" "$(postgresql 15)" 15
"$here/make-postgresql.sh" "$(postgresql 17)" 17
"$here/make-postgresql.sh" "$(postgresql 17)" 17-of-15 "$(postgresql 15)"
"$here/make-postgresql.sh" "$(postgresql 18)" 18
"$here/make-postgresql.sh" "$(postgresql 13)" 13 "$(postgresql 13)" usual
for older in 14 16; do
  "$here/make-postgresql.sh" "$(postgresql 18)" "18-of-$older" "$(postgresql "$older")" usual
done
[[ -d $folder/mydumper ]] || "$root/scripts/unpack-aside.sh" bookworm "$folder/mydumper" mydumper
export PATH="$folder/mydumper/usr/bin:$PATH"
"$here/make-mariadb.sh" "$(programs mariadb-10.11)" mariadb-10.11
"$here/make-mariadb.sh" "$(programs mysql-9.7)" mysql-9.7
"$here/make-mariadb.sh" "$(programs mariadb-11.8)" mariadb-11.8 "$(programs mariadb-11.8)"
# Another's server. Not MariaDB's with MySQL's dump program, which cannot log in there any more.
"$here/make-mariadb.sh" "$(programs mariadb-11.8)" mariadb-11.8-of-mariadb-10.11 "$(programs mariadb-10.11)"
"$here/make-mariadb.sh" "$(programs mariadb-10.11)" mariadb-10.11-of-mysql-9.7 "$(programs mysql-9.7)"
chmod --recursive a+rX "$here"
