#!/usr/bin/env bash
# Installs what the tests need, builds everything, runs every test and ends with the line "N passed, N failed".
#
#   eng/test.sh [--no-format] [--filter EXPRESSION] [PROJECT]...      PROJECT: part of a test project's name
#
# One PostgreSQL and one S3 server serve all tests; both are stopped and deleted at the end. What can run against a real
# Mattermost does so as well where MMDR_TEST_MATTERMOST_URL, _TOKEN and _DATABASE name one
# (tests/MmDrBot.TestKit/Mattermost/Scenes/LiveMattermost.cs says what it must allow); its furniture is removed again.
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

check_format=yes
test_arguments=()
wanted=()

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --no-format) check_format=no ;;
      --filter)
        test_arguments+=(--filter "${2:?--filter needs an expression}")
        shift
        ;;
      -*) die "unknown argument $1" ;;
      *) wanted+=("$1") ;;
    esac
    shift
  done
}

build() {
  log "building"
  dotnet build -c Release --nologo -v quiet "$ROOT_DIR/MmDrBot.sln"
  [ "$check_format" = no ] && return 0
  log "checking the format"
  dotnet format "$ROOT_DIR/MmDrBot.sln" --no-restore --verify-no-changes ||
    die "dotnet format would change files: run it"
}

# shellcheck disable=SC2317  # called by the trap
stop_servers() {
  trap - EXIT
  "$ENG_DIR/s3-down.sh" "$work/s3" --wipe || true
  "$ENG_DIR/postgres-down.sh" "$work/postgres" --wipe || true
  rm -rf "$work"
}

start_servers() {
  log "starting PostgreSQL and the S3 server"
  MMDR_TESTKIT_POSTGRES=$("$ENG_DIR/postgres-up.sh" "$work/postgres" --no-fsync)
  export MMDR_TESTKIT_POSTGRES
  "$ENG_DIR/s3-up.sh" "$work/s3" >"$work/s3.env"
  set -a
  # shellcheck disable=SC1091
  . "$work/s3.env"
  set +a
}

is_wanted() {
  local part
  [ ${#wanted[@]} -gt 0 ] || return 0
  for part in "${wanted[@]}"; do case $1 in *"$part"*) return 0 ;; esac; done
  return 1
}

# One project after the other: they share two servers, and often two cores.
run_tests() {
  local project name
  for project in "$ROOT_DIR"/tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    is_wanted "$name" || continue
    log "testing $name"
    dotnet test "$project" --no-build -c Release --nologo "${test_arguments[@]}" --results-directory "$results" \
      --blame-hang-timeout 20m --blame-hang-dump-type none \
      --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" || printf '%s\n' "$name" >>"$results/failed-runs"
  done
}

main() {
  parse_arguments "$@"
  need_packages postgresql locales radosgw ceph-mon ceph-osd ceph-common openssl curl python3 python3-cryptography python3-zstandard fish zsh
  need_dotnet
  build
  work=$(mktemp -d "${TMPDIR:-/tmp}/mmdr-tests.XXXXXX")
  chmod 755 "$work"
  trap stop_servers EXIT
  start_servers
  results=$ROOT_DIR/TestResults
  rm -rf "$results"
  mkdir -p "$results"
  run_tests
  local status=0
  /usr/bin/python3 "$ENG_DIR/count-tests.py" "$results" >"$work/summary" || status=$?
  cp "$work/summary" "$results/summary.txt"
  stop_servers
  cat "$results/summary.txt"
  exit "$status"
}

main "$@"
