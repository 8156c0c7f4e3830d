#!/usr/bin/env bash
# Following production. A PostgreSQL that is written to at a steady rate is followed by a source and, beside it, by a
# standby made by hand: how far each is behind, and what each costs in processor time. Then a tree of files of which
# 1 % of the blocks changed is synced again: how much new space that takes.
#
# Usage: bench/following.sh [--seconds N] [--rate MB] [--tree MB] [--only database|files]
#   --seconds   how long is looked at (60)
#   --rate      of log that production writes, MB/s (5)
#   --tree      size of the file tree, MB (5000)
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
seconds=60 rate=5 tree=5000 only=""
while (($#)); do
  case $1 in
    --seconds) seconds=$2; shift ;;
    --rate) rate=$2; shift ;;
    --tree) tree=$2; shift ;;
    --only) only=$2; shift ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$(mktemp --directory /var/tmp/slipstream-following.XXXXXX)
chmod 755 "$work"
export HOME="$work" SLIP_TOKEN="" PATH="$root/build/bin:$PATH" SLIP_SOCKET="$work/pool/run/slip.sock"
programs=$(find /usr/lib/postgresql/*/bin -name initdb -printf '%h\n' | sort -V | tail -n 1)
user=nobody daemon="" writer=""
as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"; }

clean_up() {
  [[ -z $writer ]] || kill "$writer" 2>/dev/null || true
  [[ -z $daemon ]] || kill -TERM "$daemon" 2>/dev/null || true
  wait || true
  local one
  for one in standby production; do
    if [[ -f $work/$one/postmaster.pid ]]; then as_user "$programs/pg_ctl" -D "$work/$one" -s -m immediate stop || true; fi
  done
  if [[ -d $work/pool ]]; then
    "$root/build/src/daemon/slipstreamd" --data "$work/pool" --instance-user "$user" --shutdown >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

"$root/build/src/daemon/slipstreamd" --data "$work/pool" --port 18771 --instance-user "$user" >>"$work/log" 2>&1 &
daemon=$!
until slip status >/dev/null 2>&1; do sleep 0.1; done

figures() {
  sort -n | awk '{ v[NR] = $1 } END { printf "%10.2f %10.2f %10.2f\n", v[1], v[int((NR + 1) / 2)], v[NR] }'
}

# Clock ticks that a process tree has used, ended children included.
ticks_of() {
  local pid all="$1" found="$1"
  while [[ -n $found ]]; do
    found=$(pgrep -d, -P "${found// /,}" 2>/dev/null || true)
    all+=",${found}"
  done
  for pid in ${all//,/ }; do
    awk '{ sub(/^.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/$pid/stat" 2>/dev/null || true
  done | awk '{ sum += $1 } END { print sum + 0 }'
}

# Of this process alone.
own_ticks_of() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

follow_database() {
  mkdir "$work/production" "$work/standby"
  chown "$user" "$work/production" "$work/standby"
  chmod 700 "$work/production" "$work/standby"
  as_user "$programs/initdb" -D "$work/production" -U bench -A trust >/dev/null
  local server="host=127.0.0.1 port=18772 user=bench dbname=postgres"
  as_user "$programs/pg_ctl" -D "$work/production" -s -w -l "$work/production/log" \
    -o "-p 18772 -c listen_addresses=127.0.0.1 -k '' -c wal_keep_size=2GB -c max_wal_size=4GB" start
  psql -q "$server" -c "CREATE TABLE t (id bigserial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), v bytea)"

  cat >"$work/bench.toml" <<TOML
name = "bench"
[[source]]
name = "db"
kind = "postgresql"
url = "postgresql://bench@127.0.0.1:18772/postgres"
follow = "replication"
TOML
  slip apply "$work/bench.toml" >/dev/null 2>&1
  as_user "$programs/pg_basebackup" -D "$work/standby" -R -X stream -c fast -d "$server"
  as_user "$programs/pg_ctl" -D "$work/standby" -s -w -l "$work/standby/log" \
    -o "-p 18773 -c listen_addresses=127.0.0.1 -k ''" start

  # Rows of about 8 KiB that do not compress, each a commit.
  cat >"$work/write.sql" <<'SQL'
INSERT INTO t (v) SELECT string_agg(sha256(random()::text::bytea), '') FROM generate_series(1, 250);
SQL
  pgbench -n -c 4 -j 1 -T $((2 * seconds + 60)) -R $((rate * 1000000 / 8400)) -f "$work/write.sql" "$server" >/dev/null 2>&1 &
  writer=$!
  sleep 10

  # How far behind: asked twice a second. That costs, so the processor is looked at by itself.
  local lag="" lag_by_hand="" until=$((SECONDS + seconds))
  while ((SECONDS < until)); do
    lag+="$(slip source status bench.db --json | jq '[.. | .lag_ms? // empty][0] / 1000') "
    lag_by_hand+="$(psql -At "host=127.0.0.1 port=18773 user=bench dbname=postgres" -c "SELECT CASE
      WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END") "
    sleep 0.5
  done

  local mine by_hand from to used_mine used_by_hand used_daemon
  mine=$(pgrep -f "^$programs/postgres .*$work/pool" | head -n 1)
  by_hand=$(head -n 1 "$work/standby/postmaster.pid")
  from=$(psql -At "$server" -c "SELECT pg_current_wal_lsn() - '0/0'")
  used_mine=$(ticks_of "$mine") used_by_hand=$(ticks_of "$by_hand") used_daemon=$(own_ticks_of "$daemon")
  sleep "$seconds"
  used_mine=$(($(ticks_of "$mine") - used_mine))
  used_by_hand=$(($(ticks_of "$by_hand") - used_by_hand))
  used_daemon=$(($(own_ticks_of "$daemon") - used_daemon))
  to=$(psql -At "$server" -c "SELECT pg_current_wal_lsn() - '0/0'")
  local hz
  hz=$(getconf CLK_TCK)
  per_core() { awk -v t="$1" -v hz="$hz" -v s="$seconds" 'BEGIN { printf "%.1f", 100 * t / hz / s }'; }
  printf 'production writes %s MB/s of log\n' "$(awk -v b="$((to - from))" -v s="$seconds" 'BEGIN { printf "%.1f", b / s / 1e6 }')"
  printf '%-36s %10s %10s %10s\n' "" min median max
  printf '%-36s %s\n' "lag of the source, s" "$(tr ' ' '\n' <<<"$lag" | grep . | figures)"
  printf '%-36s %s\n' "lag of the standby by hand, s" "$(tr ' ' '\n' <<<"$lag_by_hand" | grep . | figures)"
  printf '%% of a core: the source'"'"'s server %s, the daemon %s; the standby by hand %s\n' \
    "$(per_core "$used_mine")" "$(per_core "$used_daemon")" "$(per_core "$used_by_hand")"
  kill "$writer" && wait "$writer" 2>/dev/null || true
  writer=""
}

used() { sync -f "$work/pool/pool"; df --block-size=1 --output=used "$work/pool/pool" | tail -n 1; }

follow_files() {
  local files=$((tree / 10)) number block began
  mkdir "$work/tree"
  for ((number = 0; number < files; number++)); do head -c 10485760 /dev/urandom >"$work/tree/$number"; done
  printf 'name = "files"\n[[source]]\nname = "tree"\nkind = "files"\npath = "%s"\n' "$work/tree" >"$work/files.toml"
  began=$SECONDS
  slip apply "$work/files.toml" >/dev/null 2>&1
  printf 'first copy of %s MB: %s s\n' "$((files * 10))" "$((SECONDS - began))"
  # 1 % of the blocks of 4 KiB of each file, anywhere in it.
  for ((number = 0; number < files; number++)); do
    for block in $(shuf -i 0-2559 -n 26); do
      dd if=/dev/urandom of="$work/tree/$number" bs=4096 count=1 seek="$block" conv=notrunc status=none
    done
  done
  sleep 35  # what the first copy left to be freed
  local before changed=$((files * 26 * 4096)) after
  before=$(used)
  began=$SECONDS
  slip template sync files >/dev/null 2>&1
  printf 'sync of the changes: %s s\n' "$((SECONDS - began))"
  sleep 35
  after=$(used)
  awk -v new="$((after - before))" -v changed="$changed" 'BEGIN {
    printf "changed %.1f MB, new space %.1f MB: %.2f times\n", changed / 1e6, new / 1e6, new / changed }'
}

[[ $only == files ]] || follow_database
[[ $only == database ]] || follow_files
