# shellcheck shell=bash
# Starting and stopping the daemon; sourced by ./start.
: "${root:?}" "${data:?}" "${port=}" "${reach=}"

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
  [[ $(cat "/proc/$1/comm" 2>/dev/null) == "$2" ]] && runs_on "$1"
}

# One that has ended may stay in the list of processes until somebody asks how; where process 1 never
# does, for ever.
runs_on() {
  local state
  state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) && [[ -n $state && $state != [ZX]* ]]
}

daemon_answers() {
  [[ -S $SLIP_SOCKET ]] && slip status --json >/dev/null 2>&1
}

port_is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_for_end PID [SIGNAL]
wait_for_end() {
  kill -"${2:-TERM}" "$1" 2>/dev/null || true
  while runs_on "$1"; do sleep 0.1; done
}

show_log_and_fail() {
  echo "start: $1 The end of its log, $data/slipstreamd.log:" >&2
  tail --lines=15 "$data/slipstreamd.log" >&2
  exit 1
}

launch_daemon() {
  mkdir -p "$data"
  choose_port
  # More of the daemon's flags, one a line.
  local flags=()
  if [[ -r $data/slipstreamd.flags ]]; then mapfile -t flags <"$data/slipstreamd.flags"; fi
  if [[ -n $reach ]]; then echo "$reach" >"$data/reach"; fi
  if [[ $(reach_name) != none ]]; then flags+=(--reach "$(reach_name)"); fi
  # In a session of its own: what stops this script must not stop the daemon.
  # Its number is written down before it is there, so that no interruption leaves one that nobody knows.
  (
    echo "$BASHPID" >"$data/slipstreamd.pid"
    exec setsid "$daemon_program" --data "$data" --port "$port" "${flags[@]}"
  ) </dev/null >>"$data/slipstreamd.log" 2>&1 &
  started_pid=$!
}

# By which other machines reach this installation; "none": not at all.
reach_name() {
  cat "$data/reach" 2>/dev/null || echo none
}

# The port stays the installation's own from one start to the next. A new one that was given none takes the
# first that is free.
choose_port() {
  local wanted=8747
  if [[ -z $port && -s $data/page-port ]]; then port=$(<"$data/page-port"); fi
  if [[ -n $port ]]; then
    if port_is_taken "$port"; then
      fail "port $port of 127.0.0.1 is taken by another program; end that, or choose another with --port."
    fi
  else
    port=$wanted
    while port_is_taken "$port"; do port=$((port + 1)); done
    if ((port != wanted)); then echo "Port $wanted is taken by another program; the page gets $port."; fi
  fi
  echo "$port" >"$data/page-port"
}

# Says what a pool without shared blocks will cost, before there is one; and what would be better.
warn_of_full_copies() {
  if ((EUID == 0)) || [[ -e $data/pool ]]; then return; fi
  mkdir -p "$data"
  local trial="$data/.reflink-trial"
  local shares=yes
  head -c 4096 /dev/zero >"$trial"
  cp --reflink=always "$trial" "$trial.copy" 2>/dev/null || shares=no
  rm -f "$trial" "$trial.copy"
  if [[ $shares == yes ]]; then return; fi
  cat <<TEXT
Warning: the file system of $data cannot share blocks between files.
  Every bookmark, branch and container will be a full copy: 200 MB of database take 200 MB each time, and
  some seconds; 20 GB take minutes. For more than the demo, let root prepare a folder that can, once:
    sudo $root/scripts/prepare-folder.sh --user $(id -un) --size 50G
TEXT
}

# Returns when the daemon answers. One that runs an older build is replaced; databases and
# applications go on meanwhile.
start_daemon() {
  local pid
  if pid=$(daemon_pid); then
    if [[ $(readlink "/proc/$pid/exe") == "$daemon_program" ]] && daemon_answers &&
      [[ -z $port || $port == "$(cat "$data/page-port" 2>/dev/null)" ]] &&
      [[ -z $reach || $reach == "$(reach_name)" ]]; then
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
