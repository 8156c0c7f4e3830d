#!/usr/bin/env bash
# Gives an ordinary user a folder whose copies share their blocks: a btrfs file system in a sparse file, mounted
# now and at every start of the machine. Run by root, once; run again, it finds everything in place.
#
# Usage: scripts/prepare-folder.sh --user NAME [--size SIZE] [--folder DIR] [--file FILE]
#   --user NAME    whose folder it is
#   --size SIZE    that the data may grow to (50G); the file takes only what is used
#   --folder DIR   an empty or new folder (where the user's ./start looks: ~/.local/share/slipstream)
#   --file FILE    that the file system lies in (/var/lib/slipstream-NAME.btrfs)
# To undo it: umount the folder, and remove its line from /etc/fstab and the file that the line names.
set -euo pipefail

fail() {
  echo "prepare-folder: $1" >&2
  exit 1
}

user="" size=50G folder="" file=""
while (($#)); do
  case $1 in
    --user) user=${2:-}; shift ;;
    --size) size=${2:-}; shift ;;
    --folder) folder=${2:-}; shift ;;
    --file) file=${2:-}; shift ;;
    *) sed -n '2,/^set/ { /^set/d; s/^# \{0,1\}//; p }' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
  (($#)) && shift
done
((EUID == 0)) || fail "this needs root"
entry=$(getent passwd "$user") || fail "there is no user \"$user\""
IFS=: read -r _ _ uid gid _ home _ <<<"$entry"
folder=$(realpath --canonicalize-missing -- "${folder:-$home/.local/share/slipstream}")
[[ $folder != *[[:space:]\\]* ]] || fail "$folder: its name must have no spaces and no backslashes"
command -v mkfs.btrfs >/dev/null || fail "please install btrfs-progs"

if mountpoint --quiet "$folder"; then
  [[ $(stat --file-system --format=%T "$folder") == btrfs ]] || fail "$folder is another file system's mount point"
  echo "$folder is prepared."
  exit 0
fi
if [[ -d $folder && -n $(ls -A "$folder") ]]; then
  fail "$folder is not empty; move it away first (an installation in it: ./start --remove)"
fi

# Folders on the way are the user's, as if he had made them.
way=$folder
missing=()
until [[ -d $way ]]; do missing=("$way" "${missing[@]}") way=$(dirname "$way"); done
for each in "${missing[@]}"; do install --directory --owner="$uid" --group="$gid" "$each"; done

file=$(realpath --canonicalize-missing -- "${file:-/var/lib/slipstream-$user.btrfs}")
if [[ ! -e $file ]]; then
  truncate --size="$size" "$file.new"
  chmod 600 "$file.new"
  mkfs.btrfs --quiet "$file.new" >/dev/null
  mv "$file.new" "$file"
fi
line="$file $folder btrfs loop,user_subvol_rm_allowed,nodev,nosuid,nofail 0 0"
grep -qxF "$line" /etc/fstab || echo "$line" >>/etc/fstab
mount --options loop,user_subvol_rm_allowed,nodev,nosuid "$file" "$folder"
chown "$uid:$gid" "$folder"
chmod 700 "$folder"
echo "$folder is prepared: a file system of $size in $file."
