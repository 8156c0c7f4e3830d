#!/usr/bin/env bash
# Builds into build/: everything, or only the targets that are given. With --product first, a build that
# is configured for the first time leaves out the tests and what they need; the next one without it has them.
# A warning is an error, but in a folder that was first built with --product: what a newer compiler warns
# of is no reason not to run.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build"

tests=ON
if [[ ${1:-} == --product ]]; then
  tests=OFF
  shift
fi

mkdir -p "$build/bin"
# One build at a time: ./start and ./test may meet here.
exec 9>"$build/.lock"
flock 9

configured_with_tests() { grep -qxF "SLIP_TESTS:BOOL=ON" "$build/CMakeCache.txt" 2>/dev/null; }

if [[ ! -f $build/build.ninja ]] || { [[ $tests == ON ]] && ! configured_with_tests; }; then
  options=(-DSLIP_TESTS="$tests")
  # Not changed later: it would build everything anew.
  if [[ ! -f $build/build.ninja ]]; then options+=(-DSLIP_WERROR="$tests"); fi
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo "${options[@]}" \
    >"$build/configure.log" || { cat "$build/configure.log" >&2; exit 1; }
fi
ninja -C "$build" -j "$(nproc)" "$@"

ln -sfn ../src/client/cli/slip "$build/bin/slip"
ln -sfn ../src/daemon/slipstreamd "$build/bin/slipstreamd"
