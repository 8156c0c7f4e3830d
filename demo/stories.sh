#!/usr/bin/env bash
# The stories of the demo, as a transcript: destructive testing, a bug with its data, an accident that
# nobody had bookmarked before, and a shop that follows its production.
# Run it after ./start; it may be run again. Each step is checked in the applications' own lists,
# and the first thing that is not as the story says ends it with an error.
#
# Usage: demo/stories.sh [--data DIR]     the installation; otherwise the one started last
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
home="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
PATH="$root/build/bin:$PATH"

data=""
if [[ ${1:-} == --data ]]; then data=$(realpath --canonicalize-missing -- "$2"); fi
if [[ -z $data ]]; then data=$(head -n 1 "$home/.config/slipstream/installation"); fi
SLIP_URL="http://127.0.0.1:$(<"$data/page-port")"
export SLIP_URL
unset SLIP_TOKEN SLIP_SOCKET

# Commands are shown here also when their output goes elsewhere.
exec 3>&1

# Each person has a login of his own, which goes with this script.
logins=$(mktemp --directory)
trap 'rm -rf "$logins"' EXIT

fail() {
  printf '\nNOT AS THE STORY SAYS: %s\n' "$1" >&2
  exit 1
}

say() { printf '\n== %s\n' "$1"; }

# become NAME: from here on the commands are NAME's.
become() {
  export HOME="$logins/$1" XDG_CONFIG_HOME="$logins/$1/.config"
  mkdir -p "$XDG_CONFIG_HOME"
}

# Shows a command and runs it; a failure ends the story.
run() {
  printf '$ %s\n' "${*@Q}" >&3
  "$@" || fail "the command failed with $?"
}

# log_in NAME, with the password that ./start made.
log_in() {
  become "$1"
  printf '$ slip login --user %s\n' "$1"
  awk -v user="$1" '$1 == user { print $2 }' "$data/credentials" |
    slip login --user "$1" --password-file - || fail "$1 cannot log in"
}

# The address of a container's application.
application_of() {
  slip container show "$1" --json |
    jq --raw-output '[.. | strings | select(startswith("http://"))][0] | rtrimstr("/")'
}

names() { curl --silent --show-error --fail "$1/employees.json" | jq --compact-output 'map(.name)'; }

post() {
  local address=$1 act=$2
  shift 2
  run curl --silent --show-error --fail -X POST "$@" "$address/employees/$act"
}
add() { post "$1" add --data-urlencode "name=$2"; }
remove() { post "$1" remove --data-urlencode "name=$2"; }
remove_all() { post "$1" remove-all; }

# expect WHO ADDRESS CONDITION: CONDITION is a jq expression over the list of names.
expect() {
  local list
  list=$(names "$2") || fail "$1's application does not answer"
  jq --exit-status "$3" <<<"$list" >/dev/null || fail "$1's employees are $list; expected $3"
  printf '   %s sees %s employees: %s\n' "$1" "$(jq length <<<"$list")" "$3"
}

forget_earlier_run() {
  become dev
  if slip branch list dev --json | grep -q '"bug-4711"'; then
    slip branch activate dev default >/dev/null 2>&1 || true
    slip branch delete dev bug-4711 >/dev/null
  fi
  slip refresh dev >/dev/null
  become qa
  local bookmark
  for bookmark in "after the edge case data" "Bug 4711 data"; do
    if slip bookmark list qa --json | grep -qF "\"$bookmark\""; then
      slip bookmark delete qa "$bookmark" >/dev/null
    fi
  done
  slip refresh qa >/dev/null
  if slip bookmark list shop --json | grep -qF '"before the sale"'; then
    slip bookmark delete shop "before the sale" >/dev/null
  fi
  if slip branch list shop --json | grep -qF '"that second"'; then
    slip branch delete shop "that second" >/dev/null
  fi
}

destructive_testing() {
  say "Story 1: destructive testing"
  become qa
  run slip container list
  expect qa "$qa" 'length == 12'
  add "$qa" "-1"
  add "$qa" "deleted"
  run slip bookmark create qa "after the edge case data" --tag edge --note "two odd employees"
  remove_all "$qa"
  expect qa "$qa" 'length == 0'
  run slip restore qa "after the edge case data"
  expect qa "$qa" 'length == 14 and index("-1") and index("deleted")'
  run slip undo qa
  expect qa "$qa" 'length == 0'
  add "$qa" "left over from a test"
  run slip reset qa
  expect qa "$qa" 'length == 0'
  say "And again"
  run slip restore qa "after the edge case data"
  expect qa "$qa" 'length == 14'
}

find_the_bug() {
  say "Story 2: a bug with its data"
  add "$qa" "''''"
  expect qa "$qa" "length == 15 and index(\"''\")"
  remove "$qa" "''"
  expect qa "$qa" "length == 15 and index(\"''\")"
  run slip bookmark create qa "Bug 4711 data" --share
}

