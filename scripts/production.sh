# shellcheck shell=bash
# The production that the demo's shop follows: a PostgreSQL and a MariaDB server of its own, outside of the
# pool, and a program that sells something about once a second. Sourced by ./start.
: "${root:?}" "${data:?}"

: "${build:=$root/build}"
: "${production:=$data/production}"
: "${production_user:=slipstream}"  # when we are root

# shellcheck source=scripts/postgresql.sh
source "$root/scripts/postgresql.sh"

# as_production PROGRAM...: as the user who runs databases; they refuse root.
as_production() { (exec_as_production "$@"); }

# The same in place of this shell. In a folder that this user may enter, wherever we are.
exec_as_production() {
  cd /
  if ((EUID == 0)); then
    exec setpriv --reuid "$production_user" --regid "$(id -g "$production_user")" --clear-groups -- "$@"
  fi
  exec "$@"
}

# Its servers run as a user who may not enter every folder that root may.
check_that_production_can_enter() {
  local folder=$1
  until as_production test -x "$folder"; do
    if as_production test -x "$(dirname "$folder")"; then
      fail "the demo's production runs as $production_user, who may not enter $folder. Keep the installation in a
  folder that everybody may enter: ./start --data DIR; or do without the demo: ./start --no-demo."
    fi
    folder=$(dirname "$folder")
  done
}

# runs NAME PROGRAM: is the process whose number was written down under that name still there?
runs() {
  local pid
  pid=$(cat "$production/$1.pid" 2>/dev/null) && is_program "$pid" "$2"
}

# Made beside and moved into place when complete: after an interruption it is begun anew.
make_production() {
  local new="$production.new"
  rm -rf -- "$new"
  (umask 077 && mkdir -p "$new")
  chmod 755 "$new"
  check_that_production_can_enter "$new"
  mkdir -p "$new/files/bin" "$new/run"
  (umask 077 && head -c 15 /dev/urandom | base64 | tr '+/' '-_' >"$new/password")
  if ((EUID == 0)); then chown -R "$production_user" "$new"; fi
  as_production "$(postgresql_programs)/initdb" -D "$new/postgresql" -U shop \
    --pwfile "$new/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 >"$new/made.log" 2>&1
  as_production mariadb-install-db --no-defaults --datadir="$new/mariadb" --skip-test-db \
    --auth-root-authentication-method=normal >>"$new/made.log" 2>&1
  mv -T "$new" "$production"
}

# port_of NAME: its own from one start to the next, unless another program has taken it meanwhile.
port_of() {
  local own
  own=$(cat "$production/$1.port" 2>/dev/null) || own=$((${port:-8747} + 1000))
  while port_is_taken "$own"; do own=$((own + 1)); done
  echo "$own" >"$production/$1.port"
  echo "$own"
}

start_postgresql() {
  if ! runs postgresql postgres; then
    as_production "$(postgresql_programs)/pg_ctl" -D "$production/postgresql" -w -s \
      -l "$production/postgresql.log" -t 120 \
      -o "-p $(port_of postgresql) -c listen_addresses=127.0.0.1 -k '' \
          -c shared_buffers=32MB -c max_wal_size=128MB -c log_min_messages=fatal" start
    head -n 1 "$production/postgresql/postmaster.pid" >"$production/postgresql.pid"
  fi
  if [[ -z $(on_postgresql postgres -c "SELECT 1 FROM pg_database WHERE datname = 'shop'") ]]; then
    on_postgresql postgres -c "CREATE DATABASE shop"
  fi
}

# on_postgresql DATABASE ARGUMENT...: the password is in no list of processes.
on_postgresql() {
  local database=$1
  shift
  PGPASSWORD=$(<"$production/password") psql --host=127.0.0.1 --username=shop --dbname="$database" \
    --port="$(<"$production/postgresql.port")" --quiet --no-align --tuples-only "$@"
}

