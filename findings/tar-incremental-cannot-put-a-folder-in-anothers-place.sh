#!/usr/bin/env bash
# GNU tar 1.34 (Debian 12's 1.34+dfsg-1.2+deb12u1); 1.35 does the same.
#
# Incremental archives (--listed-incremental) hold what is needed, says the manual, "so that exact state of the file system
# can be restored". A folder that was renamed is noted as that, and its files are not packed again. If it took the name of
# something that had been removed, which is how many a program brings in the new version of a folder, extracting renames
# before it removes, and cannot. And if two folders have swapped their names, it makes a temporary folder for it, in the
# current folder and not in that of --directory: there it is left behind, or it cannot be made, where they are not at the
# top. What was in the folders is then under its old name or, as it goes on to remove what should not be there, nowhere.
# Creating the archives ends with 0 and warns of nothing: it is found out when the backup is needed.
#
# Seen (a full archive, a change, an incremental archive; the ends of all creations, then for each change the end of
# extracting both from another folder, what tar said, and how the result differs):
#   created: 0 0 0 0 0 0 0 0 0 0
#   rm -r now; mv next now: 2, Cannot rename; lacks now/new, has next, has next/new
#   rm now; mv next now: 2, Cannot rename; lacks now/new, has next, has next/new
#   rm -r now; mv deep/next now: 2, Cannot rename; lacks now/new
#   mv now old; mv next now; mv old next: 0; the same, a folder is left behind
#   cd deep; mv now old; mv next now; mv old next: 2, Cannot create temporary directory; lacks deep/next/old, lacks deep/now/new
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

version=$(dpkg-query --show --showformat='${Version}' tar 2>/dev/null || true)
[[ $version == "1.34+dfsg-1.2+deb12u1" ]] || { echo "needs tar 1.34+dfsg-1.2+deb12u1"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

created=()
pack() {
  local status=0
  tar --create --directory="$work/from" --listed-incremental="$work/snapshot" --file="$work/$1.tar" . || status=$?
  created+=("$status")
}
list() { (cd "$1" && find . | sort); }
# try CHANGE: makes a tree, changes it, and tells how it comes back.
try() {
  rm -rf "$work/from" "$work/to" "$work/snapshot"
  mkdir -p "$work/from/next" "$work/from/deep/next" "$work/to"
  cd "$work/from"
  echo new >next/new
  echo new >deep/next/new
  mkdir deep/now
  echo old >deep/now/old
  if [[ $1 == "rm now"* ]]; then
    echo old >now
  else
    mkdir now
    echo old >now/old
  fi
  pack 0
  eval "$1"
  pack 1
  local status=0 said lacks has
  rm -rf "$work/elsewhere"
  mkdir "$work/elsewhere"
  cd "$work/elsewhere"
  tar --extract --directory="$work/to" --listed-incremental=/dev/null --file="$work/0.tar"
  said=$(tar --extract --directory="$work/to" --listed-incremental=/dev/null --file="$work/1.tar" 2>&1) || status=$?
  said=$(sed -n "s/ to '[^']*'//; s/ using template//; s/ '[^']*'//; s/^tar: \(Cannot [a-z ]*\).*/, \1/p" <<<"$said")
  list "$work/from" >"$work/from.list"
  list "$work/to" >"$work/to.list"
  lacks=$(comm -23 "$work/from.list" "$work/to.list" | sed 's/^../lacks /' | paste --serial --delimiters=, | sed 's/,/, /g')
  has=$(comm -13 "$work/from.list" "$work/to.list" | sed 's/^../has /' | paste --serial --delimiters=, | sed 's/,/, /g')
  has=$lacks${lacks:+${has:+, }}$has
  echo "$1: $status$said; ${has:-the same}$(find "$work/elsewhere" -mindepth 1 -printf ', a folder is left behind')"
}

seen=$(
  try "rm -r now; mv next now"
  try "rm now; mv next now"
  try "rm -r now; mv deep/next now"
  try "mv now old; mv next now; mv old next"
  try "cd deep; mv now old; mv next now; mv old next"
  echo "created: ${created[*]}"
)
seen=$(tail -n 1 <<<"$seen"; head -n -1 <<<"$seen")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
