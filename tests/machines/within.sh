#!/usr/bin/env bash
# within.sh FOLDER COMMAND...: runs a command with FOLDER as the root of everything, in its folder srv/slipstream, as root.
# Mounts, loop devices and processes go with the command: it has namespaces of its own.
set -euo pipefail

# shellcheck disable=SC2016  # expanded inside
exec unshare --mount --propagation private --pid --fork --kill-child bash -c '
  set -euo pipefail
  folder=$1
  shift
  mountpoint --quiet "$folder" || mount --bind "$folder" "$folder"
  mount -t proc proc "$folder/proc"
  mount --rbind /sys "$folder/sys"
  mount --rbind /dev "$folder/dev"
  mount -t tmpfs tmpfs "$folder/run"
  # Its root is the root: within a chroot the kernel makes no user namespaces.
  cd "$folder"
  mkdir -p .left
  pivot_root . .left
  cd /srv/slipstream
  umount --lazy /.left
  rmdir /.left
  status=0
  env --ignore-environment HOME=/root USER=root TERM=dumb LANG=C.UTF-8 \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" || status=$?
  exit "$status"
' within "$@"
