#!/usr/bin/env bash
# Stops the S3 server of eng/s3-up.sh: eng/s3-down.sh DIRECTORY [--wipe]
# It touches only processes whose pid files and command lines name that directory. --wipe deletes the data afterwards.
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

directory=$(realpath -m "${1:?usage: s3-down.sh DIRECTORY [--wipe]}")

is_ours() { tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF -- "$directory/ceph.conf"; }

# Throw-away data needs no patience: ten seconds, then the hard way.
stop() {
  local pid attempt
  pid=$(cat "$directory/run/$1.pid" 2>/dev/null) || return 0
  is_ours "$pid" || return 0
  kill "$pid" 2>/dev/null || return 0
  for attempt in $(seq 100); do
    is_ours "$pid" || return 0
    sleep 0.1
  done
  log "$1 did not stop after $attempt checks: killing it"
  kill -9 "$pid" 2>/dev/null || true
}

for name in client.rgw osd.0 mon.a; do stop "$name"; done

if [ "${2:-}" = --wipe ] && [ -f "$directory/ceph.conf" ]; then rm -rf "$directory"; fi
