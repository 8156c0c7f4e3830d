#!/usr/bin/env bash
# Transactions per second of a branch through its endpoint against the same server straight, in turn:
# led by the kernel, copied by the gateway, and through haproxy and pgbouncer (session mode), which run
# in the branch's own network; and what an endpoint adds to making a connection. Each figure is the
# median of the rounds' ratios. Needs root, and the Debian packages haproxy, pgbouncer, util-linux and
# postgresql.
#
# Usage: bench/gateway.sh [--seconds N] [--rounds N] [--scale N] [--select]
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
seconds=4 rounds=9 scale=20 kind=()
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --scale) scale=$2; shift ;;
    --select) kind=(-S) ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
for program in haproxy pgbouncer pgbench psql nsenter; do
  command -v "$program" >/dev/null || { echo "gateway.sh needs $program" >&2; exit 2; }
done
if ((EUID != 0)); then echo "gateway.sh needs root" >&2; exit 2; fi

work=$(mktemp --directory /var/tmp/slipstream-gateway.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PGSSLMODE=disable PATH="$root/build/bin:$PATH"
started=()

clean_up() {
  local one
  for one in "${started[@]}"; do kill -TERM "$one" 2>/dev/null || true; done
  wait || true
  for one in led copied; do
    if [[ -d $work/$one ]]; then
      "$root/build/src/daemon/slipstreamd" --data "$work/$one" --instance-user nobody --shutdown >/dev/null 2>&1 || true
    fi
  done
  rm -rf "$work"
}
trap clean_up EXIT

# start_branch NAME PORT OPTIONS...: a daemon of its own, and a container filled by pgbench.
start_branch() {
  local data=$work/$1
  "$root/build/src/daemon/slipstreamd" --data "$data" --port "$2" --instance-user nobody "${@:3}" >>"$work/$1.log" 2>&1 &
  started+=("$!")
  export SLIP_SOCKET=$data/run/slip.sock
  until slip status >/dev/null 2>&1; do sleep 0.1; done
  cat >"$work/bench.toml" <<TOML
name = "bench"
[[source]]
name = "db"
kind = "postgresql"
login = "bench"
durability = "relaxed"
TOML
  slip apply "$work/bench.toml" >/dev/null 2>&1
  slip container create bench --template bench >/dev/null 2>&1
  address[$1]=$(slip connect bench db)
  pgbench -i -q -s "$scale" "${address[$1]}" >/dev/null 2>&1
  inside[$1]=$(psql "${address[$1]}" -XAtc 'select inet_server_port()')
  network[$1]=$(network_of "${inside[$1]}")
}

# A process in the network in which somebody listens at a port of 127.0.0.1.
network_of() {
  local listening one
  printf -v listening ' 0100007F:%04X 00000000:0000 0A ' "$1"
  for one in $(pgrep -x postgres); do
    if grep -q "$listening" "/proc/$one/net/tcp" 2>/dev/null; then echo "$one"; return; fi
  done
  echo "nobody listens at port $1" >&2
  return 1
}

# in_branch COMMAND...: in the network of the branch that is led.
in_branch() { nsenter --target "${network[led]}" --net -- "$@"; }
# start_in_branch NAME COMMAND...: the command itself is what is ended later, not a shell around it.
start_in_branch() {
  nsenter --target "${network[led]}" --net -- "${@:2}" >>"$work/$1.log" 2>&1 &
  started+=("$!")
}
# move ADDRESS PORT: the same database at another port of 127.0.0.1.
move() { echo "${1%@*}@127.0.0.1:$2/${1##*/}"; }
at_port() { move "${address[led]}" "$1"; }

start_others() {
  cat >"$work/haproxy.cfg" <<CFG
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen postgresql
  bind 127.0.0.1:18763
  server branch 127.0.0.1:${inside[led]}
CFG
  start_in_branch haproxy haproxy -db -f "$work/haproxy.cfg"
  local user database password
  user=$(psql "${address[led]}" -XAtc 'select current_user')
  database=$(psql "${address[led]}" -XAtc 'select current_database()')
  password=$(sed -n 's|.*//[^:]*:\([^@]*\)@.*|\1|p' <<<"${address[led]}")
  printf '"%s" "%s"\n' "$user" "$password" >"$work/users"
  cat >"$work/pgbouncer.ini" <<INI
[databases]
$database = host=127.0.0.1 port=${inside[led]} user=$user password=$password
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 18764
unix_socket_dir =
auth_type = trust
auth_file = $work/users
pool_mode = session
ignore_startup_parameters = extra_float_digits
INI
  chmod 644 "$work/users" "$work/pgbouncer.ini"
  start_in_branch pgbouncer setpriv --reuid=nobody --regid=nogroup --clear-groups pgbouncer "$work/pgbouncer.ini"
  until in_branch psql "$(at_port 18763)" -XAtc 'select 1' >/dev/null 2>&1; do sleep 0.1; done
  until in_branch psql "$(at_port 18764)" -XAtc 'select 1' >/dev/null 2>&1; do sleep 0.1; done
}

tps() { "$@" 2>/dev/null | awk '/^tps/ { print $3 }'; }
# What making a connection takes, ms.
connecting() { "$@" 2>/dev/null | awk '/^average connection time/ { print $5 }'; }

declare -A address inside network
start_branch led 18761
start_branch copied 18762 --endpoint-address 127.0.0.2
start_others

run_straight() { nsenter --target "$1" --net -- pgbench "${@:2}"; }
load=("${kind[@]}" -c 4 -j 2 -T "$seconds" -n)
once=(-C -S -c 1 -t 200 -n)
straight_copied=$(move "${address[copied]}" "${inside[copied]}")
declare -A ratios slower
median() { tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
add() { ratios[$1]+="$(bc -l <<<"$2 / $3") "; }

# Straight before and after, since the machine's other work changes meanwhile.
for ((round = 1; round <= rounds; round++)); do
  first=$(tps run_straight "${network[led]}" "${load[@]}" "$(at_port "${inside[led]}")")
  led=$(tps pgbench "${load[@]}" "${address[led]}")
  haproxy=$(tps in_branch pgbench "${load[@]}" "$(at_port 18763)")
  pgbouncer=$(tps in_branch pgbench "${load[@]}" "$(at_port 18764)")
  last=$(tps run_straight "${network[led]}" "${load[@]}" "$(at_port "${inside[led]}")")
  straight=$(bc -l <<<"($first + $last) / 2")
  add "led by the kernel" "$led" "$straight"
  add haproxy "$haproxy" "$straight"
  add "pgbouncer, session mode" "$pgbouncer" "$straight"
  other=$(tps run_straight "${network[copied]}" "${load[@]}" "$straight_copied")
  copied=$(tps pgbench "${load[@]}" "${address[copied]}")
  add "copied by the gateway" "$copied" "$other"
  before=$(connecting run_straight "${network[led]}" "${once[@]}" "$(at_port "${inside[led]}")")
  after=$(connecting pgbench "${once[@]}" "${address[led]}")
  slower[led]+="$(bc -l <<<"$after - $before") "
  echo "round $round: straight $first and $last, led $led, haproxy $haproxy, pgbouncer $pgbouncer;" \
    "straight $other, copied $copied; connecting $before ms, led $after ms"
done
echo "transactions per second against straight, median of $rounds:"
for name in "led by the kernel" "copied by the gateway" haproxy "pgbouncer, session mode"; do
  printf '  %-26s %5.2f\n' "$name" "$(median "${ratios[$name]}")"
done
printf 'a connection takes longer by %.2f ms\n' "$(median "${slower[led]}")"
