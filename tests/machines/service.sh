#!/usr/bin/env bash
# service.sh BUILD: makes the Debian package of a build, has lintian look at it, and runs systemd.sh with it in a copy of this
# machine, of which nothing stays.
set -euo pipefail

build=$1
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

skip() {
  echo "service.sh: $1" >&2
  exit 77
}
((EUID == 0)) || skip "this needs root"
for program in dpkg-deb dpkg-shlibdeps lintian psql jq; do
  command -v "$program" >/dev/null || skip "there is no $program"
done
[[ -x /lib/systemd/systemd ]] || skip "there is no systemd"
if [[ ${SLIP_IN_NAMESPACES:-} != yes ]]; then
  SLIP_IN_NAMESPACES=yes exec unshare --mount --pid --fork --kill-child --mount-proc -- bash "${BASH_SOURCE[0]}" "$build"
fi

work=$(mktemp --directory "${TMPDIR:-/var/tmp}/slipstream-service.XXXXXX")
trap 'umount --recursive --lazy "$work/root" 2>/dev/null; umount --lazy "$work/changes" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT

(cd "$work" && cpack --config "$build/CPackConfig.cmake" -B "$work" >"$work/cpack.log" 2>&1) ||
  { cat "$work/cpack.log"; exit 1; }
package=$(echo "$work"/slipstream_*.deb)
echo "== What lintian says"
lintian --allow-root --fail-on error,warning "$package"

# This machine, with changes that go to a file. What it starts by itself has no place in the copy.
truncate --size=8G "$work/ext4"
mkfs.ext4 -q "$work/ext4"
mkdir "$work/changes" "$work/root"
mount -o loop "$work/ext4" "$work/changes"
mkdir "$work/changes/upper" "$work/changes/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/changes/upper,workdir=$work/changes/work" overlay "$work/root"
[[ -x $work/root/lib/systemd/systemd ]] || skip "systemd is on another file system than the root"
rm -f "$work/root/usr/sbin/policy-rc.d"  # with which images of machines say that no service is to be started
find "$work/root/etc/systemd/system" "$work/root/etc/systemd/network" -mindepth 1 -delete
rm -rf "$work/root/var/lib/slipstream" "$work/root/etc/default/slipstreamd" "$work/root/root/.config/slipstream" \
  "$work/root/usr/local/bin/slip"
mkdir -p "$work/root/srv/slipstream"
cp -a "$here/." "$package" "$work/root/srv/slipstream/"
"$here/within.sh" "$work/root" ./systemd.sh "${package##*/}"