work_on_the_bug() {
  become dev
  run slip bookmark list --available dev | tee "$logins/available"
  grep -q 'Bug 4711 data.*qa\|qa.*Bug 4711 data' "$logins/available" || fail "dev does not see qa's bookmark"
  run slip branch create dev bug-4711 --from "qa/Bug 4711 data"
  expect dev "$dev" "length == 15 and index(\"''\")"
  run slip branch list dev | tee "$logins/branches"
  grep -q 'default.*stopped' "$logins/branches" || fail "the branch default is not stopped"
  grep -q 'bug-4711.*active' "$logins/branches" || fail "the branch bug-4711 is not active"

  say "What one changes, the other does not see"
  add "$dev" "only dev has this one"
  add "$qa" "only qa has this one"
  expect dev "$dev" 'index("only dev has this one") and (index("only qa has this one") | not)'
  expect qa "$qa" 'index("only qa has this one") and (index("only dev has this one") | not)'

  say "The regular data, the bug, and the regular data again"
  run slip branch activate dev default
  expect dev "$dev" 'length == 12'
  run slip branch activate dev bug-4711
  expect dev "$dev" "index(\"''\")"
  run slip branch activate dev default
  expect dev "$dev" 'length == 12'
}

nobody_had_bookmarked() {
  say "Story 3: nobody had bookmarked"
  become qa
  add "$qa" "just in time"
  local just_before
  just_before=$(date --utc +%Y-%m-%dT%H:%M:%S.%3NZ)
  remove_all "$qa"
  expect qa "$qa" 'length == 0'
  run slip restore qa --to "$just_before"
  expect qa "$qa" 'length > 12 and index("just in time")'
  run slip bookmark create qa "after the accident" --at "$just_before"
  run slip bookmark delete qa "after the accident"
}

# numbers: how far orders, stock and receipts of the shop have come.
numbers() { curl --silent --fail "$shop/numbers"; }
sell() { curl --silent --fail --output /dev/null --request POST "$shop/sell"; }

# Is what the copy has now newer than those numbers?
is_newer() {
  printf '%s\n%s\n' "$1" "$(numbers)" |
    jq --slurp --exit-status '.[0].order < .[1].order and .[0].receipt < .[1].receipt' >/dev/null
}

follow_production() {
  say "Story 4: two databases and files that follow production"
  local before
  become admin
  run slip source status
  slip source status --json >"$logins/status"
  jq --exit-status '[.items[] | select(.follows)] |
    length == 2 and all(.state.health == "following" or .state.health == "catching_up")' \
    "$logins/status" >/dev/null || fail "the shop's databases do not follow production"
  run slip template sync shop
  become qa
  run slip refresh shop
  before=$(numbers)
  # Meanwhile production sells; on a machine that has much to do, slowly.
  local tries=0
  until is_newer "$before"; do
    ((++tries <= 20)) || fail "the refresh has brought no newer orders: $before, now $(numbers)"
    sleep 1
    become admin
    run slip template sync shop
    become qa
    run slip refresh shop
  done

  if [[ $(slip pool --json | jq --raw-output .kind) == directory_copies ]]; then
    say "Where every copy is a full one, no history of production is kept: the rest of this story is left out"
    return
  fi

  say "Production as it was at a second after that, which nobody had bookmarked"
  local between=$(($(date +%s) + 1))
  until (($(date +%s) > between + 1)); do sleep 0.2; done
  between=$(date --utc --date="@$between" +%Y-%m-%dT%H:%M:%SZ)
  run slip restore shop --to "$between" --of-template
  printf '%s\n%s\n' "$before" "$(numbers)" |
    jq --slurp --exit-status '.[0].order < .[1].order and .[1].taken <= .[1].order and
      .[1].order - .[1].taken <= 1' >/dev/null ||
    fail "that is not production as it was at $between: $before, now $(numbers)"
  run slip undo shop

  say "Both databases at the same second, which nobody had bookmarked"
  run slip bookmark create shop "before the sale"
  local sold that_second
  for _ in 1 2 3; do sell; done
  sold=$(numbers)
  # To the next whole second, and past it.
  sleep 1.1
  that_second=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
  sleep 1.1
  for _ in 1 2; do sell; done
  run slip restore shop --to "$that_second"
  printf '%s\n%s\n' "$sold" "$(numbers)" |
    jq --slurp --exit-status '.[0].order == .[1].order and .[1].taken == .[1].order' >/dev/null ||
    fail "the databases are not at that second: $sold, now $(numbers)"
  run slip peek shop --at "$that_second" --name "that second"
  run slip branch delete shop "that second"
  run slip bookmark delete shop "before the sale"
}

look_around() {
  say "Back to a time"
  become dev
  local before
  before=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
  add "$dev" "came too late"
  run slip timeline dev
  run slip restore dev --to "$before"
  expect dev "$dev" 'index("came too late") | not'
  run slip refresh dev
  expect dev "$dev" 'length == 12'
  run slip usage dev
  run slip operations dev --json >"$logins/operations"
  jq --exit-status '[.. | objects | .kind? // empty] | length > 3' "$logins/operations" >/dev/null ||
    fail "the record of operations is too short"
}

log_in dev
dev=$(application_of dev)
log_in qa
qa=$(application_of qa)
shop=$(application_of shop)
log_in admin
forget_earlier_run
destructive_testing
find_the_bug
work_on_the_bug
nobody_had_bookmarked
look_around
follow_production
say "All stories are told."
