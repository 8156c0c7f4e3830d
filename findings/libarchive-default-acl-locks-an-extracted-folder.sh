#!/usr/bin/env bash
# libarchive 3.8.10 (bsdtar of Debian unstable's libarchive-tools); 3.6.2 (Debian 12) and 3.7.4 (Debian 13) do it right.
#
# A folder of which only the default ACL was set is packed by bsdtar --acls and unpacked by root with mode 0000. The archive
# is as it should be, its header has the folder's mode, and older versions extract it rightly; this one takes the mode from
# what ACL there is, finds no entry of the access ACL, and sets nothing: user::---. Root, who extracts, sees no difference;
# the folder's owner can no longer enter it. Where a file or folder has an access ACL, its set-user-ID, set-group-ID and
# sticky bits are gone for the same reason: an ACL does not have them. --preserve-permissions, says the manual, attempts "to
# restore the full permissions, including file modes" and ACLs. bsdtar ends with 0 and says nothing. (That entries with
# NFSv4 ACLs are extracted with mode 0000 is known, pull request 3430; these are Linux's own, POSIX.1e ones.)
#
# Seen (mode before, and after bsdtar has packed and unpacked it):
#   a folder with a default ACL: 755, then 0
#   a folder for a group, with an access ACL: 2775, then 775
#   a folder for all, with an access ACL: 1777, then 777
#   a program with an access ACL: 4755, then 755
#   a folder without: 2755, then 2755
#   the file in the first folder, read by its owner: Permission denied
#   status 0
#
# Needs root. Takes bsdtar and setfacl from the folder PROGRAMS, or unpacks them from Debian unstable.
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

((EUID == 0)) || { echo "needs root"; exit 77; }
here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
programs=${PROGRAMS:-$work/programs/usr/bin}
if [[ -z ${PROGRAMS:-} ]]; then
  "${here%/*}/../scripts/unpack-aside.sh" sid "$work/programs" libarchive-tools acl >/dev/null ||
    { echo "cannot unpack libarchive-tools and acl"; exit 77; }
fi
[[ $("$programs/bsdtar" --version) == *"libarchive 3.8.10 "* ]] || { echo "needs libarchive 3.8.10"; exit 77; }
acl() { "$programs/setfacl" "$@"; }

chmod 755 "$work"
mkdir "$work/from" "$work/to"
cd "$work/from"
mkdir default group all without
echo text >default/file
chown daemon default default/file
echo program >program
acl --default --modify user:bin:rwx default || { echo "needs a file system with ACLs"; exit 77; }
acl --modify user:bin:rwx group
acl --modify user:bin:rwx all
acl --modify user:bin:rx program
chmod 2775 group
chmod 1777 all
chmod 4755 program
chmod 2755 without
status=0
"$programs/bsdtar" --create --format=pax --acls --file="$work/archive" . || status=$?
"$programs/bsdtar" --extract --acls --preserve-permissions --file="$work/archive" --directory="$work/to" || status=$?

# both NAME: its mode before and after.
both() { echo "$(stat --format=%a "$work/from/$1"), then $(stat --format=%a "$work/to/$1")"; }
read=$(setpriv --reuid=daemon --regid=daemon --clear-groups cat "$work/to/default/file" 2>&1 || true)
seen=$(printf '%s\n' "a folder with a default ACL: $(both default)" \
  "a folder for a group, with an access ACL: $(both group)" "a folder for all, with an access ACL: $(both all)" \
  "a program with an access ACL: $(both program)" "a folder without: $(both without)" \
  "the file in the first folder, read by its owner: ${read##*: }" "status $status")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
