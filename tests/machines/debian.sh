#!/usr/bin/env bash
# Runs a command in a clean Debian of another release, below which everything is as on a machine that
# has just been installed: debootstrap makes it, from the mirror that apt uses here. Needs root.
#
# Usage: tests/machines/debian.sh [--suite NAME] [--folder DIR] [--keep] [COMMAND...]
#   --suite NAME   the release (trixie)
#   --folder DIR   where to make it (/var/tmp/slipstream-SUITE); one that is there is used again
#   --keep         leave the folder for the next time, with what was installed and built in it
# COMMAND runs in the copy of this source tree, as root: tests/machines/clean_run.sh where none is given.
#
# Mounts, loop devices and processes go with the command (see within.sh).
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
suite=trixie
folder=""
keep=no
while (($#)); do
  case $1 in
    --suite) suite=$2; shift ;;
    --folder) folder=$2; shift ;;
    --keep) keep=yes ;;
    --*) sed -n '2,/^set/ { /^set/d; s/^# \{0,1\}//; p }' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
folder=${folder:-/var/tmp/slipstream-$suite}
((EUID == 0)) || { echo "debian.sh: this needs root" >&2; exit 3; }
command -v debootstrap >/dev/null || { echo "debian.sh: please install debootstrap" >&2; exit 3; }

mirror=$(apt-get indextargets --format '$(SITE) $(CREATED_BY) $(COMPONENT) $(LABEL)' |
  awk '$2 == "Packages" && $3 == "main" && $4 == "Debian" { print $1; exit }')
[[ -n $mirror ]] || { echo "debian.sh: apt has no source of Debian's packages to take the mirror from" >&2; exit 1; }

clean_up() {
  if [[ $keep == no ]]; then rm -rf --one-file-system -- "$folder"; fi
}
trap clean_up EXIT

if [[ ! -e $folder/.complete ]]; then
  rm -rf --one-file-system -- "$folder"
  mkdir -p "$folder"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder" "$mirror" >"$folder.log" ||
    { tail -n 20 "$folder.log" >&2; exit 1; }
  rm -f "$folder.log"
  touch "$folder/.complete"
fi
cp --dereference /etc/resolv.conf /etc/hosts "$folder/etc/"
# Whom this machine trusts beside Debian's list, such as a proxy of its network.
if [[ -n $(rsync --archive --itemize-changes --include='*.crt' --exclude='*' \
  /usr/local/share/ca-certificates/ "$folder/usr/local/share/ca-certificates/") ]]; then
  chroot "$folder" update-ca-certificates >/dev/null
fi

# What git knows of, as it is now, without what it no longer knows; what was built inside stays.
mkdir -p "$folder/srv/slipstream"
git -C "$root" ls-files --cached --others --exclude-standard -z |
  rsync --archive --no-owner --no-group --files-from=- --from0 --ignore-missing-args "$root/" "$folder/srv/slipstream/"
(cd "$root" && git ls-files --cached --others --exclude-standard | while IFS= read -r file; do
  if [[ -e $file || -L $file ]]; then printf '%s\n' "$file"; fi
done) | sort >"$folder/.sources.new"
if [[ -e $folder/.sources ]]; then
  comm -23 "$folder/.sources" "$folder/.sources.new" | (cd "$folder/srv/slipstream" && xargs --no-run-if-empty --delimiter='\n' rm -f --)
fi
mv "$folder/.sources.new" "$folder/.sources"

if (($# == 0)); then set -- tests/machines/clean_run.sh; fi
"$root/tests/machines/within.sh" "$folder" "$@"
