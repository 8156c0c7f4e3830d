#!/usr/bin/env bash
# Installs MySQL's programs, which no stable release of Debian has, from the same mirror's unstable one: in a
# folder of their own, where slipstreamd and the tests look.
#
# Usage: scripts/install-mysql.sh [FOLDER]     (/opt/mysql/unstable)
set -euo pipefail

folder="${1:-/opt/mysql/unstable}"
[[ ! -x $folder/sbin/mysqld ]] || exit 0
"$(dirname "${BASH_SOURCE[0]}")/unpack-aside.sh" sid "$folder" mysql-server-core mysql-client-core
ln -sfn usr/bin "$folder/bin"
ln -sfn usr/sbin "$folder/sbin"
"$folder/sbin/mysqld" --no-defaults --version
