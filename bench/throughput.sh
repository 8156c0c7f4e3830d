#!/usr/bin/env bash
# Transactions per second (pgbench -c 4) of a branch against the same server on the host's own file
# system, in turn, several rounds: durability full and relaxed, straight and through the endpoint, on
# btrfs and (with --xfs) by reflinks on XFS. Needs root.
#
# Usage: bench/throughput.sh [--seconds N] [--rounds N] [--scale N] [--xfs]
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
seconds=20 rounds=3 scale=50 xfs=no
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --scale) scale=$2; shift ;;
    --xfs) xfs=yes ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$(mktemp --directory /var/tmp/slipstream-throughput.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PATH="$root/build/bin:$PATH"
programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
run_user=(setpriv --reuid=slipstream --regid=slipstream --clear-groups)
daemons=()

clean_up() {
  local one
  "${run_user[@]}" "$programs/pg_ctl" -D "$work/plain/data" -m immediate stop >/dev/null 2>&1 || true
  for one in "${daemons[@]}"; do kill -TERM "$one" 2>/dev/null || true; done
  wait || true
  for one in btrfs xfs/data; do
    if [[ -d $work/$one ]]; then
      "$root/build/src/daemon/slipstreamd" --data "$work/$one" --shutdown >/dev/null 2>&1 || true
    fi
  done
  if mountpoint --quiet "$work/xfs"; then umount "$work/xfs"; fi
  rm -rf "$work"
}
trap clean_up EXIT

# start_daemon DATA PORT
start_daemon() {
  "$root/build/src/daemon/slipstreamd" --data "$1" --port "$2" >>"$work/log" 2>&1 &
  daemons+=("$!")
  until SLIP_SOCKET="$1/run/slip.sock" slip status >/dev/null 2>&1; do sleep 0.1; done
}

# make_containers DATA: "full" and "relaxed", filled by pgbench.
make_containers() {
  local durability
  export SLIP_SOCKET="$1/run/slip.sock"
  for durability in full relaxed; do
    cat >"$work/$durability.toml" <<TOML
name = "$durability"
[[source]]
name = "db"
kind = "postgresql"
login = "bench"
durability = "$durability"
TOML
    slip apply "$work/$durability.toml" >/dev/null 2>&1
    slip container create "$durability" --template "$durability" >/dev/null 2>&1
    pgbench -i -q -s "$scale" "$(address "$1" "$durability")" >/dev/null 2>&1
  done
}

address() { SLIP_SOCKET="$1/run/slip.sock" slip connect "$2" db; }
# The same past the endpoint.
straight() {
  local through port
  through=$(address "$1" "$2")
  port=$(psql "$through" -XAtc 'select inet_server_port()')
  sed "s|:[0-9][0-9]*/|:$port/|" <<<"$through"
}

tps() { pgbench -c 4 -j 2 -T "$seconds" -n "$1" 2>/dev/null | awk '/^tps/ { print $3 }'; }

start_plain() {
  mkdir -p "$work/plain"
  chown slipstream "$work/plain"
  "${run_user[@]}" "$programs/initdb" -D "$work/plain/data" -U bench -A trust >/dev/null
  "${run_user[@]}" "$programs/pg_ctl" -D "$work/plain/data" -w -l "$work/plain/log" \
    -o "-p 18750 -k $work/plain -c shared_buffers=256MB" start >/dev/null
  pgbench -i -q -s "$scale" "postgresql://bench@127.0.0.1:18750/postgres" >/dev/null 2>&1
}

declare -A targets results
order=("plain server, host's file system, full")
start_plain
targets[${order[0]}]="postgresql://bench@127.0.0.1:18750/postgres"
add_targets() {
  local durability name
  for durability in full relaxed; do
    name="branch, $2, $durability, straight"
    order+=("$name"); targets[$name]=$(straight "$1" "$durability")
    name="branch, $2, $durability, endpoint"
    order+=("$name"); targets[$name]=$(address "$1" "$durability")
  done
}
start_daemon "$work/btrfs" 18751
make_containers "$work/btrfs"
add_targets "$work/btrfs" btrfs
if [[ $xfs == yes ]]; then
  truncate --size 30G "$work/xfs.image"
  mkfs.xfs -q "$work/xfs.image"
  mkdir -p "$work/xfs"
  mount -o loop,noatime "$work/xfs.image" "$work/xfs"
  mkdir -p "$work/xfs/data"
  start_daemon "$work/xfs/data" 18752
  make_containers "$work/xfs/data"
  add_targets "$work/xfs/data" "XFS reflinks"
fi

for ((round = 1; round <= rounds; round++)); do
  for name in "${order[@]}"; do results[$name]+="$(tps "${targets[$name]}") "; done
done

median() { tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
plain=$(median "${results[${order[0]}]}")
printf '%-46s %10s %8s   rounds\n' "transactions per second, median of $rounds" tps ratio
for name in "${order[@]}"; do
  middle=$(median "${results[$name]}")
  printf '%-46s %10.0f %8.2f   %s\n' "$name" "$middle" "$(bc -l <<<"$middle / $plain")" "${results[$name]}"
done
