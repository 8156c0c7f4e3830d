#!/usr/bin/env bash
# Installs the packages of scripts/packages that are missing, with --tests those of
# scripts/packages-for-tests too. Does nothing, quickly, when none is.
# Not being root, it prints the line that root has to run, and exits with 3. Where there is no apt it says
# what of all that is not here, and exits with 3 too.
set -euo pipefail

scripts="$(dirname "${BASH_SOURCE[0]}")"
lists=("$scripts/packages")
if [[ ${1:-} == --tests ]]; then lists+=("$scripts/packages-for-tests"); fi

# Folders that hold servers and administrators' programs are not on everybody's PATH.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/libexec"

if ! command -v apt-get >/dev/null; then
  exec "$scripts/find-requirements.sh"
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
done < <(cat "${lists[@]}")

if ((${#missing[@]} == 0)); then exit 0; fi

# What an installation that was interrupted has left half done keeps apt from all others.
finish_interrupted() {
  if [[ -z $(dpkg --audit 2>/dev/null) && -z $(find /var/lib/dpkg/updates -type f -print -quit) ]]; then
    return
  fi
  echo "Finishing an installation of packages that was interrupted."
  DEBIAN_FRONTEND=noninteractive dpkg --configure --pending --force-confdef --force-confold </dev/null ||
    true  # what it cannot configure for want of another package, the next line can
  DEBIAN_FRONTEND=noninteractive apt-get install --fix-broken --yes --quiet=2 \
    --option DPkg::Lock::Timeout=300 </dev/null
}

if ((EUID == 0)); then
  finish_interrupted
  apt-get update --quiet=2 --option DPkg::Lock::Timeout=300
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
"$scripts/apt-install.sh" "${chosen[@]}"
