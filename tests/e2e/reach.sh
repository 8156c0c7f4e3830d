#!/usr/bin/env bash
# reach.sh BUILD: an installation that is reached from another machine, which a network namespace stands for: page,
# databases and an application by TLS, each with the installation's authority; nothing of them without.
#
# Needs root. Runs in namespaces of its own, so that no interface, mount or process outlives it.
set -euo pipefail

build=$1
if ((EUID != 0)); then
  echo "reach.sh: this needs root" >&2
  exit 77
fi
if [[ ${SLIP_IN_NAMESPACES:-} != yes ]]; then
  SLIP_IN_NAMESPACES=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc -- \
    bash "${BASH_SOURCE[0]}" "$build"
fi

data=$(mktemp --directory "${TMPDIR:-/var/tmp}/slipstream-reach.XXXXXX")
chmod 755 "$data"
export HOME="$data/home" SLIP_SOCKET="$data/run/slip.sock"
mkdir "$HOME"
name=slipstream.test copies=copies.slipstream.test port=8747
daemon="$build/src/daemon/slipstreamd"
slip() { "$build/src/client/cli/slip" "$@"; }
daemon_id="" machine=""

clean_up() {
  [[ -z $machine ]] || kill "$machine"
  [[ -n $daemon_id ]] && kill -TERM "$daemon_id" 2>/dev/null && wait "$daemon_id" || true
  "$daemon" --data "$data" --instance-user nobody --shutdown || true
  rm -rf "$data"
}
trap clean_up EXIT

fail() {
  echo "FAILED: $1" >&2
  tail -n 20 "$data/slipstreamd.log" >&2
  exit 1
}

# The other machine, joined to this one by a pair of interfaces.
make_machine() {
  unshare --net sleep infinity &
  machine=$!
  until [[ $(readlink "/proc/$machine/ns/net") != $(readlink /proc/self/ns/net) ]]; do sleep 0.01; done
  ip link set lo up
  ip link add slip-here type veth peer name slip-there netns "$machine"
  ip address add 192.0.2.10/24 dev slip-here
  ip link set slip-here up
  there ip address add 192.0.2.11/24 dev slip-there
  there ip link set slip-there up
  printf '127.0.0.1 localhost\n192.0.2.10 %s %s\n' "$name" "$copies" >"$data/hosts"
  mount --bind "$data/hosts" /etc/hosts
}

there() { nsenter --target "$machine" --net -- "$@"; }

start_daemon() {
  "$daemon" --data "$data" --port "$port" --pool-size 4 --instance-user nobody \
    --reach "$name" --endpoint-host-name "$copies" >>"$data/slipstreamd.log" 2>&1 &
  daemon_id=$!
  local give_up=$((SECONDS + 60))
  until slip status >/dev/null 2>&1; do
    kill -0 "$daemon_id" 2>/dev/null || fail "the daemon ended"
    ((SECONDS < give_up)) || fail "the daemon does not answer"
    sleep 0.05
  done
}

make_container() {
  cat >"$data/shop.toml" <<TOML
name = "shop"
[[source]]
name = "db"
kind = "postgresql"
dump = "$build/demo/employees/database.sql"
login = "employees"
database = "employees"
port = 5433
[[source]]
name = "stock"
kind = "mariadb"
port = 3307
[[source]]
name = "app"
kind = "files"
path = "$build/demo/employees/application"
port = 1080
priority = 2
[source.run]
command = ["bin/employees"]
health = "/health"
[source.run.env]
PORT = "\${port}"
DATABASE_URL = "\${db.URL}"
EMPLOYEES_FILES = "\${directory}"
TOML
  slip apply "$data/shop.toml" >"$data/out" 2>&1 || { cat "$data/out"; fail "slip apply"; }
  slip container create qa --template shop >"$data/out" 2>&1 || { cat "$data/out"; fail "the container"; }
}

# refused WHAT COMMAND...: it fails, and says so in words that hold for it.
refused() {
  local words=$1
  shift
  if "$@" >"$data/out" 2>&1; then fail "this was let in: $*"; fi
  grep -q "$words" "$data/out" || { cat "$data/out"; fail "no word of \"$words\" from: $*"; }
}

