#!/usr/bin/env bash
# Installs Debian packages, as root, without starting the services that they bring: we run servers of our own,
# and whoever wants theirs starts it.
#
# Usage: scripts/apt-install.sh PACKAGE...
set -euo pipefail

# What a package asks before it starts a service. An administrator's own answer stays.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy && ! -L $policy ]]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
  --option DPkg::Lock::Timeout=300 "$@" </dev/null
