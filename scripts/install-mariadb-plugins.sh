#!/usr/bin/env bash
# Unpacks the plugins of MariaDB's servers that only come with a whole installation of one (mariadb-server),
# for tests: into a folder of their own, where no server looks by itself.
#
# Usage: scripts/install-mariadb-plugins.sh [FOLDER]     (/opt/mariadb-plugins)
set -euo pipefail

folder="${1:-/opt/mariadb-plugins}"
[[ ! -f $folder/file_key_management.so ]] || exit 0
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -qq --option APT::Sandbox::User=root download mariadb-server)
dpkg-deb --extract "$work"/mariadb-server_*.deb "$work/all"
mkdir -p "$folder"
cp "$work"/all/usr/lib/mysql/plugin/*.so "$folder/"
