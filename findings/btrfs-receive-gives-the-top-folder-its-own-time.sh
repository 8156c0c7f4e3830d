#!/usr/bin/env bash
# Linux 6.18 (its btrfs) with btrfs-progs 6.2.
#
# A snapshot that was sent and received is another one's exact copy, times included; but where an incremental stream has a
# new file, folder or symbolic link anywhere below a folder of the subvolume, the received subvolume's top folder has the
# time of receiving. The kernel has everything new made in the top folder, under a passing name, and renamed into its place
# from there; it then sends the times of the folders that changed, of which the top one is none. Received times of all else
# are right to the nanosecond, and so is the top folder's in a full stream, or if it changed itself. btrfs send and receive
# end with 0; what is sent on from that copy, and whoever compares the folder's time, goes on with a time of nobody.
#
# Seen (a snapshot sent in full, then one after a change, as an increment; the top folder's time, which no change touched,
# and the time of the folder in which the change was made):
#   in full: top as sent, sub as sent
#   a new file in sub: top of its own, sub as sent
#   a new folder in sub: top of its own, sub as sent
#   a new link in sub: top of its own, sub as sent
#   a file of sub written to: top as sent, sub as sent
#   a file of sub renamed: top as sent, sub as sent
#   a file of sub removed: top as sent, sub as sent
#
# Needs root and a loop device. Exits with 1 if it is otherwise, and with 77 without these versions.
set -euo pipefail

((EUID == 0)) || { echo "needs root"; exit 77; }
[[ $(uname --kernel-release) == 6.18.* ]] || { echo "needs Linux 6.18"; exit 77; }
[[ $(btrfs --version 2>/dev/null) == "btrfs-progs v6.2" ]] || { echo "needs btrfs-progs 6.2"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
trap 'umount "$work/pool" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/pool"
truncate --size=256M "$work/image"
mkfs.btrfs --quiet "$work/image" >/dev/null 2>&1
mount -o loop "$work/image" "$work/pool" || { echo "needs a loop device"; exit 77; }
cd "$work/pool"
mkdir received

# compare SNAPSHOT: the times of it and of what was received.
compare() {
  local folder words=()
  for folder in . sub; do
    if [[ $(stat --format=%.9Y "$1/$folder") == "$(stat --format=%.9Y "received/$1/$folder")" ]]; then
      words+=("as sent")
    else
      words+=("of its own")
    fi
  done
  echo "top ${words[0]}, sub ${words[1]}"
}
# try WHAT COMMAND: a change of it, and what is received.
try() {
  btrfs -q subvolume create subvolume
  mkdir subvolume/sub
  echo text >subvolume/sub/file
  touch --date=2020-01-01 subvolume/sub/file subvolume/sub subvolume
  btrfs -q subvolume snapshot -r subvolume first
  btrfs send -q first | btrfs receive -q received
  full=$(compare first)
  (cd subvolume/sub && eval "$2")
  btrfs -q subvolume snapshot -r subvolume second
  btrfs send -q -p first second | btrfs receive -q received
  echo "$1: $(compare second)"
  btrfs -q subvolume delete subvolume first second received/first received/second
}
changes=$(
  try "a new file in sub" "echo text >new"
  try "a new folder in sub" "mkdir new"
  try "a new link in sub" "ln --symbolic nowhere new"
  try "a file of sub written to" "echo more >>file"
  try "a file of sub renamed" "mv file new"
  try "a file of sub removed" "rm file"
  echo "in full: $full"
)
cd /

seen=$(tail -n 1 <<<"$changes"; head -n -1 <<<"$changes")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
