#!/usr/bin/env bash
# Installs MySQL's programs, which no stable release of Debian has, from the same mirror's unstable one:
# with their own libraries in a folder of their own, where slipstreamd and the tests look. Nothing else
# of the machine changes.
#
# Usage: scripts/install-mysql.sh [FOLDER]     (/opt/mysql/unstable)
set -euo pipefail

folder="${1:-/opt/mysql/unstable}"
[[ ! -x $folder/sbin/mysqld ]] || exit 0

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
mirror=$(apt-get indextargets --format '$(SITE) $(CREATED_BY) $(COMPONENT) $(LABEL)' |
  awk '$2 == "Packages" && $3 == "main" && $4 == "Debian" { print $1; exit }')
[[ -n $mirror ]] || { echo "apt has no source of Debian's packages to take the mirror from" >&2; exit 1; }

# An apt of its own: it knows no package that is installed, so that it fetches all libraries.
mkdir -p "$work"/{lists/partial,archives/partial,parts}
: >"$work/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/sources.list"
cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/parts";
Dir::Etc::preferences "$work/none";
Dir::Etc::preferencesparts "$work/parts";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
END
export APT_CONFIG="$work/apt.conf"
apt-get -qq update
apt-get -qq --yes --download-only install mysql-server-core mysql-client-core >/dev/null
unset APT_CONFIG
command -v patchelf >/dev/null || apt-get -qq --yes install patchelf >/dev/null

rm -rf "$folder.new"
mkdir -p "$folder.new"
for package in "$work"/archives/*.deb; do dpkg-deb --extract "$package" "$folder.new"; done
libraries="$folder/usr/lib/x86_64-linux-gnu"
for program in sbin/mysqld bin/mysql bin/mysqldump bin/mysqlbinlog; do
  patchelf --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath \
    --set-rpath "$libraries:$folder/usr/lib/mysql/private" "$folder.new/usr/$program"
done
ln -s usr/bin "$folder.new/bin"
ln -s usr/sbin "$folder.new/sbin"
rm -rf "$folder"
mv "$folder.new" "$folder"
"$folder/sbin/mysqld" --no-defaults --version
