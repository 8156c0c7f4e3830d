# shellcheck shell=bash
# Starting and stopping the daemon; sourced by ./start.
: "${root:?}" "${data:?}"

daemon_program="$root/build/src/daemon/slipstreamd"

# The daemon of this installation that runs now; fails if there is none.
daemon_pid() {
  local pid
  [[ -r $data/slipstreamd.pid ]] || return 1
  pid=$(<"$data/slipstreamd.pid")
  is_program "$pid" slipstreamd || return 1
  echo "$pid"
}

# A number left over from before a reboot may be another program's now. By the name it was started
# by: a linker may have renamed the file since.
is_program() {
  [[ $(cat "/proc/$1/comm" 2>/dev/null) == "$2" ]]
}

daemon_answers() {
  [[ -S $SLIP_SOCKET ]] && slip status --json >/dev/null 2>&1
}

port_is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

wait_for_end() {
  local pid=$1
  kill -TERM "$pid" 2>/dev/null || true
  tail --pid="$pid" --sleep-interval=0.1 --follow /dev/null
}

show_log_and_fail() {
  echo "start: $1 The end of its log, $data/slipstreamd.log:" >&2
  tail --lines=15 "$data/slipstreamd.log" >&2
  exit 1
}

launch_daemon() {
  mkdir -p "$data"
  # The port stays the installation's own from one start to the next.
  if [[ -z $port && -r $data/page-port ]]; then port=$(<"$data/page-port"); fi
  port=${port:-8747}
  if port_is_taken "$port"; then
    echo "start: port $port of 127.0.0.1 is taken by another program; choose another with --port." >&2
    exit 1
  fi
  echo "$port" >"$data/page-port"
  # More of the daemon's flags, one a line.
  local flags=()
  if [[ -r $data/slipstreamd.flags ]]; then mapfile -t flags <"$data/slipstreamd.flags"; fi
  # In a session of its own: what stops this script shall not stop the daemon.
  setsid "$daemon_program" --data "$data" --port "$port" "${flags[@]}" \
    </dev/null >>"$data/slipstreamd.log" 2>&1 &
  started_pid=$!
  echo "$started_pid" >"$data/slipstreamd.pid"
}

# Returns when the daemon answers. One that runs an older build is replaced; databases and
# applications go on meanwhile.
start_daemon() {
  local pid
  if pid=$(daemon_pid); then
    if [[ $(readlink "/proc/$pid/exe") == "$daemon_program" ]] && daemon_answers &&
      [[ -z $port || $port == "$(cat "$data/page-port" 2>/dev/null)" ]]; then
      return
    fi
    wait_for_end "$pid"
  fi
  echo "Starting the daemon."
  launch_daemon
  local give_up=$((SECONDS + 120))
  until daemon_answers; do
    kill -0 "$started_pid" 2>/dev/null || show_log_and_fail "The daemon ended at once."
    ((SECONDS < give_up)) || show_log_and_fail "The daemon does not answer."
    sleep 0.1
  done
}

# The daemon, then every database and application, then the pool. The data stays.
stop_everything() {
  local pid
  if [[ ! -d $data ]]; then
    echo "There is no installation in $data." >&2
    exit 1
  fi
  if pid=$(daemon_pid); then wait_for_end "$pid"; fi
  stop_production
  [[ -x $daemon_program ]] || { echo "start: $daemon_program is not built; run ./start first." >&2; exit 1; }
  "$daemon_program" --data "$data" --shutdown >>"$data/slipstreamd.log" 2>&1 ||
    show_log_and_fail "Not everything could be stopped."
  rm -f "$data/slipstreamd.pid"
  echo "Stopped."
}
