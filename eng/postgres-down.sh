#!/usr/bin/env bash
# Stops the PostgreSQL cluster of eng/postgres-up.sh: eng/postgres-down.sh DIRECTORY [--wipe]
# It touches only the server whose pid stands in that cluster's own directory. --wipe deletes the cluster afterwards.
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

directory=$(realpath -m "${1:?usage: postgres-down.sh DIRECTORY [--wipe]}")
cd /

if [ -f "$directory/data/postmaster.pid" ]; then
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
  stop=("$bin/pg_ctl" -D "$directory/data" -m fast -w -t 60 stop)
  if [ "$(id -u)" = 0 ]; then as_user postgres "${stop[@]}" >/dev/null; else "${stop[@]}" >/dev/null; fi
fi

if [ "${2:-}" = --wipe ] && [ -f "$directory/data/PG_VERSION" ]; then
  socket=$(cat "$directory/socket" 2>/dev/null || true)
  case $socket in /tmp/mmdr-pg.*) rm -rf "$socket" ;; esac
  rm -rf "$directory"
fi
