#!/usr/bin/env bash
# Installs the two engines whose kinds are files (src/adapters/command/kinds), for their tests, without
# starting the services that their packages bring. Does nothing if they are there.
set -euo pipefail

if [[ -x /usr/sbin/slapd && -x /usr/bin/ldapadd && -x /usr/sbin/firebird && -x /usr/bin/isql-fb ]]; then
  exit 0
fi
((EUID == 0)) || { echo "install-engines.sh: this needs root" >&2; exit 1; }

# What a package asks before it starts a service.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
firebird=firebird3.0
if [[ -z $(apt-cache madison "$firebird-server" 2>/dev/null) ]]; then firebird=firebird4.0; fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
  --option DPkg::Lock::Timeout=300 slapd ldap-utils "$firebird-server" "$firebird-utils" </dev/null
