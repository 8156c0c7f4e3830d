#!/usr/bin/env bash
# package.sh PACKAGE: installs the Debian package, upgrades, removes and purges it, on a machine that may be changed:
#   tests/machines/debian.sh --suite bookworm tests/machines/package.sh build/slipstream_*.deb
# Where systemd is not process 1 the daemon is run by hand; what the service does then is not covered.
set -euo pipefail

package=$(realpath "$1")
export DEBIAN_FRONTEND=noninteractive

fail() {
  echo "FAILED: $1" >&2
  [[ -r /var/tmp/slipstreamd.log ]] && tail -n 20 /var/tmp/slipstreamd.log >&2
  exit 1
}

start_daemon() {
  slipstreamd --data /var/lib/slipstream --pool-size 2 >>/var/tmp/slipstreamd.log 2>&1 &
  daemon=$!
  local give_up=$((SECONDS + 60))
  until slip status >/dev/null 2>&1; do
    kill -0 "$daemon" 2>/dev/null || fail "the daemon has ended"
    ((SECONDS < give_up)) || fail "the daemon does not answer"
    sleep 0.1
  done
}

stop_daemon() {
  kill -TERM "$daemon"
  wait "$daemon" || fail "the daemon did not end cleanly"
}

server() { pgrep --oldest --full '^/usr/lib/postgresql/.*/var/lib/slipstream' || true; }

export SLIP_SOCKET=/var/lib/slipstream/run/slip.sock
apt-get update --quiet=2
apt-get install --yes --quiet=2 --no-install-recommends "$package" postgresql-15 jq procps >/dev/null
for each in /usr/bin/slip /usr/sbin/slipstreamd /lib/systemd/system/slipstreamd.service \
  /usr/share/bash-completion/completions/slip; do
  [[ -s $each ]] || fail "there is no $each"
done
getent passwd slipstream >/dev/null || fail "there is no user slipstream"
start_daemon
printf 'name = "e"\n[[source]]\nname = "db"\nkind = "postgresql"\nport = 25433\n' >/var/tmp/e.toml
slip apply /var/tmp/e.toml >/dev/null
slip container create c --template e >/dev/null
before=$(server)
[[ -n $before ]] || fail "no database runs"

echo "== Upgrade: the database goes on"
stop_daemon
dpkg --install "$package" >/dev/null
start_daemon
[[ $(server) == "$before" ]] || fail "the database was started again"

echo "== Back up, and restore in place of what is there"
slip bookmark create c kept >/dev/null
stop_daemon
slipstreamd --data /var/lib/slipstream --shutdown
tar --create --sparse --acls --xattrs --file /var/tmp/backup.tar --directory /var/lib slipstream
mv /var/lib/slipstream /var/lib/slipstream.broken
tar --extract --sparse --acls --xattrs --same-owner --file /var/tmp/backup.tar --directory /var/lib
start_daemon
slip restore c kept >/dev/null || fail "the restored installation cannot go back to its bookmark"
rm -rf /var/lib/slipstream.broken /var/tmp/backup.tar

echo "== Remove: everything stops, the data stays"
stop_daemon
[[ -n $(server) ]] || fail "the database ended with the daemon"
apt-get remove --yes --quiet=2 slipstream >/dev/null
[[ -z $(server) ]] || fail "a database still runs"
! grep -q " /var/lib/slipstream/" /proc/self/mountinfo || fail "the pool is still mounted"
[[ -s /var/lib/slipstream/catalog.db ]] || fail "the data has gone"

echo "== Purge: nothing is left"
apt-get purge --yes --quiet=2 slipstream >/dev/null
[[ ! -e /var/lib/slipstream && ! -e /etc/default/slipstreamd ]] || fail "something is left"
[[ -z $(getent passwd slipstream) ]] || fail "the user is left"
echo "== All as it should be"
