# shellcheck shell=bash
# The production that the demo's shop follows: a PostgreSQL and a MariaDB server of its own, outside of the
# pool, and a program that sells something about once a second. Sourced by ./start.
: "${root:?}" "${data:?}"

: "${build:=$root/build}"
: "${production:=$data/production}"
: "${production_user:=slipstream}"  # when we are root

# as_production PROGRAM...: as the user who runs databases; they refuse root.
as_production() { (exec_as_production "$@"); }

# The same in place of this shell.
exec_as_production() {
  if ((EUID == 0)); then
    exec setpriv --reuid "$production_user" --regid "$(id -g "$production_user")" --clear-groups -- "$@"
  fi
  exec "$@"
}

# The newest PostgreSQL server's programs.
postgresql_programs() {
  local folder newest=""
  for folder in /usr/lib/postgresql/*/bin; do
    if [[ -x $folder/initdb ]]; then newest=$folder; fi
  done
  [[ -n $newest ]] && echo "$newest"
}

# runs NAME PROGRAM: is the process whose number was written down under that name still there?
runs() {
  local pid
  pid=$(cat "$production/$1.pid" 2>/dev/null) && is_program "$pid" "$2"
}

make_production() {
  (umask 077 && mkdir -p "$production")
  chmod 755 "$production"
  mkdir -p "$production/files/bin" "$production/run"
  (umask 077 && head -c 15 /dev/urandom | base64 | tr '+/' '-_' >"$production/password")
  local first=$((${port:-8747} + 1000)) each
  for each in postgresql mariadb; do
    while port_is_taken "$first"; do first=$((first + 1)); done
    echo "$first" >"$production/$each.port"
    first=$((first + 1))
  done
  if ((EUID == 0)); then chown -R "$production_user" "$production"; fi
  as_production "$(postgresql_programs)/initdb" -D "$production/postgresql" -U shop \
    --pwfile "$production/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 >"$production/made.log"
  as_production mariadb-install-db --no-defaults --datadir="$production/mariadb" --skip-test-db \
    --auth-root-authentication-method=normal >>"$production/made.log"
}

start_postgresql() {
  if ! runs postgresql postgres; then
    as_production "$(postgresql_programs)/pg_ctl" -D "$production/postgresql" -w -s \
      -l "$production/postgresql.log" \
      -o "-p $(<"$production/postgresql.port") -c listen_addresses=127.0.0.1 -k '' \
          -c shared_buffers=32MB -c max_wal_size=128MB -c log_min_messages=fatal" start
    head -n 1 "$production/postgresql/postmaster.pid" >"$production/postgresql.pid"
  fi
  local address="postgresql://shop:$(<"$production/password")@127.0.0.1:$(<"$production/postgresql.port")"
  if [[ -z $(psql -qAt "$address/postgres" -c "SELECT 1 FROM pg_database WHERE datname = 'shop'") ]]; then
    psql -q "$address/postgres" -c "CREATE DATABASE shop"
  fi
}

on_mariadb() {
  as_production mariadb --no-defaults --socket="$production/run/mariadb.sock" --user=root "$@"
}

start_mariadb() {
  if ! runs mariadb mariadbd; then
    exec_as_production setsid mariadbd --no-defaults --datadir="$production/mariadb" \
      --socket="$production/run/mariadb.sock" --pid-file="$production/mariadb.pid" \
      --bind-address=127.0.0.1 --port="$(<"$production/mariadb.port")" --server-id=1 \
      --log-bin=binlog --max-binlog-size=16M --expire-logs-days=1 --innodb-buffer-pool-size=32M \
      --skip-log-error </dev/null >"$production/mariadb.log" 2>&1 &
  fi
  local give_up=$((SECONDS + 60))
  until on_mariadb -e "SELECT 1" >/dev/null 2>&1; do
    if ((SECONDS >= give_up)); then
      cat "$production/mariadb.log" >&2
      fail "the demo's production does not start"
    fi
    sleep 0.1
  done
  on_mariadb -e "CREATE DATABASE IF NOT EXISTS shop;
    CREATE USER IF NOT EXISTS shop@'%' IDENTIFIED BY '$(<"$production/password")';
    GRANT ALL PRIVILEGES ON *.* TO shop@'%';"
}

start_selling() {
  if runs shop shop; then return; fi
  local password
  password=$(<"$production/password")
  DATABASE_URL="postgresql://shop:$password@127.0.0.1:$(<"$production/postgresql.port")/shop" \
    STOCK_HOST=127.0.0.1 STOCK_PORT=$(<"$production/mariadb.port") STOCK_USER=shop \
    STOCK_PASSWORD=$password STOCK_DATABASE=shop SHOP_FILES="$production/files" \
    exec_as_production setsid "$build/demo/shop/bin/shop" produce \
    </dev/null >"$production/shop.log" 2>&1 &
  echo "$!" >"$production/shop.pid"
}

# Everything of it runs when this returns; says nothing where it did before.
start_production() {
  if [[ ! -s $production/password ]]; then
    echo "Making the demo's production: two databases and a shop that sells."
    make_production
  fi
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
      postgresql)
        if runs postgresql postgres; then
          kill -INT "$pid" && tail --pid="$pid" --sleep-interval=0.1 --follow /dev/null
        fi
        ;;
    esac
  done
  rm -f "$production"/{shop,mariadb,postgresql}.pid
}
