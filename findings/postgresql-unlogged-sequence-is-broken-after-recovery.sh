#!/usr/bin/env bash
# PostgreSQL 15.18 (server, pg_basebackup, psql of Debian 12).
#
# Unlogged sequences, which are new in 15, do not work where a base backup was recovered from an archive, if they were
# made in the log that was recovered: CREATE UNLOGGED TABLE with a serial, or ALTER TABLE ... SET UNLOGGED of a table
# that has one. The server promises that they begin anew; instead every INSERT ends in an error,
# and so it does after a CHECKPOINT and after an orderly restart. At the end of recovery the init fork of a sequence is
# copied to its main fork, from file to file; but what the recovery has made of it is in the buffers only, and a blank
# page is copied. It heals with a CHECKPOINT, which writes the init fork, and a crash, after which it is copied again.
# The server that made them may crash as it likes: it had written the init fork when it made it.
#
# Seen (INSERT ... RETURNING id):
#   after a crash where they were made: made 1, turned 1
#   recovered from the archive: made bad magic number in sequence, turned bad magic number in sequence
#   after CHECKPOINT and a restart: made bad magic number in sequence, turned bad magic number in sequence
#   after CHECKPOINT and a crash: made 1, turned 1
#
# Exits with 1 if it is otherwise, and with 77 without this version.
set -euo pipefail

programs=/usr/lib/postgresql/15/bin
[[ -x $programs/postgres && $("$programs/postgres" --version) == *" 15.18 "* ]] || { echo "needs PostgreSQL 15.18"; exit 77; }

here=$(realpath "${BASH_SOURCE[0]}")
work=$(mktemp --directory)
chmod 755 "$work"
as=()
if ((EUID == 0)); then
  chown nobody "$work"
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
run() {
  local program=$programs/$1
  shift
  (cd "$work" && "${as[@]}" "$program" "$@" >>"$work/said" 2>&1)
}
stop() {
  for one in first second; do
    if [[ -s $work/$one/postmaster.pid ]]; then run pg_ctl -D "$work/$one" -m immediate -w stop || true; fi
  done
  rm -rf "$work"
}
trap stop EXIT
start() { run pg_ctl -D "$work/$1" -l "$work/$1.log" -w -o "-k $work -c listen_addresses='' ${2:-}" start; }
sql() { "$programs/psql" --host="$work" --username=slip --dbname=postgres --no-psqlrc --tuples-only --no-align --quiet "$@"; }
insert() {
  local answer
  answer=$(sql --command="INSERT INTO $1 (v) VALUES ('x') RETURNING id" 2>&1 | head -1) || true
  if [[ $answer == *"bad magic number in sequence"* ]]; then answer="bad magic number in sequence"; fi
  echo "$answer"
}

install --directory --mode=755 "$work/archive"
if ((EUID == 0)); then chown nobody "$work/archive"; fi
: >"$work/said"
chmod 666 "$work/said"
run initdb --pgdata="$work/first" --auth=trust --username=slip --no-sync
start first "-c archive_mode=on -c archive_command='cp %p $work/archive/%f'"
run pg_basebackup -h "$work" -U slip -D "$work/second" --checkpoint=fast --wal-method=none
sql --command="CREATE UNLOGGED TABLE made (id serial, v text)" \
  --command="CREATE TABLE turned (id serial, v text)" --command="ALTER TABLE turned SET UNLOGGED"
crash() { run pg_ctl -D "$work/$1" -m immediate -w stop; }
crash first
start first "-c archive_mode=on -c archive_command='cp %p $work/archive/%f'"
crashed="made $(insert made), turned $(insert turned)"
run pg_ctl -D "$work/first" -m fast -w stop

cp "$work"/first/pg_wal/0000* "$work/archive/"
"${as[@]}" touch "$work/second/recovery.signal"
start second "-c restore_command='cp $work/archive/%f %p' -c recovery_target_action=promote"
until [[ $(sql --command="SELECT pg_is_in_recovery()") == f ]]; do sleep 0.1; done
recovered="made $(insert made), turned $(insert turned)"
sql --command=CHECKPOINT
run pg_ctl -D "$work/second" -m fast -w stop
start second
restarted="made $(insert made), turned $(insert turned)"
sql --command=CHECKPOINT
crash second
start second
again="made $(insert made), turned $(insert turned)"

seen=$(printf '%s\n' "after a crash where they were made: $crashed" "recovered from the archive: $recovered" \
  "after CHECKPOINT and a restart: $restarted" "after CHECKPOINT and a crash: $again")
echo "$seen"
[[ $seen == "$(sed -n '/^# Seen/,/^#$/s/^#   //p' "$here")" ]] || { echo "It is otherwise now."; exit 1; }
