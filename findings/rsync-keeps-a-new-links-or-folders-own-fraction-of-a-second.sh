#!/usr/bin/env bash
# rsync 3.5.0 (Debian 12's 3.5.0+ds1-0+deb12u1).
#
# rsync --archive gives files, folders and symbolic links their times to the nanosecond, but for one case: a link or a
# folder that is as old, to the second, as the copy that rsync has just made of it keeps the copy's own fraction of that
# second. Files beside it, made in the same second, get theirs. A second run sees nothing to do, and --itemize-changes
# names nothing. So of a tree that is copied within the second in which it was written, links and folders differ from those
# of the origin, now and then: whoever compares times meets it on quick machines only.
#
# Seen (a file, a link and a folder, all of the present second and its 123456789th nanosecond; copied, and copied again):
#   the file has its time: yes
#   the link has its time: no
#   the folder has its time: no
#   the link's time to the second: yes
#   the folder's time to the second: yes
#   named by the second run: 0
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

version=$(dpkg-query --show --showformat='${Version}' rsync 2>/dev/null || true)
[[ $version == "3.5.0+ds1-0+deb12u1" ]] || { echo "needs rsync 3.5.0+ds1-0+deb12u1"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT

time_of() { stat --format='%.9Y' "$1"; }
is() { if [[ $1 == "$2" ]]; then echo yes; else echo no; fi; }

# Until a round has begun and ended within one second, and not at its 123456789th nanosecond.
for ((round = 0; round < 50; ++round)); do
  rm -rf "$work/from" "$work/to"
  mkdir "$work/from"
  second=$(date +%s)
  echo text >"$work/from/file"
  ln -s nowhere "$work/from/link"
  mkdir "$work/from/folder"
  touch --no-dereference --date="@$second.123456789" "$work/from/"{file,link,folder}
  rsync --archive "$work/from/" "$work/to/"
  if [[ $(date +%s) == "$second" ]]; then break; fi
done
named=$(rsync --archive --itemize-changes "$work/from/" "$work/to/" | grep --count 'link\|folder' || true)

link=$(time_of "$work/to/link")
folder=$(time_of "$work/to/folder")
seen=$(printf '%s\n' \
  "the file has its time: $(is "$(time_of "$work/to/file")" "$(time_of "$work/from/file")")" \
  "the link has its time: $(is "$link" "$(time_of "$work/from/link")")" \
  "the folder has its time: $(is "$folder" "$(time_of "$work/from/folder")")" \
  "the link's time to the second: $(is "${link%.*}" "$second")" \
  "the folder's time to the second: $(is "${folder%.*}" "$second")" \
  "named by the second run: $named")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
