#!/usr/bin/env bash
# How long people wait with a MariaDB source: bookmark under load (sysbench oltp_write_only, 4 threads), restore to a
# bookmark taken under load, at once and when it has been baked, undo; each from the request to the first answer of
# the other server. Beside it the same by hand: a btrfs snapshot of the running server's directory, and another server
# started on it; and of one that was shut down. Needs root and sysbench.
#
# Usage: bench/mariadb_timings.sh [--rounds N] [--load-seconds N] [--rows N]
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
rounds=5 load_seconds=30 rows=500000
while (($#)); do
  case $1 in
    --rounds) rounds=$2; shift ;;
    --load-seconds) load_seconds=$2; shift ;;
    --rows) rows=$2; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$(mktemp --directory /var/tmp/slipstream-mariadb.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PATH="$root/build/bin:$PATH" SLIP_SOCKET="$work/pool/run/slip.sock"
user=slipstream
if ! getent passwd "$user" >/dev/null; then user=nobody; fi
daemon="" load="" hand=""

clean_up() {
  local one
  for one in $load $hand $daemon; do kill -TERM "$one" 2>/dev/null || true; done
  wait || true
  if [[ -d $work/pool ]]; then
    "$root/build/src/daemon/slipstreamd" --data "$work/pool" --instance-user "$user" --shutdown >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

now() { date +%s.%N; }
since() { bc -l <<<"$(now) - $1"; }
row() { printf '%s\n' "${@:2}" | sort -n | awk -v name="$1" '{ v[NR] = $1 }
  END { printf "%-58s %8.2f %8.2f %8.2f\n", name, v[1], v[int((NR + 1) / 2)], v[NR] }'; }

"$root/build/src/daemon/slipstreamd" --data "$work/pool" --port 18753 --instance-user "$user" >>"$work/log" 2>&1 &
daemon=$!
until slip status >/dev/null 2>&1; do sleep 0.1; done
printf 'name = "shop"\n[[source]]\nname = "db"\nkind = "mariadb"\n' >"$work/shop.toml"
slip apply "$work/shop.toml" >/dev/null 2>&1
slip container create shop --template shop >/dev/null 2>&1
url=$(slip connect shop db)
rest=${url#mysql://slip:}
export MYSQL_PWD=${rest%%@*}
port=${rest##*:}
port=${port%%/*}
client=(mariadb --no-defaults --skip-ssl --protocol=tcp --host=127.0.0.1 --port="$port" --user=slip --skip-column-names)
loader=(sysbench oltp_write_only --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user=slip
  --mysql-password="$MYSQL_PWD" --mysql-db=slip --tables=4 --table-size="$((rows / 4))" --threads=4)
"${loader[@]}" prepare >/dev/null 2>&1
# Each server has a port of its own behind the endpoint.
server() { timeout 5 "${client[@]}" --execute 'SELECT @@port' 2>/dev/null; }
start_load() { "${loader[@]}" --time=100000 run >/dev/null 2>&1 & load=$!; sleep "$1"; }
end_load() { kill -TERM "$load"; wait "$load" 2>/dev/null || true; load=""; }

# switched FILE COMMAND...: seconds from the request to the other server's first answer; to FILE the longest time
# without an answer.
switched() {
  local file=$1 former begin last pause=0 answered=""
  shift
  former=$(server)
  begin=$(now)
  last=$begin
  "$@" >/dev/null 2>&1 &
  local request=$!
  while [[ -z $answered ]]; do
    local found
    found=$(server || true)
    if [[ -n $found ]]; then
      local waited
      waited=$(since "$last")
      if (($(bc -l <<<"$waited > $pause"))); then pause=$waited; fi
      last=$(now)
    fi
    if [[ -n $found && $found != "$former" ]]; then answered=$(since "$begin"); fi
  done
  wait "$request"
  echo "$pause" >>"$file"
  echo "$answered"
}
wait_until_baked() {
  while curl --silent --unix-socket "$SLIP_SOCKET" "http://localhost/api/v1/operations?background=1&limit=5" |
    grep -qE '"state":"(running|queued)"'; do sleep 0.5; done
  sleep 5
}

bookmarks=() fresh=() baked=() undone=() by_hand=() by_hand_clean=()
# start_on DIRECTORY: seconds until a server on the db directory there answers.
start_on() {
  local begin
  printf 'CREATE OR REPLACE USER hand@localhost IDENTIFIED BY "hand";\n' >"$1/run/hand.sql"
  chown "$user" "$1/run/hand.sql"
  rm -f "$1"/run/hand.sock
  begin=$(now)
  (cd "$1/data" && exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- /usr/sbin/mariadbd \
    --defaults-file="$1/data/slipstream.cnf" --datadir=. --skip-networking --socket=../run/hand.sock --tmpdir=../tmp \
    --log-bin=../log/binlog --log-bin-index=../log/binlog.index --binlog-format=ROW --server-id=7 \
    --pid-file=../run/hand.pid --init-file=../run/hand.sql >"$work/hand.log" 2>&1) &
  hand=$!
  until mariadb --no-defaults --socket="$1/run/hand.sock" --user=hand --password=hand --execute 'SELECT 1' >/dev/null 2>&1; do
    kill -0 "$hand"
  done
  since "$begin" >"$work/hand.seconds"
}
end_hand() { kill -TERM "$hand"; wait "$hand" 2>/dev/null || true; hand=""; }

for ((round = 1; round <= rounds; round++)); do
  touch "$work/mark"
  start_load "$load_seconds"
  begin=$(now)
  slip bookmark create shop "b$round" >/dev/null 2>&1
  bookmarks+=("$(since "$begin")")
  tree=$(find "$work/pool" -path '*/db/data/ib_logfile0' -newer "$work/mark" -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
  tree=${tree%/db/data/ib_logfile0}
  btrfs subvolume snapshot "$tree" "$work/pool/pool/by-hand" >/dev/null
  end_load
  fresh+=("$(switched "$work/pauses" slip restore shop "b$round")")
  wait_until_baked
  start_on "$work/pool/pool/by-hand/db"
  by_hand+=("$(cat "$work/hand.seconds")")
  end_hand
  start_on "$work/pool/pool/by-hand/db"
  by_hand_clean+=("$(cat "$work/hand.seconds")")
  end_hand
  btrfs subvolume delete "$work/pool/pool/by-hand" >/dev/null
  baked+=("$(switched "$work/pauses" slip restore shop "b$round")")
  undone+=("$(switched "$work/pauses" slip undo shop)")
done

printf '%-58s %8s %8s %8s\n' "seconds" min median max
row "bookmark now, under load" "${bookmarks[@]}"
row "restore at once, bookmark after $load_seconds s of load: first answer" "${fresh[@]}"
row "restore to it when baked: first answer" "${baked[@]}"
row "undo: first answer" "${undone[@]}"
mapfile -t pauses <"$work/pauses"
row "longest time without an answer, of all these" "${pauses[@]}"
row "by hand: start on a snapshot of a running server" "${by_hand[@]}"
row "by hand: start on one that was shut down" "${by_hand_clean[@]}"
