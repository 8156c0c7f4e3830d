#!/usr/bin/env bash
# Unpacks packages of another release of Debian, with all the libraries they need, into a folder of their own.
# Their programs run from there, by those libraries; nothing else of the machine changes.
#
# Usage: scripts/unpack-aside.sh SUITE FOLDER PACKAGE...     (needs root, patchelf is installed where it is not here)
set -euo pipefail

suite=$1 folder=$2
shift 2

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
mirror=$(apt-get indextargets --format '$(SITE) $(CREATED_BY) $(COMPONENT) $(LABEL)' |
  awk '$2 == "Packages" && $3 == "main" && $4 == "Debian" { print $1; exit }')
[[ -n $mirror ]] || { echo "apt has no source of Debian's packages to take the mirror from" >&2; exit 1; }

# An apt of its own: it knows no package that is installed, so that it fetches all libraries.
mkdir -p "$work"/{lists/partial,archives/partial,parts}
: >"$work/status"
sources() { echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main"; }
sources "$suite" >"$work/sources.list"
: >"$work/preferences"
if [[ $suite == experimental ]]; then  # no whole release: all but what is asked for comes from unstable
  sources sid >>"$work/sources.list"
  printf 'Package: %s\nPin: release a=experimental\nPin-Priority: 990\n' "$*" >"$work/preferences"
fi
# A mirror that lags by more than a week has releases that are out of date, and signed all the same.
cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/parts";
Dir::Etc::preferences "$work/preferences";
Dir::Etc::preferencesparts "$work/parts";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
END
export APT_CONFIG="$work/apt.conf"
apt-get -qq update
apt-get -qq --yes --download-only install "$@" >/dev/null
unset APT_CONFIG
command -v patchelf >/dev/null || apt-get -qq --yes install patchelf >/dev/null

rm -rf "$folder.new"
mkdir -p "$folder.new"
for package in "$work"/archives/*.deb; do dpkg-deb --extract "$package" "$folder.new"; done
# Older releases have some of the libraries in /lib.
libraries="$folder/usr/lib/x86_64-linux-gnu:$folder/lib/x86_64-linux-gnu"
loader=$(cd "$folder.new" && find ./* -type f -path '*/x86_64-linux-gnu/ld-*' | head -n 1)
# What the named packages bring, apart from scripts.
for name in "$@"; do
  dpkg-deb --contents "$work/archives/${name}"_*.deb | awk '/^-rwx/ { print $6 }'
done | while read -r program; do
  patchelf --set-interpreter "$folder/$loader" --force-rpath \
    --set-rpath "$libraries:$folder/usr/lib/mysql/private" "$folder.new/$program" 2>/dev/null || true
done
rm -rf "$folder"
mv "$folder.new" "$folder"
