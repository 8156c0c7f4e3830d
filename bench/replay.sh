#!/usr/bin/env bash
# How fast the log is replayed, beside the database's own recovery: a load (pgbench -c 4) writes for a while after a
# bookmark; then a branch is made of a time at its end, with nothing but the bookmark to begin from, and the same is
# done by hand: a base backup and its archived log, uncompressed, on the host's file system, recovered to that time.
#
# Usage: bench/replay.sh [--seconds N] [--scale N] [--rounds N]
#   --seconds   how long the load writes (180)
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
seconds=180 scale=50 rounds=3
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --scale) scale=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$(mktemp --directory /var/tmp/slipstream-replay.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PATH="$root/build/bin:$PATH" SLIP_SOCKET="$work/pool/run/slip.sock"
programs=$(find /usr/lib/postgresql/*/bin -name postgres -printf '%h\n' | sort -V | tail -n 1)
user=nobody daemon=""
as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"; }

clean_up() {
  if [[ -f $work/hand/postmaster.pid ]]; then as_user "$programs/pg_ctl" -D "$work/hand" -s -m immediate stop || true; fi
  [[ -z $daemon ]] || kill -TERM "$daemon" 2>/dev/null || true
  wait || true
  if [[ -d $work/pool ]]; then
    "$root/build/src/daemon/slipstreamd" --data "$work/pool" --instance-user "$user" --shutdown >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

"$root/build/src/daemon/slipstreamd" --data "$work/pool" --port 18763 --instance-user "$user" --automatic-points 0s \
  >>"$work/log" 2>&1 &
daemon=$!
until slip status >/dev/null 2>&1; do sleep 0.1; done
printf 'name = "bench"\n[[source]]\nname = "db"\nkind = "postgresql"\nlogin = "bench"\n' >"$work/bench.toml"
slip apply "$work/bench.toml" >/dev/null 2>&1
slip container create bench --template bench >/dev/null 2>&1
url=$(slip connect bench db)
ask() { psql "$url" -qAtX -c "$1"; }
pgbench -i -q -s "$scale" "$url" >/dev/null 2>&1
branch=$(dirname "$(dirname "$(find "$work/pool" -path '*/tree/db/data/postmaster.pid' | head -n 1)")")
# Both begin with the same data, cleanly shut down.
slip container stop bench >/dev/null 2>&1
cp -a "$branch/data" "$work/backup"
slip bookmark create bench base >/dev/null 2>&1
slip container start bench >/dev/null 2>&1
begin=$(ask "SELECT pg_current_wal_lsn()")
pgbench -c 4 -j 2 -T "$seconds" -n "$url" >/dev/null 2>&1
last=$(date +%s)
transactions=$(ask "SELECT count(*) FROM pgbench_history")
bytes=$(ask "SELECT pg_current_wal_lsn() - '$begin'::pg_lsn")
# Both have a later commit, and the whole log.
sleep 1
ask "CREATE TABLE later (n int)"
slip bookmark create bench end >/dev/null 2>&1

mkdir "$work/archive"
for file in "$branch"/log/*.zst; do zstd -q -d "$file" -o "$work/archive/$(basename "$file" .zst)"; done
find "$branch/data/pg_wal" -maxdepth 1 -type f -exec cp -n {} "$work/archive/" \;
chown -R "$user" "$work/archive"

ours=() hand=()
for ((round = 1; round <= rounds; round++)); do
  # A moment that has been gone to is a point, which needs no replay.
  then=$(date --utc --date "@$((last - round))" +%Y-%m-%dT%H:%M:%S.500Z)
  operation=$(slip branch create bench "then $round" --at "$then" --beside --json)
  ours+=("$(jq '[.steps[] | select(.kind == "start_instances")][0] |
    def ms: (.[0:19] + "Z" | fromdate) + (.[20:23] | tonumber) / 1000;
    (.ended_at | ms) - (.started_at | ms)' <<<"$operation")")
  slip branch delete bench "then $round" >/dev/null 2>&1

  rm -rf "$work/hand"
  cp -a "$work/backup" "$work/hand"
  as_user touch "$work/hand/recovery.signal"
  sync --file-system "$work/hand"
  at=$(date +%s.%N)
  (cd "$work/hand" && as_user "$programs/postgres" -D "$work/hand" -c listen_addresses= \
    -c unix_socket_directories="$work/hand" -c port=5999 -c archive_mode=off -c hot_standby=off \
    -c restore_command="cp $work/archive/%f %p" -c recovery_target_time="${then/Z/+00}" \
    -c recovery_target_action=promote >"$work/hand.log" 2>&1) &
  until psql -h "$work/hand" -p 5999 -U slipstream -qAtX -c 'SELECT 1' postgres >/dev/null 2>&1; do sleep 0.02; done
  hand+=("$(bc -l <<<"$(date +%s.%N) - $at")")
  as_user "$programs/pg_ctl" -D "$work/hand" -s -m fast stop
  wait %% 2>/dev/null || true
done

row() {
  printf '%s\n' "${@:2}" | sort -n | awk -v name="$1" -v bytes="$bytes" -v transactions="$transactions" '
    { v[NR] = $1 } END { m = v[int((NR + 1) / 2)]
      printf "%-46s %8.2f %8.2f %8.2f   %6.0f MB/s %8.0f transactions/s\n", name, v[1], m, v[NR], bytes / m / 1e6, transactions / m }'
}
printf '%d transactions, %d MB of log\n%-46s %8s %8s %8s\n' "$transactions" "$((bytes / 1000000))" "seconds" min median max
row "branch of a time: start, replay and promotion" "${ours[@]}"
row "by hand: recovery of a backup to that time" "${hand[@]}"
