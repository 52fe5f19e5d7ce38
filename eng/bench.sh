#!/usr/bin/env bash
# Measures mmdr against restic and pg_dump on the same data, in turn, and prints a table.
#
#   eng/bench.sh [--posts N] [--files N] [--bytes N] [--rounds N] [--s3] [--peers-only] [--work DIRECTORY] [--mmdr PROGRAM] [--keep]
#   eng/bench.sh --doors [--mmdr PROGRAM]
#
# Defaults: 1,500,000 posts, 30,000 files of 3 GB together, one round. Needs about five times that on disk (six with --s3).
# Each round starts new repositories and changes who goes first; the table shows medians. On shared machines trust only
# ratios from one run, and only those above about 1.5. What is verified or restored is read from the disk, where this user may empty
# the page cache: nobody restores what was written a minute ago. --s3 adds a first backup to Ceph's RADOS gateway.
# --doors measures something else: how fast the published program starts and how much memory it takes, and how fast it acknowledges
# slash commands, 200 a second, beside the stand-in for Mattermost.
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

posts=1500000 files=30000 bytes=3000000000 rounds=1
s3=no doors=no peers_only=no keep=no work='' mmdr_program=''

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --s3) s3=yes ;;
      --doors) doors=yes ;;
      --peers-only) peers_only=yes ;;
      --keep) keep=yes ;;
      --posts | --files | --bytes | --rounds | --work | --mmdr)
        [ $# -ge 2 ] || die "$1 needs a value"
        case $1 in
          --posts) posts=$2 ;;
          --files) files=$2 ;;
          --bytes) bytes=$2 ;;
          --rounds) rounds=$2 ;;
          --work) work=$2 ;;
          --mmdr) mmdr_program=$2 ;;
        esac
        shift
        ;;
      *) die "unknown argument $1" ;;
    esac
    shift
  done
}

mmdr() { "${mmdr_command[@]}" "$@"; }

build() {
  log "building"
  dotnet build -c Release --nologo -v quiet "$ROOT_DIR/tests/MmDrBot.Benchmarks" >&2
  [ "$peers_only" = no ] || return 0
  if [ -n "$mmdr_program" ]; then
    mmdr_command=("$mmdr_program")
  else
    dotnet build -c Release --nologo -v quiet "$ROOT_DIR/src/MmDrBot" >&2
    mmdr_command=(dotnet "$ROOT_DIR/src/MmDrBot/bin/Release/net10.0/mmdr.dll")
  fi
}

# shellcheck disable=SC2317  # called by the trap
clean_up() {
  [ "$s3" = no ] || "$ENG_DIR/s3-down.sh" "$work/s3" --wipe || true
  "$ENG_DIR/postgres-down.sh" "$work/postgres" --wipe || true
  [ "$keep" = yes ] || rm -rf "${work:?}"/{mattermost,repositories,restored,state,results.tsv,output,time}
  rmdir "$work" 2>/dev/null || true
}

prepare() {
  work=$(realpath -m "${work:-$(mktemp -d "${TMPDIR:-/tmp}/mmdr-bench.XXXXXX")}")
  mkdir -p "$work/repositories" "$work/state"
  chmod 755 "$work"
  trap clean_up EXIT
  : >"$work/results.tsv"
  : >"$work/output"
  server=$("$ENG_DIR/postgres-up.sh" "$work/postgres" --set shared_buffers=512MB --set checkpoint_timeout=30min)
  sample=${server%/postgres}/sample
  psql -qX "$server" -c 'CREATE DATABASE sample TEMPLATE template0'
  if [ "$s3" = yes ]; then
    set -a
    # shellcheck disable=SC1090
    . <("$ENG_DIR/s3-up.sh" "$work/s3" --size "$((bytes * 4 / 1000000000 + 8))G")
    set +a
    unset AWS_CA_BUNDLE
  fi
}

data_tool() { dotnet "$ROOT_DIR/tests/MmDrBot.Benchmarks/bin/Release/net10.0/MmDrBot.Benchmarks.dll" "$@"; }

# What restic writes stays in the page cache, and mmdr writes past it: without this the one would be read from memory, the other from the disk.
empty_page_cache() {
  sync
  [ ! -w /proc/sys/vm/drop_caches ] || echo 1 >/proc/sys/vm/drop_caches
}

