#!/usr/bin/env bash
# What a change of the sandbox costs: two builds in turn, each with an installation of its own, several
# rounds. Start to first query (`slip container start`, then one query through the endpoint) and transactions per
# second (pgbench -c 4, durability relaxed). Needs root.
#
# Usage: bench/sandbox.sh BUILD_BEFORE BUILD_AFTER [--seconds N] [--rounds N] [--starts N] [--scale N] [--user NAME]
set -euo pipefail

seconds=15 rounds=3 starts=10 scale=10 user=slipstream builds=()
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --starts) starts=$2; shift ;;
    --scale) scale=$2; shift ;;
    --user) user=$2; shift ;;
    -*) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) builds+=("$(cd "$1" && pwd)") ;;
  esac
  shift
done
if ((${#builds[@]} != 2)); then sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; fi

work=$(mktemp --directory /var/tmp/slipstream-sandbox.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN=""
names=(before after)
daemons=()

clean_up() {
  for one in "${daemons[@]}"; do kill -TERM "$one" 2>/dev/null || true; done
  wait || true
  for which in 0 1; do
    if [[ -d $work/$which ]]; then
      "${builds[$which]}/src/daemon/slipstreamd" --data "$work/$which" --instance-user "$user" --shutdown \
        >/dev/null 2>&1 || true
    fi
  done
  rm -rf "$work"
}
trap clean_up EXIT

slip() { SLIP_SOCKET="$work/$1/run/slip.sock" "${builds[$1]}/src/client/cli/slip" "${@:2}"; }

for which in 0 1; do
  "${builds[$which]}/src/daemon/slipstreamd" --data "$work/$which" --port $((18760 + which)) \
    --instance-user "$user" >>"$work/log" 2>&1 &
  daemons+=("$!")
  until slip "$which" status >/dev/null 2>&1; do
    kill -0 "${daemons[which]}" 2>/dev/null || { tail -n 5 "$work/log" >&2; exit 1; }
    sleep 0.1
  done
  cat >"$work/db.toml" <<TOML
name = "db"
[[source]]
name = "db"
kind = "postgresql"
login = "bench"
durability = "relaxed"
TOML
  slip "$which" apply "$work/db.toml" >/dev/null 2>&1
  slip "$which" container create c --template db >/dev/null 2>&1
  address[which]=$(slip "$which" connect c db)
  pgbench -i -q -s "$scale" "${address[which]}" >/dev/null 2>&1
  slip "$which" container stop c >/dev/null 2>&1
done

# Milliseconds from asking for the start to the first answer.
start_ms() {
  local began=${EPOCHREALTIME/./}
  slip "$1" container start c >/dev/null 2>&1
  psql "${address[$1]}" -XAtc 'select 1' >/dev/null
  echo $(((${EPOCHREALTIME/./} - began) / 1000))
}
stop() { slip "$1" container stop c >/dev/null 2>&1; }
tps() { pgbench -c 4 -j 2 -T "$seconds" -n "${address[$1]}" 2>/dev/null | awk '/^tps/ { print $3 }'; }

began=("" "") rates=("" "")
for ((start = 1; start <= starts; start++)); do
  for which in 0 1; do began[which]+="$(start_ms "$which") "; stop "$which"; done
done
for ((round = 1; round <= rounds; round++)); do
  for which in 0 1; do
    start_ms "$which" >/dev/null
    rates[which]+="$(tps "$which") "
    stop "$which"
  done
done

median() { tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
printf '%-8s %22s %8s   every figure\n' "median" "start to query, ms" tps
for which in 0 1; do
  printf '%-8s %22.0f %8.0f   %s| %s\n' "${names[$which]}" "$(median "${began[$which]}")" \
    "$(median "${rates[$which]}")" "${began[$which]}" "${rates[$which]}"
done
