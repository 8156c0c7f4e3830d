#!/usr/bin/env bash
# Exact points: how long an undo takes to the safety point of a PostgreSQL that had been under load (pgbench -c 4),
# from the request to the new server's first query and to the operation's end; and for how long an exact
# bookmark keeps a user waiting, beside a `pg_ctl restart` of the same database by hand.
#
# Usage: bench/exact.sh [--programs FOLDER] [--seconds N] [--rounds N] [--scale N] [--no-bookmarks]
#   --programs      with slip and slipstreamd; this tree's build without it. To compare two builds run them in turn
#   --seconds       of load before each restore (30)
#   --no-bookmarks  for a build that has no exact ones
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
programs="" seconds=30 rounds=3 scale=50 bookmarks=yes
while (($#)); do
  case $1 in
    --programs) programs=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --scale) scale=$2; shift ;;
    --no-bookmarks) bookmarks=no ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
slip=${programs:-$root/build/bin}/slip
slipstreamd=${programs:-$root/build/bin}/slipstreamd
postgresql=$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | tail -1)

work=$(mktemp --directory /var/tmp/slipstream-exact.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" SLIP_SOCKET="$work/data/run/slip.sock"
daemon="" load="" by_hand=""

clean_up() {
  [[ -z $load ]] || kill "$load" 2>/dev/null || true
  [[ -z $by_hand ]] || as_user "$postgresql/pg_ctl" -D "$by_hand" -m immediate stop >/dev/null 2>&1 || true
  [[ -z $by_hand ]] || rm -rf "$by_hand"
  [[ -z $daemon ]] || kill -TERM "$daemon" 2>/dev/null || true
  wait || true
  "$slipstreamd" --data "$work/data" --instance-user nobody --shutdown >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

as_user() { setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.3f ", b - a }'; }
figures() { tr ' ' '\n' | grep . | sort -n | awk '{ v[NR] = $1 } END { printf "%10.2f %10.2f %10.2f\n", v[1], v[int((NR + 1) / 2)], v[NR] }'; }
row() { printf '%-52s %s\n' "$1" "$(figures <<<"$2")"; }
address() { "$slip" connect bench db; }
begin_load() { pgbench -c 4 -j 2 -T 100000 -n "$(address)" >/dev/null 2>&1 & load=$!; }
end_load() { kill "$load" 2>/dev/null || true; wait "$load" 2>/dev/null || true; load=""; }

"$slipstreamd" --data "$work/data" --port 18763 --instance-user nobody >"$work/log" 2>&1 &
daemon=$!
until "$slip" status >/dev/null 2>&1; do sleep 0.1; done
printf 'name = "bench"\n[[source]]\nname = "db"\nkind = "postgresql"\nlogin = "bench"\n' >"$work/bench.toml"
"$slip" apply "$work/bench.toml" >/dev/null 2>&1
"$slip" container create bench --template bench >/dev/null 2>&1
pgbench -i -q -s "$scale" "$(address)" >/dev/null 2>&1
"$slip" bookmark create bench base >/dev/null 2>&1

printf '%-52s %10s %10s %10s\n' "seconds, pgbench scale $scale" min median max
in_seconds='def ms: (.[0:19] + "Z" | fromdate) + (.[20:23] | tonumber) / 1000; '
first="" ended="" left_first="" left_ended=""
take() {
  first_query=$(jq --raw-output "$in_seconds"'([.steps[] | select(.kind == "release_endpoints")][-1].ended_at | ms) - (.created_at | ms)' <<<"$1")
  whole=$(jq --raw-output "$in_seconds"'(.ended_at | ms) - (.created_at | ms)' <<<"$1")
}
for ((round = 1; round <= rounds; round++)); do
  begin_load
  sleep "$seconds"
  take "$("$slip" restore bench base --json)"
  left_first+="$first_query " left_ended+="$whole "
  end_load
  sleep 3
  take "$("$slip" undo bench --json)"
  first+="$first_query " ended+="$whole "
done
row "restore under load: until the address leads to it" "$left_first"
row "  until the operation has ended" "$left_ended"
row "undo of it: until the address leads to it" "$first"
row "  until the operation has ended" "$ended"
[[ $bookmarks == yes ]] || exit 0

# One user who asks for one thing after the other, each time with a new connection.
waits=""
for ((round = 1; round <= rounds * 2; round++)); do
  psql "$(address)" -qAtXc 'update pgbench_accounts set abalance = abalance + 1 where aid % 50 = 0' >/dev/null
  "$slip" bookmark create bench "exact $round" --exact >/dev/null 2>&1 &
  creating=$!
  longest=0
  while kill -0 "$creating" 2>/dev/null; do
    begin=$(now)
    until psql "$(address)" -qAtXc 'select 1' >/dev/null 2>&1; do :; done
    longest=$(awk -v a="$longest" -v b="$(since "$begin")" 'BEGIN { print (a > b + 0) ? a : b + 0 }')
  done
  waits+="$longest "
done
row "exact bookmark: the longest wait for an answer" "$waits"

# The same database, on the same file system.
"$slip" container stop bench >/dev/null 2>&1
data=$(ls -td "$work"/data/pool/volumes/*/tree/db/data | head -1)
[[ -f $data/PG_VERSION ]]
by_hand="$work/data/pool/by-hand"
mkdir "$by_hand"
chattr +C "$by_hand" 2>/dev/null || true
cp -a "$data/." "$by_hand"
chown -R nobody:nogroup "$by_hand"
chmod 700 "$by_hand"
printf 'local all all trust\n' >"$by_hand/pg_hba.conf"
options="-p 18764 -k $by_hand -c listen_addresses= -c hba_file=$by_hand/pg_hba.conf -c unix_socket_directories=$by_hand -c archive_mode=off"
as_user "$postgresql/pg_ctl" -D "$by_hand" -o "$options" -l "$by_hand/log" -w start >/dev/null
ask() { as_user psql -h "$by_hand" -p 18764 -U slipstream -d "$(address | sed 's/.*\///; s/?.*//')" -qAtXc "$1" >/dev/null; }
restarts=""
for ((round = 1; round <= rounds * 2; round++)); do
  ask 'update pgbench_accounts set abalance = abalance + 1 where aid % 50 = 0'
  begin=$(now)
  as_user "$postgresql/pg_ctl" -D "$by_hand" -o "$options" -l "$by_hand/log" -m fast -w restart >/dev/null
  ask 'select 1'
  restarts+=$(since "$begin")
done
row "by hand: pg_ctl restart, until the first answer" "$restarts"
