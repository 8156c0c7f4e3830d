#!/usr/bin/env bash
# Runs a test so that nothing of it outlives it, however it ends: its processes are in a namespace
# that ends with it, and its mounts (and with them loop devices) in another. Needs root; an ordinary
# user's tests mount nothing and run as they are.
set -euo pipefail
if ((EUID != 0)); then exec "$@"; fi
exec unshare --mount --pid --fork --kill-child --mount-proc -- "$@"
