#!/usr/bin/env bash
# systemd.sh PACKAGE [OLDER]: boots systemd as process 1 in namespaces of its own, on the machine it is called on, which may be
# changed, and does there what an administrator does: installs the package, plays the first story with the command,
# restarts, crashes, upgrades, reboots, stops, removes and purges. Databases and connections must go on where they should.
#   tests/machines/debian.sh --suite bookworm tests/machines/systemd.sh build/slipstream_*.deb
# With OLDER, an earlier version's package, that is installed first, and upgraded to PACKAGE; else PACKAGE, to the same
# with a higher version. The kernel and its devices are this machine's, without udev; so nothing is said of both.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/machines/installed.sh
source "$here/installed.sh"

say() { printf '== %s\n' "$1"; }
show_log() { journalctl --quiet --no-pager --unit slipstreamd --lines 40; }
daemon_pid() { systemctl show --property MainPID --value slipstreamd; }

# Such as of isolation that the unit takes from databases. What is started after a boot is no reason.
check_no_warnings() {
  ! journalctl --quiet --no-pager --unit slipstreamd --grep 'Z (warning|error|critical) (?!branch .*: starting it)' ||
    fail "the daemon has warned"
}

# None: an earlier version.
gateway_pid() { pgrep --exact slip-gateway || true; }

# started_anew PID: has another daemon taken its place, which serves?
started_anew() {
  local give_up=$((SECONDS + 30))
  until slip status >/dev/null 2>&1 && [[ $(daemon_pid) != "$1" ]]; do
    ((SECONDS < give_up)) || fail "no new daemon serves"
    sleep 0.1
  done
}

until_reboot() {
  local first=$1 newer=$2 before daemon gateway
  say "Install"
  dpkg --install "$first" >/dev/null || fail "the package cannot be installed"
  systemctl is-active --quiet slipstreamd || fail "the service does not run"
  systemctl is-enabled --quiet slipstreamd || fail "the service is not enabled"
  slip status >/dev/null || fail "a service that has started does not answer"
  systemd-analyze verify slipstreamd.service 2>&1 | grep -F slipstream && fail "the unit is not as systemd has it"
  systemd-analyze security --no-pager slipstreamd | tail -n 1

  say "The first story"
  make_container
  first_story
  hold_connection
  before=$(started_at)
  slip container quota c

  say "Restart: databases and connections go on"
  gateway=$(gateway_pid)
  daemon=$(daemon_pid)
  systemctl restart slipstreamd
  slip status >/dev/null || fail "a service that has started again does not answer"
  started_anew "$daemon"
  check_held "by a restart"
  expect_employees 14 "after a restart"

  say "A daemon that is killed is started again"
  daemon=$(daemon_pid)
  systemctl kill --signal KILL --kill-whom main slipstreamd
  started_anew "$daemon"
  check_held "by the end of the daemon"
  [[ $(gateway_pid) == "$gateway" ]] || fail "the gateway has ended with the daemon"

  say "Upgrade to a newer version"
  daemon=$(daemon_pid)
  dpkg --install "$newer" >/dev/null || fail "the newer version cannot be installed"
  started_anew "$daemon"
  check_held "by the upgrade"
  [[ $(started_at) == "$before" ]] || fail "databases were started again"
  let_go
  quietly slip restore c "after the edge case data"
  expect_employees 14 "after the upgrade"

  say "Stopped, databases go on; what an administrator has chosen stays"
  before=$(started_at)
  systemctl disable --quiet --now slipstreamd
  dpkg --install "$newer" >/dev/null
  ! systemctl is-enabled --quiet slipstreamd || fail "an upgrade has enabled the service again"
  ! systemctl is-active --quiet slipstreamd || fail "an upgrade has started a service that is disabled"
  [[ -n $(servers) ]] || fail "a database has ended with the service"
  systemctl enable --quiet --now slipstreamd
  [[ $(started_at) == "$before" ]] || fail "a database has ended with the service"
  check_no_warnings
}

after_reboot() {
  say "After a reboot"
  systemctl is-active --quiet slipstreamd || fail "the service does not run"
  await_database
  expect_employees 14 "after a reboot"
  local ended
  ended=$(slip log c db | grep -oE 'database system was (shut down|interrupted)' | tail -n 1)
  [[ $ended == "database system was shut down" ]] || fail "the database was not stopped cleanly: \"$ended\""
  check_no_warnings

  say "Remove: everything stops, the data stays"
  apt-get remove --yes --quiet=2 slipstream >/dev/null
  [[ -z $(servers) ]] || fail "a database still runs"
  [[ -s /var/lib/slipstream/catalog.db ]] || fail "the data has gone"
  [[ -z $(leftovers_of_machine) ]] || { leftovers_of_machine >&2; fail "something of it is left"; }

  say "Purge: nothing is left"
  apt-get purge --yes --quiet=2 slipstream >/dev/null
  [[ ! -e /var/lib/slipstream && ! -e /etc/default/slipstreamd ]] || fail "files are left"
  [[ -z $(getent passwd slipstream) ]] || fail "the user is left"
  [[ -z $(find /etc/systemd /var/lib/systemd -name 'slipstreamd*') ]] || fail "something of the service is left"
  ! systemctl cat slipstreamd.service >/dev/null 2>&1 || fail "systemd still knows the service"
}

