# shellcheck shell=bash
# Setting up the demo and showing what there is; sourced by ./start.
: "${root:?}" "${data:?}" "${demo:?}"

# has_name KIND NAME: is there a user or container of that name?
has_name() {
  slip "$1" list --json | jq --exit-status --arg name "$2" \
    'any(.. | objects | .name?; . == $name)' >/dev/null
}

# Is something in the middle of that container?
is_busy() {
  slip container list --json | jq --exit-status --arg name "$1" \
    'any(.items[]; .name == $name and .state == "busy")' >/dev/null
}

# The password of a user that ./start made; fails if it made none of that name.
password_of() {
  awk -v user="$1" '$1 == user { print $2; found = 1 } END { exit !found }' \
    "$data/credentials" 2>/dev/null
}

# Writes the password down before the user is made: there is never a user whose password is lost.
ensure_user() {
  local name=$1 password
  shift
  if has_name user "$name"; then return; fi
  if ! password=$(password_of "$name"); then
    password=$(head -c 15 /dev/urandom | base64 | tr '+/' '-_')
    (umask 077 && echo "$name $password" >>"$data/credentials")
  fi
  printf '%s\n' "$password" | slip user create "$name" --password-file - "$@" >/dev/null
  echo "Created the user $name."
}

# ensure_container NAME [TEMPLATE [OWNER]]: one that a start before was interrupted at is waited for; where it fails,
# it goes away again.
ensure_container() {
  while is_busy "$1"; do sleep 0.2; done
  if has_name container "$1"; then return; fi
  slip container create "$1" --template "${2:-employees}" --owner "${3:-$1}"
}

set_up_demo() {
  slip apply "$root/build/demo/employees/template.toml"
  ensure_user admin --admin
  ensure_user qa
  ensure_user dev
  ensure_container qa
  ensure_container dev
  slip apply "$production/template.toml"
  ensure_container shop shop qa
}

# What the daemon has to say against the pool that it had to choose.
show_warning() {
  local warning
  warning=$(slip pool --json | jq --raw-output '[.. | objects | .warning? // empty] | first // ""')
  if [[ -n $warning ]]; then printf '\nWarning: %s\n' "$warning"; fi
}

show_login() {
  local name=$1 password
  if password=$(password_of "$name"); then
    printf '  %-6s %s\n' "$name" "$password"
  fi
}

show_installation() {
  echo
  echo "Slipstream is ready ($took)."
  echo
  if [[ $(reach_name) == none ]]; then
    echo "  page     http://127.0.0.1:$(<"$data/page-port")"
  else
    echo "  page     https://$(reach_name):$(<"$data/page-port"), which whoever trusts \`slip ca\` can check"
  fi
  echo "  command  export PATH=$root/build/bin:\$PATH"
  echo "           slip login --user qa"
  echo "  data     $data"
  echo "  log      $data/slipstreamd.log"
  show_warning
  if [[ -r $data/credentials ]]; then
    echo
    echo "Users and their passwords (kept in $data/credentials):"
    show_login admin
    show_login qa
    show_login dev
  fi
  if [[ $demo == yes ]]; then
    echo
    echo "The demo's containers:"
    show_endpoints qa
    show_endpoints dev
    show_endpoints shop
    echo
    echo "shop follows a production that changes all the time: slip source status; slip refresh shop."
  fi
  echo
}

show_endpoints() {
  slip container show "$1" --json | jq --raw-output --arg container "$1" '
    [.. | objects | select(has("connection") or has("url")) | (.connection?.url? // .url?)]
    | map(select(type == "string")) | unique[] | "  \($container)\t\(.)"'
}
