#!/usr/bin/env bash
# package.sh PACKAGE [OLDER]: installs the Debian package, upgrades, removes and purges it, on a machine that may be changed:
#   tests/machines/debian.sh --suite bookworm tests/machines/package.sh build/slipstream_*.deb
# With OLDER, an earlier version's package, that is installed first, and upgraded to PACKAGE; else PACKAGE, to the same
# with a higher version. The daemon is run by hand here, as where there is no systemd; systemd.sh has the service.
set -euo pipefail

package=$(realpath "$1")
older=${2:+$(realpath "$2")}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/machines/installed.sh
source "$here/installed.sh"

show_log() { tail -n 20 /var/tmp/slipstreamd.log; }

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

work=$(mktemp --directory /var/tmp/slipstream-package.XXXXXX)
trap 'rm -rf "$work"' EXIT
if [[ -n $older ]]; then
  first=$older newer=$package
else
  first=$package newer=$(newer_of "$package" "$work")
fi

if command -v lintian >/dev/null; then
  echo "== What lintian says"
  lintian --fail-on error,warning "$package" || fail "the package is not as Debian has it"
fi

echo "== Install"
install_requirements "$package" iproute2 jq procps
apt-get install --yes --quiet=2 --no-install-recommends "$first" >/dev/null
for each in /usr/bin/slip /usr/sbin/slipstreamd /lib/systemd/system/slipstreamd.service \
  /usr/share/bash-completion/completions/slip; do
  [[ -s $each ]] || fail "there is no $each"
done
getent passwd slipstream >/dev/null || fail "there is no user slipstream"
start_daemon
make_container
first_story
before=$(started_at)
hold_connection

echo "== Upgrade to a newer version: databases and connections go on"
dpkg --install "$newer" >/dev/null
[[ $(dpkg-query --show --showformat '${Version}' slipstream) == "$(dpkg-deb --field "$newer" Version)" ]] ||
  fail "the newer version is not installed"
stop_daemon
from=$(catalog_schema)
start_daemon
[[ $(started_at) == "$before" ]] || fail "databases were started again"
check_held "by the upgrade"
let_go
expect_employees 14 "after the upgrade"

echo "== Back up, and restore in place of what is there"
quietly slip bookmark create c kept
stop_daemon
echo "The catalog's schema was $from and is $(catalog_schema)."
slipstreamd --data /var/lib/slipstream --shutdown
tar --create --sparse --acls --xattrs --file "$work/backup.tar" --directory /var/lib slipstream
mv /var/lib/slipstream /var/lib/slipstream.broken
tar --extract --sparse --acls --xattrs --same-owner --file "$work/backup.tar" --directory /var/lib
start_daemon
await_database
quietly slip restore c kept
rm -rf /var/lib/slipstream.broken

echo "== Remove: everything stops, the data stays"
stop_daemon
[[ -n $(servers) ]] || fail "the database ended with the daemon"
apt-get remove --yes --quiet=2 slipstream >/dev/null
[[ -z $(servers) ]] || fail "a database still runs"
[[ -z $(leftovers) ]] || { leftovers >&2; fail "something of it is left"; }
[[ -s /var/lib/slipstream/catalog.db ]] || fail "the data has gone"

echo "== Install again: the data is as it was"
apt-get install --yes --quiet=2 --no-install-recommends "$package" >/dev/null
start_daemon
await_database
expect_employees 14 "in the package that was installed again"
stop_daemon

echo "== Purge: nothing is left"
apt-get purge --yes --quiet=2 slipstream >/dev/null
[[ -z $(leftovers) ]] || { leftovers >&2; fail "something of it is left"; }
[[ ! -e /var/lib/slipstream && ! -e /etc/default/slipstreamd ]] || fail "something is left"
[[ -z $(getent passwd slipstream) ]] || fail "the user is left"
echo "== All as it should be"
