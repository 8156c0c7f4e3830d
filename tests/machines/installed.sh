#!/usr/bin/env bash
# What package.sh and systemd.sh do with an installed package; sourced by them.

# A function that the script may define says more of what went wrong.
fail() {
  echo "FAILED: $1" >&2
  if declare -F show_log >/dev/null; then show_log >&2; fi
  exit 1
}

# newer_of PACKAGE FOLDER: makes the same package as a newer version there, and prints its path.
newer_of() {
  local tree newer
  tree=$(mktemp --directory "$2/package.XXXXXX")
  dpkg-deb --raw-extract "$1" "$tree"
  newer="$(dpkg-deb --field "$1" Version)+newer"
  sed -i "s/^Version: .*/Version: $newer/" "$tree/DEBIAN/control"
  dpkg-deb --root-owner-group --build "$tree" "$2/slipstream_${newer}_amd64.deb" >/dev/null
  rm -rf "$tree"
  echo "$2/slipstream_${newer}_amd64.deb"
}

# install_requirements PACKAGE MORE...: what the package needs, and a server of databases, so that installing it
# needs no network; and more. Needs none itself where all is there.
install_requirements() {
  export DEBIAN_FRONTEND=noninteractive
  local options=(--yes --quiet=2 --no-install-recommends) simulated
  local all=("$(dpkg-deb --field "$1" Depends)" "postgresql-15 | postgresql-17 | postgresql-18" "${@:2}")
  if ! simulated=$(apt-get satisfy --simulate "${options[@]}" "${all[@]}" 2>/dev/null) || grep -q '^Inst' <<<"$simulated"; then
    apt-get update --quiet=2
    apt-get satisfy "${options[@]}" "${all[@]}" >/dev/null
  fi
}

# Only while no daemon has it open.
catalog_schema() { od --address-radix=n --skip-bytes=60 --read-bytes=4 --format=u4 --endian=big /var/lib/slipstream/catalog.db | tr --delete ' '; }

# The servers of containers.
servers() { pgrep --full '^/usr/lib/postgresql/.*/var/lib/slipstream' || true; }

# When the database was started that answers.
started_at() { sql "SELECT pg_postmaster_start_time()"; }

# make_container: a container "c" with an empty database of each kind that there are servers for, and a table of employees
# in PostgreSQL's.
make_container() {
  local template sources=1
  template=$(mktemp)
  printf 'name = "e"\n[[source]]\nname = "db"\nkind = "postgresql"\nport = 25433\n' >"$template"
  if command -v mariadbd >/dev/null; then
    printf '[[source]]\nname = "maria"\nkind = "mariadb"\nport = 25434\n' >>"$template"
    ((++sources))
  fi
  if command -v redis-server >/dev/null; then
    printf '[[source]]\nname = "cache"\nkind = "redis"\nport = 25435\n' >>"$template"
    ((++sources))
  fi
  quietly slip apply "$template"
  rm "$template"
  quietly slip container create c --template e
  [[ $(slip connect c --json | jq '[.[] | select(.connection)] | length') == "$sources" ]] || fail "not all $sources databases run"
  sql "CREATE TABLE employees (name text); INSERT INTO employees SELECT 'employee ' || n FROM generate_series(1, 12) n"
}

# What a command says of how far it has come is of interest only when it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || { echo "$said" >&2; fail "$*"; }
}

sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$(slip connect c db)" --command "$1"; }

# After a boot the daemon answers before the databases do.
await_database() {
  local give_up=$((SECONDS + 60))
  until sql "SELECT 1" >/dev/null 2>&1; do
    ((SECONDS < give_up)) || fail "the database has not been started"
    sleep 0.2
  done
}

# expect_employees NUMBER MOMENT
expect_employees() {
  local found
  found=$(sql "SELECT count(*) FROM employees") || fail "the database does not answer $2"
  [[ $found == "$1" ]] || fail "there are $found employees $2, not $1"
}

# Destructive testing, as demo/stories.sh plays it with an application.
first_story() {
  sql "INSERT INTO employees VALUES ('-1'), ('deleted')"
  quietly slip bookmark create c "after the edge case data" --tag edge
  local again
  for again in first second; do
    sql "DELETE FROM employees"
    expect_employees 0 "after the $again destructive test"
    quietly slip restore c "after the edge case data"
    expect_employees 14 "after the $again restore"
  done
  quietly slip undo c
  expect_employees 0 "after undo"
  quietly slip restore c "after the edge case data"
}

# A connection that is kept, and whether it is the same one still.
hold_connection() {
  coproc held { psql --no-psqlrc --quiet --tuples-only --no-align "$(slip connect c db)" 2>&1; }
  # shellcheck disable=SC2154  # made by coproc
  held_pid=$held_PID
  held_backend=$(ask_held "SELECT pg_backend_pid()")
  [[ $held_backend =~ ^[0-9]+$ ]] || fail "no connection: $held_backend"
}

ask_held() {
  local answer
  echo "$1;" >&"${held[1]}" || fail "the connection has gone"
  read -r -t 20 answer <&"${held[0]}" || fail "the connection does not answer"
  echo "$answer"
}

# check_held MOMENT
check_held() {
  [[ $(ask_held "SELECT pg_backend_pid()") == "$held_backend" ]] || fail "the connection was cut $1"
}

let_go() {
  eval "exec ${held[1]}>&-"
  wait "$held_pid" || true
}

# What an installation has outside of its folder: mounts, loop devices, processes.
leftovers() {
  grep -F /var/lib/slipstream /proc/self/mountinfo || true
  losetup --noheadings --list --output BACK-FILE | grep -F /var/lib/slipstream || true
  pgrep --list-full --full /var/lib/slipstream || true
  pgrep --list-name --exact slip-gateway || true
}

# And of what it may share with other installations of a machine.
leftovers_of_machine() {
  leftovers
  ip -oneline link | grep -E '\bslip' || true
  find /sys/fs/cgroup -type d -path '*/slipstream/*/*' 2>/dev/null || true
}
