#!/usr/bin/env bash
# Where there is no apt: looks for everything that ./start needs, by the names that its makers gave it.
# Says what is not here and exits with 3.
set -euo pipefail

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/libexec"

missing_programs=()
missing_libraries=()

# program NAME [WHERE IT COMES FROM]
program() {
  if ! command -v "$1" >/dev/null; then missing_programs+=("$1${2:+ ($2)}"); fi
}

# library HEADER NAME
library() {
  local folder
  for folder in /usr/include /usr/local/include /usr/include/postgresql /usr/include/pgsql; do
    if [[ -e $folder/$1 ]]; then return; fi
  done
  missing_libraries+=("$2")
}

program g++ "version 12 or newer"
program cmake "3.25 or newer"
program ninja
program pkg-config
program npm
program curl
program jq
program rsync
program ssh
program zstd
program bwrap bubblewrap
program setpriv util-linux
program flock util-linux
program mkfs.btrfs btrfs-progs
program mariadbd "MariaDB's server, 10.6 or newer"
program mariadb "its client"
program mariadb-backup

library boost/url.hpp "Boost 1.81 or newer, with json and url"
library btrfsutil.h "libbtrfsutil"
library CLI/CLI.hpp "CLI11"
library tl/expected.hpp "tl-expected"
library fmt/core.h "fmt"
library mariadb/mysql.h "MariaDB Connector/C"
library libpq-fe.h "libpq"
library unicode/normalizer2.h "ICU"
library seccomp.h "libseccomp"
library sodium.h "libsodium"
library spdlog/spdlog.h "spdlog"
library sqlite3.h "SQLite"
library SQLiteCpp/SQLiteCpp.h "SQLiteCpp"
library openssl/ssl.h "OpenSSL"
library toml++/toml.h "toml++"
library zlib.h "zlib"

# shellcheck source=scripts/postgresql.sh
source "$(dirname "${BASH_SOURCE[0]}")/postgresql.sh"
if ! postgresql_programs >/dev/null; then
  missing_programs+=("postgres and initdb (PostgreSQL's server, 13 or newer)")
fi

if ((${#missing_programs[@]} + ${#missing_libraries[@]} == 0)); then exit 0; fi
echo "This is not a Debian system, so please install what is missing by its own means:" >&2
if ((${#missing_programs[@]})); then
  echo "  programs:" >&2
  printf '    %s\n' "${missing_programs[@]}" >&2
fi
if ((${#missing_libraries[@]})); then
  echo "  C and C++ libraries, with their headers:" >&2
  printf '    %s\n' "${missing_libraries[@]}" >&2
fi
exit 3
