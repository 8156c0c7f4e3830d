#!/bin/sh
# What two copies of a pool's metadata (mkfs.btrfs -m dup) cost and save, against one (-m single), on pools
# in sparse files, alternating. As root: bench/metadata_profile.sh [ROUNDS]
#
# Times, in milliseconds: a snapshot with a sync (bookmark), a clone of it (restore, create), 2,000 small files written and
# synced, and the snapshot's removal. Then blocks of metadata are overwritten in both, and what can still be read is counted.
set -eu

rounds=${1:-5}
home=$(mktemp -d)
mounted=
clean_up() {
  for place in $mounted; do umount "$place" 2>/dev/null || true; done
  rm -rf "$home"
}
trap clean_up EXIT INT TERM

now() { date +%s%N; }
since() { echo $((($(now) - $1) / 1000000)); }
allocated() { du -k "$1" | cut -f1; }

make() {
  mkdir -p "$home/$1"
  truncate -s 4G "$home/$1.img"
  mkfs.btrfs -q -m "$1" "$home/$1.img" 2>/dev/null
  mount -o loop,noatime,discard=async "$home/$1.img" "$home/$1"
  mounted="$mounted $home/$1"
  btrfs subvolume create "$home/$1/origin" >/dev/null
  # As a small database: 200 files of 1 MiB, and many small ones.
  for file in $(seq 200); do head -c 1048576 /dev/urandom >"$home/$1/origin/f$file"; done
  sync -f "$home/$1"
}

measure() {
  pool=$home/$1
  dd if=/dev/urandom of="$pool/origin/f1" bs=64k count=16 conv=notrunc status=none
  start=$(now); btrfs subvolume snapshot -r "$pool/origin" "$pool/point" >/dev/null; sync -f "$pool"; bookmark=$(since "$start")
  start=$(now); btrfs subvolume snapshot "$pool/point" "$pool/clone" >/dev/null; clone=$(since "$start")
  start=$(now)
  mkdir "$pool/clone/small"
  for file in $(seq 2000); do echo "$file" >"$pool/clone/small/$file"; done
  sync -f "$pool"; small=$(since "$start")
  start=$(now); btrfs subvolume delete -c "$pool/clone" "$pool/point" >/dev/null; remove=$(since "$start")
  echo "$1 $bookmark $clone $small $remove"
}

# Overwrites every tenth of the first copies of tree blocks (by the chunk tree), and counts the files that can be read whole.
damage() {
  umount "$home/$1"
  mkdir -p "$home/$1"
  btrfs inspect-internal dump-tree -t fs -t 5 "$home/$1.img" 2>/dev/null >/dev/null || true
  btrfs inspect-internal dump-tree "$home/$1.img" 2>/dev/null |
    sed -n 's/^\(leaf\|node\) \([0-9]*\) .*/\2/p' | sort -un | awk 'NR % 10 == 5' >"$home/blocks"
  broken=0
  while read -r logical; do
    physical=$(btrfs-map-logical -l "$logical" "$home/$1.img" 2>/dev/null | sed -n 's/^mirror 1 .*physical \([0-9]*\) .*/\1/p' | head -1)
    [ -n "$physical" ] || continue
    dd if=/dev/urandom of="$home/$1.img" bs=1 seek="$physical" count=4096 conv=notrunc status=none
    broken=$((broken + 1))
  done <"$home/blocks"
  readable=0
  if mount -o loop,noatime "$home/$1.img" "$home/$1" 2>/dev/null; then
    for file in $(seq 200); do
      cat "$home/$1/origin/f$file" >/dev/null 2>&1 && readable=$((readable + 1))
    done
  else
    readable="not mountable"
  fi
  echo "$1: $broken blocks of metadata overwritten; of 200 files readable: $readable"
}

make single
make dup
echo "profile bookmark clone 2000-files remove (ms)"
for _ in $(seq "$rounds"); do
  measure single
  measure dup
done
echo "allocated on the host (KiB): single $(allocated "$home/single.img"), dup $(allocated "$home/dup.img")"
btrfs filesystem df "$home/single" | sed 's/^/single: /'
btrfs filesystem df "$home/dup" | sed 's/^/dup: /'
damage single
damage dup