# measure JOB GROUP NAME STORE COMMAND...: runs it and notes wall seconds, the peak memory of its largest process, and how
# many bytes STORE (a folder, or - for none) holds afterwards. GROUP: mmdr, restic (summed up in the table), other.
measure() {
  local job=$1 group=$2 name=$3 store=$4 size=0
  shift 4
  case $job in verify | restore) empty_page_cache ;; *) sync ;; esac
  log "round $round, $job: $name"
  printf '\n### %s %s: %s\n' "$job" "$name" "$*" >>"$work/output"
  /usr/bin/time -f '%e %M' -o "$work/time" "$@" >>"$work/output" 2>&1 || {
    tail -n 20 "$work/output" >&2
    die "$name failed"
  }
  [ "$store" = - ] || size=$(du -sb --apparent-size "$store" | cut -f 1)
  printf '%s\t%s\t%s\t%s\t%s\n' "$job" "$group" "$name" "$(tail -n 1 "$work/time" | tr ' ' '\t')" "$size" >>"$work/results.tsv"
}

pipeline() { printf 'set -euo pipefail; %s' "$*"; }

# No && between the two: it would switch `set -e` off inside the first.
in_turn() {
  if [ $((round % 2)) = 1 ]; then
    "peers_$1"
    "mmdr_$1"
  else
    "mmdr_$1"
    "peers_$1"
  fi
}

# --- the peers ---

peers_start() {
  export RESTIC_PASSWORD=benchmark RESTIC_CACHE_DIR=$repositories/restic-cache RESTIC_REPOSITORY=$repositories/restic
  restic init >>"$work/output"
}

peers_backup() {
  local job=$1
  measure "$job" restic "restic backup (files, config)" "$repositories/restic" restic backup --quiet "$work/mattermost"
  measure "$job" restic "pg_dump | restic backup --stdin" "$repositories/restic" \
    bash -c "$(pipeline "pg_dump '$sample' | restic backup --quiet --stdin --stdin-filename database.sql")"
  rm -rf "$repositories/pg_dump"
  measure "$job" other "pg_dump -Fd -j2" "$repositories/pg_dump" pg_dump -Fd -j2 -f "$repositories/pg_dump" "$sample"
}

peers_first() { peers_backup "first backup"; }
peers_second() { peers_backup "second backup, 1 % more"; }

peers_restore() {
  measure restore restic "restic restore (files, config)" - \
    restic restore latest --quiet --path "$work/mattermost" --target "$work/restored/restic"
  diff -rq "$work/mattermost" "$work/restored/restic$work/mattermost" >&2 || die "restic's restore differs"
  psql -qX "$server" -c 'CREATE DATABASE restored_peer TEMPLATE template0'
  measure restore restic "pg_restore -j2, ANALYZE" - bash -c "$(pipeline \
    "pg_restore -j2 -d '${server%/postgres}/restored_peer' '$repositories/pg_dump' && psql -qX '${server%/postgres}/restored_peer' -c ANALYZE")"
}

peers_verify() { measure verify restic "restic check --read-data" - restic check --quiet --read-data; }

peers_s3() {
  local bucket=restic-$round
  export AWS_ACCESS_KEY_ID=$MMDR_TESTKIT_S3_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$MMDR_TESTKIT_S3_SECRET_KEY AWS_DEFAULT_REGION=us-east-1
  local RESTIC_REPOSITORY=s3:$MMDR_TESTKIT_S3_ENDPOINT/$bucket
  export RESTIC_REPOSITORY
  restic init >>"$work/output"
  measure "first backup to S3" restic "restic backup (files, config)" - restic backup --quiet "$work/mattermost"
  measure "first backup to S3" restic "pg_dump | restic backup --stdin" - \
    bash -c "$(pipeline "pg_dump '$sample' | restic backup --quiet --stdin --stdin-filename database.sql")"
}

# --- mmdr ---

mmdr_start() {
  export MMDR_Mattermost__Directory=$work/mattermost MMDR_Repository__Passphrase=benchmark
  export MMDR_Repository__Url=file://$repositories/mmdr MMDR_ConnectionStrings__State="Data Source=$work/state/round-$round.db"
  mmdr repository init >>"$work/output"
}