make_machine
start_daemon
slip ca >"$data/ca.pem"
chmod 644 "$data/ca.pem"

echo "== The page and the command"
page="https://$name:$port"
there curl --silent --fail --cacert "$data/ca.pem" "$page/" | grep -qi "<title>" || fail "the page"
there "$build/src/client/cli/slip" --url "$page" --certificate "$data/ca.pem" status >/dev/null ||
  fail "the command"
refused "certificate" there curl --silent --show-error "$page/"
refused "." there curl --silent --show-error --fail "http://$name:$port/"

make_container
echo "== PostgreSQL"
url=$(slip connect qa db)
[[ $url == *"@$copies:"*"?sslmode=require" ]] || fail "the address of PostgreSQL: $url"
encrypted="SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
[[ $(there psql "$url" --tuples-only --no-align --command "$encrypted") == t ]] || fail "psql"
checked="${url%require}verify-full&sslrootcert=$data/ca.pem"
[[ $(there psql "$checked" --tuples-only --no-align --command "$encrypted") == t ]] || fail "psql, with the authority"
refused "TLS only" there psql "${url%require}disable" --command "SELECT 1"

echo "== MariaDB"
pasted=$(slip connect qa stock --format mariadb)
without=${pasted/ --loose-ssl --loose-skip-ssl-verify-server-cert/}
[[ $without != "$pasted" ]] || fail "the command for MariaDB asks for no TLS: $pasted"
# on_mariadb COMMAND STATEMENT [OPTION...]: a command that was pasted, whatever option files there are.
on_mariadb() {
  there bash -c "${1/mariadb/mariadb --no-defaults ${*:3}} -e \"$2\""
}
cipher="SHOW STATUS LIKE 'Ssl_cipher'"
on_mariadb "$pasted" "$cipher" | grep -q "Ssl_cipher.[A-Z]" || fail "mariadb"
on_mariadb "$without" "$cipher" --ssl-ca="$data/ca.pem" --ssl-verify-server-cert | grep -q "Ssl_cipher.[A-Z]" ||
  fail "mariadb, with the authority"
refused "TLS only" on_mariadb "$without" "SELECT 1" --skip-ssl

echo "== An application"
app=$(slip connect qa app)
[[ $app == https://$copies:* ]] || fail "the address of the application: $app"
there curl --silent --fail --cacert "$data/ca.pem" "${app}employees.json" | grep -q "\[" || fail "the application"
refused "." there curl --silent --show-error --fail --cacert "$data/ca.pem" "${app/https/http}"
there curl --silent "${app/https/http}" | grep -q "https:// only" || fail "nothing says why plain HTTP is refused"

echo "== After a restore"
slip bookmark create qa kept >/dev/null
slip restore qa kept >/dev/null
[[ $(there psql "$checked" --tuples-only --no-align --command "$encrypted") == t ]] || fail "psql after a restore"
there curl --silent --fail --cacert "$data/ca.pem" "${app}employees.json" >/dev/null || fail "the application after a restore"

echo "== Branches beside"
slip branch create qa other --from qa/kept --beside >/dev/null
beside=$(slip connect qa db --branch other)
[[ $beside == *"@$copies:"*"?sslmode=require" ]] || fail "the address of a branch beside: $beside"
[[ $beside != "$url" ]] || fail "the branch beside has the address of the active one"
[[ $(there psql "$beside" --tuples-only --no-align --command "$encrypted") == t ]] || fail "psql to a branch beside"
refused "TLS only" there psql "${beside%require}disable" --command "SELECT 1"
app_beside=$(slip connect qa app --branch other)
there curl --silent --fail --cacert "$data/ca.pem" "${app_beside}employees.json" >/dev/null ||
  fail "the application of a branch beside"

echo "== Within the machine all is as ever"
local_port=$(sed 's|.*:\([0-9]*\)/.*|\1|' <<<"$app")
curl --silent --fail "http://127.0.0.1:$local_port/employees.json" >/dev/null || fail "the application on loopback"
psql "$(sed "s|$copies|127.0.0.1|; s|require|disable|" <<<"$url")" --command "SELECT 1" >/dev/null || fail "psql on loopback"
echo "== All as it should be"
