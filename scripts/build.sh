#!/usr/bin/env bash
# Builds into build/: everything, or only the targets that are given.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build"

mkdir -p "$build/bin"
# One build at a time: ./start and ./test may meet here.
exec 9>"$build/.lock"
flock 9

if [[ ! -f $build/build.ninja ]]; then
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >"$build/configure.log" ||
    { cat "$build/configure.log" >&2; exit 1; }
fi
ninja -C "$build" -j "$(nproc)" "$@"

ln -sfn ../src/client/cli/slip "$build/bin/slip"
ln -sfn ../src/daemon/slipstreamd "$build/bin/slipstreamd"