mmdr_backup() { measure "$1" mmdr "mmdr backup" "$repositories/mmdr" "${mmdr_command[@]}" backup --json; }
mmdr_first() { mmdr_backup "first backup"; }
mmdr_second() { mmdr_backup "second backup, 1 % more"; }
mmdr_verify() { measure verify mmdr "mmdr verify --level data" - "${mmdr_command[@]}" verify latest --level data; }

mmdr_restore() {
  measure restore mmdr "mmdr restore" - "${mmdr_command[@]}" restore latest --database "${server%/postgres}/restored_mmdr?sslmode=disable" --create \
    --files "$work/restored/mmdr/data" --config "$work/restored/mmdr/config"
  diff -rq "$work/mattermost/data" "$work/restored/mmdr/data" >&2 || die "mmdr's restore differs"
}

# Mattermost may run once the database says that all but its search indexes is there; those are built beside it.
mmdr_later() {
  local target=${server%/postgres}/restored_later
  local restored="SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'restored_later'"
  measure restore other "mmdr restore --search-later, until Mattermost may run" - bash -c "$(pipeline \
    "'${mmdr_command[0]}' ${mmdr_command[*]:1} restore latest --database '$target?sslmode=disable' --create --search-later \
      --files '$work/restored/later/data' --config '$work/restored/later/config' & \
    until psql -qAtX '$server' -c \"$restored\" | grep -q 'but for search indexes'; do kill -0 \$!; sleep 0.1; done")"
  measure restore other "the search indexes after that" - bash -c "$(pipeline \
    "until ! psql -qAtX '$server' -c \"$restored\" | grep -q 'but for search indexes'; do sleep 0.5; done")"
}

mmdr_s3() {
  local bucket=mmdr-$round MMDR_Repository__Url MMDR_ConnectionStrings__State
  data_tool make-bucket --name "$bucket"
  export MMDR_Repository__S3__Endpoint=$MMDR_TESTKIT_S3_ENDPOINT MMDR_Repository__S3__Region=$MMDR_TESTKIT_S3_REGION
  export MMDR_Repository__S3__AccessKey=$MMDR_TESTKIT_S3_ACCESS_KEY MMDR_Repository__S3__SecretKey=$MMDR_TESTKIT_S3_SECRET_KEY
  export MMDR_Repository__S3__ForcePathStyle=true
  export MMDR_Repository__Url=s3://$bucket/benchmark MMDR_ConnectionStrings__State="Data Source=$work/state/round-$round-s3.db"
  mmdr repository init >>"$work/output"
  measure "first backup to S3" mmdr "mmdr backup" - "${mmdr_command[@]}" backup --json
}

without_mmdr() { for verb in start first second restore later verify s3; do eval "mmdr_$verb() { :; }"; done; }

run_round() {
  repositories=$work/repositories/$round
  mkdir -p "$repositories"
  in_turn start
  in_turn first
  log "growing the data by 1 %"
  data_tool grow --database "$sample" --directory "$work/mattermost" --fraction 0.01
  in_turn second
  in_turn verify
  in_turn restore
  mmdr_later
  [ "$s3" = no ] || in_turn s3
  rm -rf "$repositories" "$work/restored"
  for database in restored_peer restored_mmdr restored_later; do psql -qX "$server" -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" 2>>"$work/output"; done
}

# As README and Dockerfile publish it.
measure_doors() {
  need_dotnet
  peers_only=yes build
  if [ -z "$mmdr_program" ]; then
    log "publishing"
    work=$(mktemp -d "${TMPDIR:-/tmp}/mmdr-doors.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    dotnet publish "$ROOT_DIR/src/MmDrBot" -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" --self-contained \
      -p:PublishReadyToRun=true -o "$work/mmdr" --nologo -v quiet >&2
    mmdr_program=$work/mmdr/mmdr
  fi
  data_tool doors --mmdr "$mmdr_program"
}

main() {
  parse_arguments "$@"
  if [ "$doors" = yes ]; then
    measure_doors
    return
  fi
  need_packages postgresql restic time python3
  need_dotnet
  build
  [ "$peers_only" = no ] || without_mmdr
  prepare
  log "making $posts posts and $files files of $bytes bytes in $work"
  data_tool make-data --database "$sample" --directory "$work/mattermost" --posts "$posts" --files "$files" --bytes "$bytes"
  for round in $(seq "$rounds"); do run_round; done
  /usr/bin/python3 "$ENG_DIR/bench-table.py" "$work/results.tsv"
}

main "$@"
