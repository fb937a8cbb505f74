#!/usr/bin/env bash
# A real PostgreSQL (15 or later, from Debian's packages) on loopback for the tests: postgresql.sh start DIR | stop DIR
#
# `start` makes a cluster of its own in DIR with a password made for this run, waits until it answers and prints the
# address for SOATIN_TEST_DATABASE_URL. SOATIN_TEST_POSTGRESQL_PORT fixes the port. Other clusters are left alone.
# It runs as Debian's user postgres when this is root, and does not sync to disk: for tests only.
set -euo pipefail
SERVICE=postgresql
. "$(dirname "$0")/common.sh"
OLDEST=15

find_bin() {
  local bin
  for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    if [ -x "$bin/initdb" ] && [ "$(basename "$(dirname "$bin")")" -ge "$OLDEST" ]; then echo "$bin"; return; fi
  done
}

start() {
  local dir=$1 bin port password
  bin=$(find_bin)
  [ -n "$bin" ] || { install postgresql; bin=$(find_bin); }
  [ -n "$bin" ] || die "no PostgreSQL $OLDEST or later"
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  port=${SOATIN_TEST_POSTGRESQL_PORT:-$(free_port)}
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && echo "$password" >"$dir/password")
  [ "$(id -u)" != 0 ] || chown -R postgres "$dir"
  cd "$dir"
  as_user postgres "$bin/initdb" -D "$dir/data" -U soatin -A scram-sha-256 --pwfile="$dir/password" -E UTF8 \
    --locale=C.UTF-8 >"$dir/initdb.log" || { cat "$dir/initdb.log" >&2; die "could not make a cluster in $dir"; }
  as_user postgres "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/data/server.log" start -o \
    "-h 127.0.0.1 -p $port -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
    >/dev/null || { tail -20 "$dir/data/server.log" >&2; die "did not come up; its log is above"; }
  echo "postgresql://soatin:$password@127.0.0.1:$port/postgres"
}

stop() {
  local bin
  bin=$(find_bin)
  [ -n "$bin" ] && [ -d "$1/data" ] || return 0
  cd "$1"
  as_user postgres "$bin/pg_ctl" -D "$PWD/data" -w -m immediate stop >/dev/null 2>&1 || true
}

case "${1:-} ${2:+dir}" in
  "start dir") start "$2" ;;
  "stop dir") stop "$2" ;;
  *) echo "usage: $0 start DIR | stop DIR" >&2; exit 2 ;;
esac