on_mariadb() {
  as_production mariadb --no-defaults --socket="$production/run/mariadb.sock" --user=root "$@"
}

start_mariadb() {
  if ! runs mariadb mariadbd; then
    exec_as_production setsid mariadbd --no-defaults --datadir="$production/mariadb" \
      --socket="$production/run/mariadb.sock" --pid-file="$production/mariadb.pid" \
      --bind-address=127.0.0.1 --port="$(port_of mariadb)" --server-id=1 \
      --log-bin=binlog --max-binlog-size=16M --expire-logs-days=1 --innodb-buffer-pool-size=32M \
      --skip-log-error </dev/null >"$production/mariadb.log" 2>&1 &
  fi
  local give_up=$((SECONDS + 60))
  until on_mariadb -e "SELECT 1" >/dev/null 2>&1; do
    if ((SECONDS >= give_up)); then fail "MariaDB of the demo's production does not start"; fi
    sleep 0.1
  done
  on_mariadb -e "CREATE DATABASE IF NOT EXISTS shop;
    CREATE USER IF NOT EXISTS shop@'%' IDENTIFIED BY '$(<"$production/password")';
    GRANT ALL PRIVILEGES ON *.* TO shop@'%';"
}

# Returns when it sells. Its program is a copy that the production's user may run, wherever the build is.
start_selling() {
  if runs shop shop; then return; fi
  local password
  password=$(<"$production/password")
  (
    export DATABASE_URL="postgresql://shop:$password@127.0.0.1:$(<"$production/postgresql.port")/shop" \
      STOCK_HOST=127.0.0.1 STOCK_PORT="$(<"$production/mariadb.port")" STOCK_USER=shop \
      STOCK_PASSWORD=$password STOCK_DATABASE=shop SHOP_FILES="$production/files"
    echo "$BASHPID" >"$production/shop.pid"
    exec_as_production setsid "$production/files/bin/shop" produce
  ) </dev/null >"$production/shop.log" 2>&1 &
  local seller=$! give_up=$((SECONDS + 60)) sold
  sold=$(orders_sold)
  until [[ $(orders_sold) -gt $sold ]]; do
    runs_on "$seller" || fail "the demo's shop has ended: $(tail -n 1 "$production/shop.log")"
    ((SECONDS < give_up)) || fail "the demo's shop sells nothing: $(tail -n 1 "$production/shop.log")"
    sleep 0.2
  done
}

orders_sold() {
  on_postgresql shop -c "SELECT coalesce(max(number), 0) FROM orders" 2>/dev/null || echo 0
}

# Everything of it runs when this returns; says nothing where it did before.
start_production() {
  if [[ ! -s $production/password ]]; then
    echo "Making the demo's production: two databases and a shop that sells."
    make_production
  fi
  check_that_production_can_enter "$production"
  start_postgresql
  start_mariadb
  install -m 755 "$build/demo/shop/bin/shop" "$production/files/bin/shop"
  start_selling
  sed -e "s|@PASSWORD@|$(<"$production/password")|; s|@POSTGRESQL_PORT@|$(<"$production/postgresql.port")|" \
    -e "s|@MARIADB_PORT@|$(<"$production/mariadb.port")|; s|@FILES@|$production/files|" \
    "$root/demo/shop/template.toml.in" >"$production/template.toml"
  chmod 600 "$production/template.toml"
}

# Ends what start_production has started.
stop_production() {
  local name pid
  [[ -d $production ]] || return 0
  for name in shop mariadb postgresql; do
    pid=$(cat "$production/$name.pid" 2>/dev/null) || continue
    case $name in
      shop) runs shop shop && wait_for_end "$pid" ;;
      mariadb) runs mariadb mariadbd && wait_for_end "$pid" ;;
      postgresql) runs postgresql postgres && wait_for_end "$pid" INT ;;
    esac
  done
  rm -f "$production"/{shop,mariadb,postgresql}.pid
}
