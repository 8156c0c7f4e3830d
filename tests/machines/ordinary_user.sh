#!/usr/bin/env bash
# ordinary_user.sh BUILD: the whole ./start as an ordinary user on a machine that has its packages: on a file
# system whose copies are full ones, and again in a folder that root has prepared. Each time: the demo, all its
# stories, interrupted starts, a second start, and that --remove leaves nothing. BUILD has been made before.
#
# Needs root, who makes such a user: in namespaces of its own, so that the machine has none afterwards.
set -euo pipefail

build=$1
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
if ((EUID != 0)); then
  echo "ordinary_user.sh: this needs root" >&2
  exit 77
fi
[[ $build == "$root/build" ]] || { echo "ordinary_user.sh: the build must be in build/" >&2; exit 77; }
if [[ ${SLIP_IN_NAMESPACES:-} != yes ]]; then
  # Process 1 waits for its one child and reaps nothing else, as on machines without an init.
  # shellcheck disable=SC2016  # Perl's variables
  SLIP_IN_NAMESPACES=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc -- \
    perl -e 'my $child = fork; exec @ARGV if !$child; waitpid $child, 0; exit($? >> 8 || $? & 127)' \
    bash "${BASH_SOURCE[0]}" "$build"
fi

ip link set lo up

user=slip-tester id=64711
work=$(mktemp --directory "${TMPDIR:-/var/tmp}/slipstream-user.XXXXXX")
chmod 755 "$work"
trap 'umount --lazy "$work"/*/ 2>/dev/null; rm -rf --one-file-system "$work"' EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

# The user, and an empty home on a file system of a kind that cannot share blocks.
make_user() {
  local name
  for name in passwd group fstab; do
    cp "/etc/$name" "$work/$name"
    mount --bind "$work/$name" "/etc/$name"
  done
  echo "$user:x:$id:$id::$work/home:/bin/bash" >>/etc/passwd
  echo "$user:x:$id:" >>/etc/group
  truncate --size=12G "$work/ext4"
  mkfs.ext4 -q "$work/ext4"
  mkdir "$work/home"
  mount -o loop "$work/ext4" "$work/home"
  rmdir "$work/home/lost+found"
  chown "$id:$id" "$work/home"
  chmod 700 "$work/home"
}

# A clone of his own: the sources and what ./start builds of them, at the path where they were built, so that
# nothing is built again. Folders above that only we may enter are another file system here.
make_clone() {
  local closed="" folder="$root" clone="$work/home/clone"
  while [[ $folder != / ]]; do
    folder=$(dirname "$folder")
    as_user test -x "$folder" || closed=$folder
  done
  mkdir "$clone"
  rsync --archive --exclude=/build/ --exclude=node_modules --exclude=/.git "$root/" "$clone/"
  rsync --archive --exclude='/tests/' --exclude='*_test' --exclude='*_test.dir/' --exclude='/node*' \
    --exclude='/test-results/' "$build/" "$clone/build/"
  chown -R "$id:$id" "$clone"
  if [[ -n $closed ]]; then mount -t tmpfs -o mode=755 tmpfs "$closed"; fi
  mkdir -p "$root"
  mount --bind "$clone" "$root"
}

# As after logging in.
as_user() {
  (cd / && exec setpriv --reuid "$id" --regid "$id" --clear-groups -- env --ignore-environment \
    HOME="$work/home" USER="$user" LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/games "$@")
}

start() { as_user "$root/start" "$@"; }

his_processes() { ps -u "$id" -o stat=,args= | grep -v '^Z' || true; }

# Ends a start in the middle, after so many seconds, as Ctrl-C does; and as losing power does where that takes long.
interrupted_start() {
  echo "== ./start, interrupted after $1 s"
  local status=0
  as_user timeout --signal=INT --kill-after=5 "$1" "$root/start" --background >>"$work/said" 2>&1 || status=$?
  ((status == 124 || status == 137 || status == 0)) || { cat "$work/said"; fail "the interrupted start ended with $status"; }
}

# The same while the daemon is at work for it, whenever that is on this machine.
interrupted_at_work() {
  echo "== ./start, interrupted while something is linked"
  local status=0
  (
    until as_user env SLIP_SOCKET="$work/home/.local/share/slipstream/run/slip.sock" \
      "$root/build/bin/slip" operations --json 2>/dev/null | jq --exit-status 'any(.items[]; .ended_at == null)' >/dev/null; do
      sleep 0.05
    done
    pkill --signal INT --uid "$id" --exact timeout
  ) &
  as_user timeout --signal=INT 300 "$root/start" --background >>"$work/said" 2>&1 || status=$?
  wait
  ((status == 130)) || { cat "$work/said"; fail "the start that was interrupted at work ended with $status"; }
}

# whole_path TITLE [SECONDS...]: with starts that are interrupted after that many seconds. What they say is in "said".
whole_path() {
  echo "== $1"
  local seconds
  : >"$work/said"
  for seconds in "${@:2}"; do interrupted_start "$seconds"; done
  if (($# > 1)); then interrupted_at_work; fi
  start --background >"$work/out" 2>&1 || { cat "$work/out"; fail "./start"; }
  tee -a "$work/said" <"$work/out"
  echo "== ./start again"
  start --background >"$work/again" 2>&1 || { cat "$work/again"; fail "./start again"; }
  ! grep -q "otherwise than" "$work/again" || { cat "$work/again"; fail "the demo differs from its own file"; }
  as_user "$root/demo/stories.sh" >"$work/stories" 2>&1 || { tail -n 30 "$work/stories"; fail "the stories"; }
  tail -n 1 "$work/stories"
  start --stop
  [[ -z $(his_processes) ]] || { his_processes; fail "something runs after --stop"; }
  start --background >"$work/again" 2>&1 || { cat "$work/again"; fail "./start after --stop"; }
  echo yes | as_user "$root/start" --remove
  [[ -z $(his_processes) ]] || { his_processes; fail "something runs after --remove"; }
  [[ ! -e $work/home/.local/share/slipstream || -z $(ls -A "$work/home/.local/share/slipstream") ]] ||
    { find "$work/home/.local/share/slipstream" | head; fail "--remove has left something"; }
  [[ ! -e $work/home/.config/slipstream/installation ]] || fail "--remove has left its record"
}

make_user
make_clone
whole_path "Where every copy is a full one" 1.5 4
grep -q "full copy" "$work/said" && grep -q "prepare-folder.sh" "$work/said" || fail "nothing was said of full copies"
echo "== In a folder that root has prepared"
rmdir "$work/home/.local/share/slipstream" 2>/dev/null || true
"$root/scripts/prepare-folder.sh" --user "$user" --size 8G --file "$work/btrfs"
"$root/scripts/prepare-folder.sh" --user "$user" --size 8G --file "$work/btrfs" | grep -q "is prepared" ||
  fail "preparing it again"
whole_path "Where copies share their blocks"
! grep -q "full copy" "$work/said" || fail "a pool that shares blocks was said to copy"
echo "== All as it should be"
