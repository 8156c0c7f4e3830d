#!/usr/bin/env bash
# Transactions per second (sysbench oltp_write_only, 4 threads) of a mariadb branch on btrfs against
# the same server with the same options on the host's own file system, in turn, several rounds:
# durability full and relaxed; and what a transaction costs the pool's device and the host's in writes
# and flushes, which a busy machine does not change. Needs root and sysbench.
#
# Usage: bench/mariadb_throughput.sh [--seconds N] [--rounds N] [--rows N] [--on FILE_SYSTEM]
#   --on   the pool is on xfs or ext4 in a file instead, by the directory driver
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
seconds=20 rounds=3 rows=100000 pool=btrfs
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    --rows) rows=$2; shift ;;
    --on) pool=$2; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$(mktemp --directory /var/tmp/slipstream-mariadb.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PATH="$root/build/bin:$PATH" SLIP_SOCKET="$work/pool/run/slip.sock"
user=slipstream
if ! getent passwd "$user" >/dev/null; then user=nobody; fi
run_user=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
daemon="" plain="" costs=()

clean_up() {
  if [[ -n $plain ]]; then kill -TERM "$plain" 2>/dev/null || true; fi
  if [[ -n $daemon ]]; then kill -TERM "$daemon" 2>/dev/null || true; fi
  wait || true
  if [[ -d $work/pool ]]; then
    "$root/build/src/daemon/slipstreamd" --data "$work/pool" --instance-user "$user" --shutdown \
      >/dev/null 2>&1 || true
    if mountpoint --quiet "$work/pool"; then umount "$work/pool"; fi
  fi
  rm -rf "$work"
}
trap clean_up EXIT

start_daemon() {
  "$root/build/src/daemon/slipstreamd" --data "$work/pool" --port 18751 --instance-user "$user" \
    >>"$work/log" 2>&1 &
  daemon=$!
  until slip status >/dev/null 2>&1; do sleep 0.1; done
}

# make_container DURABILITY: of that name.
make_container() {
  cat >"$work/$1.toml" <<TOML
name = "$1"
[[source]]
name = "db"
kind = "mariadb"
durability = "$1"
TOML
  slip apply "$work/$1.toml" >/dev/null 2>&1
  slip container create "$1" --template "$1" >/dev/null 2>&1
}

# address CONTAINER: sysbench's arguments, past the endpoint.
address() {
  local url rest password through
  url=$(slip connect "$1" db)
  rest=${url#mysql://slip:}
  password=${rest%%@*}
  through=${rest##*:}
  echo "--mysql-host=127.0.0.1 --mysql-user=slip --mysql-password=$password --mysql-db=slip" \
    "--mysql-port=$(MYSQL_PWD=$password mariadb --no-defaults --skip-ssl --protocol=tcp \
      --host=127.0.0.1 --port="${through%%/*}" --user=slip --skip-column-names \
      --execute 'SELECT @@port')"
}

# A server on the host's file system with the options of a branch of durability full.
start_plain() {
  local folder=$work/plain
  mkdir "$folder" "$folder/data" "$folder/log"
  cp "$(find "$work/pool" -path "*/data/slipstream.cnf" -exec grep -l 'sync_binlog = "1"' {} + | head -n 1)" \
    "$folder/options.cnf"
  echo "CREATE DATABASE slip; CREATE USER slip@127.0.0.1 IDENTIFIED BY 'slip'; GRANT ALL ON *.* TO slip@127.0.0.1;" |
    sed 's/; /;\n/g' >"$folder/init.sql"
  chown -R "$user" "$folder"
  "${run_user[@]}" mariadb-install-db --no-defaults --datadir="$folder/data" --skip-test-db \
    --skip-name-resolve --auth-root-authentication-method=socket >/dev/null 2>&1
  (cd "$folder/data" &&
    exec "${run_user[@]}" "$(command -v mariadbd || echo /usr/sbin/mariadbd)" \
      --defaults-file="$folder/options.cnf" --datadir=. --bind-address=127.0.0.1 --port=18752 \
      --socket="$folder/sock" --pid-file="$folder/pid" --log-bin=../log/binlog --binlog-format=ROW \
      --skip-name-resolve --server-id=1 --init-file="$folder/init.sql" >"$folder/log.txt" 2>&1) &
  plain=$!
  until [[ -S $folder/sock ]]; do
    kill -0 "$plain"
    sleep 0.1
  done
}

# sysbench COMMAND ADDRESS...
bench() {
  local command=$1
  shift
  sysbench oltp_write_only "$@" --tables=4 --table-size="$rows" --threads=4 --time="$seconds" "$command"
}
tps() { bench run "$@" 2>/dev/null | sed -n 's/.*transactions:.*(\([0-9.]*\) per sec.*/\1/p'; }
median() { tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

# device_of PATH: by its name in /sys/block, of the whole disk.
device_of() {
  local source
  source=$(findmnt --noheadings --nofsroot --output SOURCE --target "$1")
  source=$(lsblk --noheadings --output PKNAME "$source" | head -n 1 | grep . || basename "$source")
  echo "$source"
}
# "WRITES FLUSHES" of that device so far.
counted() { awk '{ print $5, $16 }' "/sys/block/$1/stat"; }
# cost TRANSACTIONS BEFORE AFTER: "W writes, F flushes" for each.
cost() { awk -v n="$1" '{ printf "%.2f writes, %.2f flushes", ($3 - $1) / n, ($4 - $2) / n }' <<<"$2 $3"; }

declare -A targets results
order=("plain server, host's file system, full" "branch, $pool, full" "branch, $pool, relaxed")
if [[ $pool != btrfs ]]; then
  mkdir "$work/pool"
  truncate --size 20G "$work/pool.file"
  "mkfs.$pool" -q "$work/pool.file"
  mount -o loop "$work/pool.file" "$work/pool"
  losetup --direct-io=on "$(findmnt --noheadings --output SOURCE "$work/pool")"
fi
start_daemon
for durability in full relaxed; do make_container "$durability"; done
device=$(device_of "$(find "$work/pool" -name slipstream.cnf | head -n 1)") host=$(device_of "$work")
start_plain
targets[${order[0]}]="--mysql-host=127.0.0.1 --mysql-port=18752 --mysql-user=slip --mysql-password=slip --mysql-db=slip"
targets[${order[1]}]=$(address full)
targets[${order[2]}]=$(address relaxed)
# An address is several words.
# shellcheck disable=SC2086
for name in "${order[@]}"; do bench prepare ${targets[$name]} >/dev/null 2>&1; done

for ((round = 1; round <= rounds; round++)); do
  for name in "${order[@]}"; do
    before=$(counted "$device") before_host=$(counted "$host")
    # shellcheck disable=SC2086
    results[$name]+="$(tps ${targets[$name]}) "
    done_now=$(tr ' ' '\n' <<<"${results[$name]}" | sed '/^$/d' | tail -n 1 | awk -v s="$seconds" '{ print $1 * s }')
    text="the host's device $(cost "$done_now" "$before_host" "$(counted "$host")")"
    if [[ $name == branch* ]]; then text+="; the pool's $(cost "$done_now" "$before" "$(counted "$device")")"; fi
    costs+=("$name: $text")
  done
done

reference=$(median "${results[${order[0]}]}")
printf '%-42s %10s %8s   rounds\n' "transactions per second, median of $rounds" tps ratio
for name in "${order[@]}"; do
  middle=$(median "${results[$name]}")
  printf '%-42s %10.0f %8.2f   %s\n' "$name" "$middle" "$(bc -l <<<"$middle / $reference")" "${results[$name]}"
done
printf 'per transaction:\n'
printf '  %s\n' "${costs[@]}"
