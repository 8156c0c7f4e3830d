#!/usr/bin/env bash
# Going back to any second: what keeping the log costs in transactions per second (pgbench -c 4, with
# and without, in turn), and how long a restore takes to random times under that load.
#
# Usage: bench/any_second.sh [--seconds N] [--rounds N] [--scale N] [--history SECONDS] [--restores N]
#   --seconds   of each round of the throughput (20)
#   --history   how long the load runs before the restores (600)
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
seconds=20 rounds=3 scale=50 history=600 restores=9
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --scale) scale=$2; shift ;;
    --history) history=$2; shift ;;
    --restores) restores=$2; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$(mktemp --directory /var/tmp/slipstream-any-second.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PATH="$root/build/bin:$PATH"
daemons=()
load=""

clean_up() {
  local one
  [[ -z $load ]] || kill "$load" 2>/dev/null || true
  for one in "${daemons[@]}"; do kill -TERM "$one" 2>/dev/null || true; done
  wait || true
  for one in with without; do
    if [[ -d $work/$one ]]; then
      "$root/build/src/daemon/slipstreamd" --data "$work/$one" --instance-user nobody --shutdown >/dev/null 2>&1 || true
    fi
  done
  rm -rf "$work"
}
trap clean_up EXIT

# start_daemon DATA PORT FLAG...
start_daemon() {
  "$root/build/src/daemon/slipstreamd" --data "$1" --port "$2" --instance-user nobody "${@:3}" >>"$work/log" 2>&1 &
  daemons+=("$!")
  until SLIP_SOCKET="$1/run/slip.sock" slip status >/dev/null 2>&1; do sleep 0.1; done
}

make_container() {
  export SLIP_SOCKET="$work/$1/run/slip.sock"
  printf 'name = "bench"\n[[source]]\nname = "db"\nkind = "postgresql"\nlogin = "bench"\n' >"$work/bench.toml"
  slip apply "$work/bench.toml" >/dev/null 2>&1
  slip container create bench --template bench >/dev/null 2>&1
  pgbench -i -q -s "$scale" "$(address "$1")" >/dev/null 2>&1
}

address() { SLIP_SOCKET="$work/$1/run/slip.sock" slip connect bench db; }
tps() { pgbench -c 4 -j 2 -T "$seconds" -n "$(address "$1")" 2>/dev/null | awk '/^tps/ { print $3 }'; }
sorted() { tr ' ' '\n' | grep . | sort -n; }
figures() { sorted | awk '{ v[NR] = $1 } END { printf "%10.2f %10.2f %10.2f\n", v[1], v[int((NR + 1) / 2)], v[NR] }'; }

start_daemon "$work/with" 18761
start_daemon "$work/without" 18762 --keep-log 0s
make_container with
make_container without
declare -A results
for ((round = 1; round <= rounds; round++)); do
  # Each is the first in every other round.
  order=(with without)
  if ((round % 2 == 0)); then order=(without with); fi
  for one in "${order[@]}"; do results[$one]+="$(tps "$one") "; done
done
printf '%-44s %10s %10s %10s\n' "" min median max
for one in with without; do
  printf '%-44s %s\n' "transactions per second, $one the log" "$(figures <<<"${results[$one]}")"
done

export SLIP_SOCKET="$work/with/run/slip.sock"
begin_load() {
  pgbench -c 4 -j 2 -T 100000 -n "$(address with)" >/dev/null 2>&1 &
  load=$!
}
end_load() { kill "$load" 2>/dev/null || true; wait "$load" 2>/dev/null || true; load=""; }

begin_load
first=$(date +%s)
sleep "$history"
last=$(date +%s)
took="" started=""
in_seconds='def ms: (.[0:19] + "Z" | fromdate) + (.[20:23] | tonumber) / 1000; '
for ((round = 1; round <= restores; round++)); do
  then=$((first + 10 + (RANDOM * 32768 + RANDOM) % (last - first - 20)))
  at=$(date --utc --date "@$then" +%Y-%m-%dT%H:%M:%S.500Z)
  operation=$(slip restore bench --to "$at" --json)
  took+="$(jq --raw-output "$in_seconds"'(.ended_at | ms) - (.created_at | ms)' <<<"$operation") "
  started+="$(jq --raw-output "$in_seconds"'[.steps[] | select(.kind == "start_instances")][0] |
    (.ended_at | ms) - (.started_at | ms)' <<<"$operation") "
  end_load
  begin_load
  sleep 5
done
end_load
printf '%-44s %s\n' "restore to a random second, s" "$(figures <<<"$took")"
printf '%-44s %s\n' "  of it the databases' start and replay, s" "$(figures <<<"$started")"
