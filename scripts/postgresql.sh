# shellcheck shell=bash
# Where PostgreSQL's servers are installed; sourced.

# The folder with the newest one's programs: where Debian, its makers' packages for Fedora, and those who
# build it themselves put it, and where Fedora's and Arch's own packages do. Fails if there is none.
postgresql_programs() {
  local folder newest="" series newest_series=0
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/postgresql/*/bin /usr/local/pgsql/bin /usr/bin; do
    if [[ ! -x $folder/initdb || ! -x $folder/postgres ]]; then continue; fi
    series=$("$folder/postgres" --version | grep --only-matching --max-count=1 '[0-9]\+' | head -n 1)
    if ((series > newest_series)); then newest=$folder newest_series=$series; fi
  done
  [[ -n $newest ]] && echo "$newest"
}
