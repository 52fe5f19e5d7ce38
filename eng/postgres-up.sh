#!/usr/bin/env bash
# Starts a throw-away PostgreSQL cluster and prints the URI of its superuser.
#
#   eng/postgres-up.sh DIRECTORY [--no-fsync] [--set NAME=VALUE]...
#
# It listens on a free port of 127.0.0.1 and on a unix socket (DIRECTORY/socket names its folder). Where one already runs
# in DIRECTORY, that one's URI is printed. root cannot run PostgreSQL: the cluster then belongs to the user `postgres`.
# Stop it by eng/postgres-down.sh DIRECTORY [--wipe].
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

settings=(max_connections=200 max_wal_size=4GB wal_level=minimal max_wal_senders=0)

parse_arguments() {
  [ $# -ge 1 ] || die "usage: postgres-up.sh DIRECTORY [--no-fsync] [--set NAME=VALUE]..."
  directory=$(realpath -m "$1")
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --no-fsync) settings+=(fsync=off synchronous_commit=off full_page_writes=off) ;;
      --set)
        settings+=("${2:?--set needs NAME=VALUE}")
        shift
        ;;
      *) die "unknown argument $1" ;;
    esac
    shift
  done
}

as_owner() { if [ "$(id -u)" = 0 ]; then as_user postgres "$@"; else "$@"; fi; }

make_directory() {
  mkdir -p "$directory"
  [ "$(id -u)" != 0 ] || chown postgres: "$directory"
  as_owner test -w "$directory" || die "the user postgres cannot reach $directory: choose one whose parents it may enter"
}

# A socket's path has at most 107 bytes, so a long DIRECTORY keeps its socket elsewhere.
socket_directory() {
  local socket=$directory/run
  if [ ${#socket} -gt 85 ]; then socket=$(as_owner mktemp -d /tmp/mmdr-pg.XXXXXX); else as_owner mkdir -p "$socket"; fi
  printf '%s\n' "$socket" >"$directory/socket"
}

initialise() {
  [ ! -f "$directory/data/PG_VERSION" ] || return 0
  local password
  password=$(random_hex 16)
  install -m 600 /dev/null "$directory/password"
  [ "$(id -u)" != 0 ] || chown postgres: "$directory/password"
  printf '%s\n' "$password" >"$directory/password"
  as_owner "$bin/initdb" -D "$directory/data" -U mmdr --pwfile="$directory/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$directory/initdb.log"
}

running() { as_owner "$bin/pg_ctl" -D "$directory/data" status >/dev/null 2>&1; }

start() {
  local port options setting socket
  port=$(free_ports 1)
  socket_directory
  socket=$(cat "$directory/socket")
  options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$socket'"
  for setting in "${settings[@]}"; do options+=" -c '$setting'"; done
  # A language beside English, for tests of what must not depend on it; without Debian's package locales there is none.
  local languages=$directory/locales
  [ -d "$languages/de_DE.UTF-8" ] || { as_owner mkdir -p "$languages" && as_owner localedef -i de_DE -f UTF-8 "$languages/de_DE.UTF-8" 2>/dev/null || true; }
  # The lock of this script must not live on in the server: 9>&-
  as_owner env LOCPATH="$languages" "$bin/pg_ctl" -D "$directory/data" -l "$directory/postgres.log" -o "$options" -w -t 60 start >/dev/null 9>&- ||
    die "PostgreSQL did not start, see $directory/postgres.log"
  printf 'postgres://mmdr:%s@127.0.0.1:%s/postgres\n' "$(cat "$directory/password")" "$port" >"$directory/uri"
}

main() {
  parse_arguments "$@"
  need_packages postgresql
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
  make_directory
  exec 9>"$directory/lock"
  flock 9
  initialise
  running || start
  cat "$directory/uri"
}

# PostgreSQL complains about a working directory it cannot enter.
invocation_directory=$PWD
case ${1:-} in /* | '' | -*) ;; *) set -- "$invocation_directory/$1" "${@:2}" ;; esac
cd /
main "$@"