if [[ ${1:-} == --inside ]]; then
  export DEBIAN_FRONTEND=noninteractive
  "${@:2}"
  exit
fi

((EUID == 0)) || { echo "systemd.sh: this needs root" >&2; exit 77; }
package=$(realpath "$1")
older=${2:+$(realpath "$2")}

work=$(mktemp --directory /var/tmp/slipstream-systemd.XXXXXX)
init=""  # systemd, as seen from here
cgroup=""

clean_up() {
  if [[ -n $init ]]; then kill -KILL "$init" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  if [[ -n $cgroup ]]; then find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

# What process 1 finds, as in other containers: file systems of its own for what is the kernel's or does not outlive
# a boot. What would change the machine's kernel for others is read-only (/proc/sys) or not there (consoles, its log).
# shellcheck disable=SC2016  # expanded inside
boot_script='
  set -euo pipefail
  work=$1
  mount -t proc proc /proc
  mount --bind /proc/sys /proc/sys
  mount --bind /proc/sys/net /proc/sys/net
  mount -o remount,bind,ro /proc/sys
  umount --recursive --lazy /sys
  mount -t sysfs sysfs /sys
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -t tmpfs tmpfs /dev/shm
  mount -t tmpfs tmpfs /tmp
  for device in console kmsg; do
    if [[ -e /dev/$device ]]; then mount --bind /dev/null "/dev/$device"; fi
  done
  for unit in systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service \
    systemd-modules-load.service systemd-sysctl.service systemd-remount-fs.service systemd-tmpfiles-setup-dev.service \
    systemd-tmpfiles-setup-dev-early.service systemd-networkd.service systemd-resolved.service systemd-timesyncd.service \
    systemd-logind.service systemd-binfmt.service systemd-journald-audit.socket modprobe@.service console-getty.service getty.target proc-sys-fs-binfmt_misc.automount \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount apt-daily.timer \
    apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer; do
    mkdir -p /run/systemd/system
    ln -s /dev/null "/run/systemd/system/$unit"
  done
  ip link set lo up
  exec env --ignore-environment container=slipstream-test PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    /lib/systemd/systemd --unit=multi-user.target --log-target=journal
'

boot() {
  local began=$SECONDS
  cgroup=$(awk '$(NF - 2) == "cgroup2" || $0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
  [[ -n $cgroup ]] || { echo "systemd.sh: there is no cgroup2 here" >&2; exit 77; }
  cgroup+="/slipstream-systemd-$$"
  mkdir -p "$cgroup"
  (
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    exec unshare --mount --propagation private --uts --ipc --net --pid --cgroup --fork --kill-child \
      bash -c "$boot_script" boot "$work" >"$work/boot.log" 2>&1
  ) &
  unshared=$!
  until init=$(pgrep --parent "$unshared") && [[ $(cat "/proc/$init/comm" 2>/dev/null) == systemd ]]; do
    kill -0 "$unshared" 2>/dev/null || { cat "$work/boot.log" >&2; fail "systemd has ended"; }
    sleep 0.1
  done
  local state
  until state=$(inside systemctl is-system-running 2>/dev/null) || [[ $state == degraded ]]; do
    ((SECONDS < began + 60)) || fail "the machine does not come up: $state"
    sleep 0.2
  done
  inside systemctl --failed --no-legend >"$work/failed"
  [[ ! -s $work/failed ]] || { cat "$work/failed" >&2; fail "units have failed"; }
  took=$((SECONDS - began))
}

# Ends the machine as "systemctl reboot" does.
shut_down() {
  local began=$SECONDS
  inside systemctl reboot --no-block 2>/dev/null
  { wait "$unshared"; } 2>/dev/null || true  # ends by the signal that stands for a reboot
  init=""
  took=$((SECONDS - began))
}

inside() {
  nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup -- \
    env --ignore-environment HOME=/root USER=root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

if [[ -n $older ]]; then
  first=$older newer=$package
else
  first=$package newer=$(newer_of "$package" "$work")
fi
install_requirements "$package" systemd iproute2 jq procps
boot
systemd_version=$(inside systemctl --version | head -n 1)
say "Booted $systemd_version in $took s"
inside "$here/systemd.sh" --inside until_reboot "$first" "$newer"
shut_down
say "Ended in $took s; once more"
boot
inside "$here/systemd.sh" --inside after_reboot
shut_down
say "All as it should be"
