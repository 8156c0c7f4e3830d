#!/usr/bin/env bash
# Installs the two engines whose kinds are files (src/adapters/command/kinds), for their tests, without
# starting the services that their packages bring. Does nothing if they are there.
set -euo pipefail

if [[ -x /usr/sbin/slapd && -x /usr/bin/ldapadd && -x /usr/sbin/firebird && -x /usr/bin/isql-fb ]]; then
  exit 0
fi
((EUID == 0)) || { echo "install-engines.sh: this needs root" >&2; exit 1; }

# Where there are both, the client library is that of 4, which does not open the files of 3 without a server.
firebird=firebird4.0
if [[ -z $(apt-cache madison "$firebird-server" 2>/dev/null) ]]; then firebird=firebird3.0; fi
"$(dirname "${BASH_SOURCE[0]}")/apt-install.sh" slapd ldap-utils "$firebird-server" "$firebird-utils"
