#!/usr/bin/env bash
# Installs the packages of scripts/packages that are missing. Does nothing, quickly, when none is.
# Not being root, it prints the line that root has to run, and exits with 3.
set -euo pipefail

list="$(dirname "${BASH_SOURCE[0]}")/packages"

if ! command -v apt-get >/dev/null; then
  echo "This is not a Debian system: please see to the packages listed in $list yourself." >&2
  exit 0
fi

declare -A installed
while read -r name status; do
  if [[ $status == installed ]]; then installed[$name]=yes; fi
done < <(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n')

if command -v npm >/dev/null; then installed[npm]=yes; fi

# Each entry: the alternatives of one line of which none is installed.
missing=()
while IFS= read -r line; do
  line=${line%%#*}
  if [[ -z ${line// /} ]]; then continue; fi
  found=no
  for name in ${line//|/ }; do
    if [[ -n ${installed[$name]:-} ]]; then found=yes; fi
  done
  if [[ $found == no ]]; then missing+=("$line"); fi
done <"$list"

if ((${#missing[@]} == 0)); then exit 0; fi

if ((EUID == 0)); then
  apt-get update --quiet=2
fi

# The first alternative that this release of Debian has; the first of all if none.
chosen=()
for line in "${missing[@]}"; do
  read -r -a names <<<"${line//|/ }"
  pick=${names[0]}
  for name in "${names[@]}"; do
    if [[ -n $(apt-cache madison "$name" 2>/dev/null) ]]; then
      pick=$name
      break
    fi
  done
  chosen+=("$pick")
done

if ((EUID != 0)); then
  echo "Some packages are missing. Please have them installed, as root:" >&2
  echo "  apt-get install --yes --no-install-recommends ${chosen[*]}" >&2
  exit 3
fi

echo "Installing ${chosen[*]}"
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
  --option DPkg::Lock::Timeout=300 "${chosen[@]}" </dev/null
