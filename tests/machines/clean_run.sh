#!/usr/bin/env bash
# What a new user does on a machine that has nothing yet, as root: ./start, the demo's stories, ./start again,
# --stop, --remove. With --tests, ./test after that.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

data=/var/tmp/slipstream-clean-run
out=$(mktemp)
trap 'rm -f "$out"' EXIT
grep PRETTY_NAME /etc/os-release
./start --background --data "$data"
demo/stories.sh --data "$data" >"$out" 2>&1 || { tail -n 40 "$out"; fail "the stories"; }
tail -n 1 "$out"
./start --background --data "$data" >"$out" 2>&1 || { cat "$out"; fail "./start again"; }
! grep -q "otherwise than" "$out" || { cat "$out"; fail "the demo differs from its own file"; }
./start --stop
echo yes | ./start --remove --data "$data"
[[ ! -e $data ]] || fail "--remove has left $data"
[[ ! -e /usr/local/bin/slip ]] || fail "--remove has left the command"
if [[ ${1:-} == --tests ]]; then exec ./test; fi
