#!/usr/bin/env bash
# The demo as a new user meets it: the real daemon, pool, PostgreSQL, application and command, from
# an empty data directory through all stories, a restart of the daemon, and the end.
set -euo pipefail

build=$1
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
data=$(mktemp --directory "${TMPDIR:-/var/tmp}/slipstream-e2e.XXXXXX")
export HOME="$data/home" XDG_CONFIG_HOME="$data/home/.config"
mkdir -p "$HOME"
chmod 755 "$data"
daemon_id=""
port=$((20000 + RANDOM % 10000))
PATH="$build/client-path:$PATH"
mkdir -p "$build/client-path"
ln -sfn "$build/src/client/cli/slip" "$build/client-path/slip"

# Databases do not run as root; the user that ./start makes need not be there.
as=()
if ((EUID == 0)); then as=(--instance-user nobody); fi
production=$(mktemp --directory "${TMPDIR:-/var/tmp}/slipstream-e2e-production.XXXXXX")
production_user=nobody
source "$root/scripts/daemon.sh"
source "$root/scripts/production.sh"

clean_up() {
  [[ -n $daemon_id ]] && kill -TERM "$daemon_id" 2>/dev/null && wait "$daemon_id" || true
  "$build/src/daemon/slipstreamd" --data "$data" "${as[@]}" --shutdown || true
  stop_production
  rm -rf "$data" "$production"
}
trap clean_up EXIT

fail() { echo "FAILED: $1" >&2; tail -n 30 "$data/slipstreamd.log" >&2; exit 1; }

start_daemon() {
  "$build/src/daemon/slipstreamd" --data "$data" --port "$port" --pool-size 8 "${as[@]}" \
    >>"$data/slipstreamd.log" 2>&1 &
  daemon_id=$!
  for _ in $(seq 300); do
    if slip status --json >/dev/null 2>&1; then return; fi
    kill -0 "$daemon_id" 2>/dev/null || fail "the daemon ended"
    sleep 0.05
  done
  fail "the daemon does not answer"
}

databases() { pgrep --count --full "postgres.*$data" || true; }
# The containers' servers. One that prepares a bookmark gives way to everybody, and may come and go.
servers() {
  ps -eo pid=,ni=,args= |
    awk -v data="$data" '$2 < 19 && $3 ~ /\/postgres$/ && index($0, data) { print $1 }' | sort
}

export SLIP_SOCKET="$data/run/slip.sock"
echo "$port" >"$data/page-port"
start_daemon
{ slip doctor || true; } | grep -F "$data/pool, made with up to 7.5 GiB" \
  || fail "the doctor does not say what the pool was made with"
demo=yes
source "$root/scripts/demo.sh"
slip apply "$build/demo/employees/template.toml"
slip apply "$build/demo/employees/template.toml" | grep -i "nothing to change" \
  || fail "applying the same template again changes something"
ensure_user admin --admin
ensure_user qa
ensure_user dev
ensure_container qa
ensure_container dev
start_production
slip apply "$production/template.toml"
ensure_container shop shop qa
qa=$(slip container show qa --json |
  jq --raw-output '[.. | strings | select(startswith("http://"))] | first')

"$root/demo/stories.sh" --data "$data"

echo "== The daemon is killed; databases and applications go on"
before=$(servers)
[[ -n $before ]] || fail "no database runs"
kill -KILL "$daemon_id"
wait "$daemon_id" || true
[[ $(servers) == "$before" ]] || fail "databases ended with the daemon"
start_daemon
curl --silent --fail --retry 20 --retry-delay 1 --retry-all-errors "${qa%/}/employees.json" \
  >/dev/null || fail "qa's application does not answer after the daemon's restart"
[[ $(servers) == "$before" ]] || fail "databases were not adopted but started again"

echo "== A database is killed; it comes back"
volume=$(pgrep --full "bin/postgres.*$data" | head -n 1)
kill -KILL "$volume" || fail "cannot kill the database"
for _ in $(seq 100); do
  if curl --silent --fail "${qa%/}/employees.json" >/dev/null; then break; fi
  sleep 0.1
done
curl --silent --fail "${qa%/}/employees.json" >/dev/null || fail "the database did not come back"

echo "== Nothing runs after a full stop"
kill -TERM "$daemon_id"
wait "$daemon_id" || fail "the daemon did not end cleanly"
daemon_id=""
"$build/src/daemon/slipstreamd" --data "$data" "${as[@]}" --shutdown || fail "cannot shut down"
[[ $(databases) == 0 ]] || fail "a database still runs"
! grep -q " $data/" /proc/self/mountinfo || fail "the pool is still mounted"
echo "== All as it should be"
