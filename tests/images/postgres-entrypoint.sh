#!/bin/bash
# The contract of the public postgres image, as far as tests use it: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB; arguments go to postgres.
set -euo pipefail
data=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
bin=$(echo /usr/lib/postgresql/*/bin)
if [ ! -s "$data/PG_VERSION" ]; then
  install -d -o postgres -g postgres -m 700 "$data"
  password=$(mktemp)
  printf '%s\n' "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is missing}" > "$password"
  chown postgres "$password"
  setpriv --reuid=postgres --regid=postgres --init-groups "$bin/initdb" -D "$data" -U "$user" --pwfile="$password" --encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  rm "$password"
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
  if [ "$database" != postgres ]; then
    echo "CREATE DATABASE \"$database\";" | setpriv --reuid=postgres --regid=postgres --init-groups "$bin/postgres" --single -D "$data" postgres >/dev/null
  fi
fi
[ "${1:-}" = postgres ] && shift
exec setpriv --reuid=postgres --regid=postgres --init-groups "$bin/postgres" -D "$data" -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
