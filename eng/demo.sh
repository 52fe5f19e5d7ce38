#!/usr/bin/env bash
# Shows the whole of MmDrBot on this machine in about two minutes: a sample Mattermost is backed up from chat, verified,
# restored into a second database and second directories, and the copy is compared with the original.
#
#   eng/demo.sh [--posts N] [--files N] [--bytes N]      unless told: 250,000 posts, 3,000 files of 300 MB together
#
# It listens on loopback only, and leaves no process and no file behind. It ends with 1 when anything is not as it should be.
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

posts=250000 files=3000 bytes=300000000
work='' service_pid='' chat_pid='' api_key=''
failures=()

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --posts) posts=${2:?--posts needs a number} ;;
      --files) files=${2:?--files needs a number} ;;
      --bytes) bytes=${2:?--bytes needs a number} ;;
      *) die "unknown argument $1" ;;
    esac
    shift 2
  done
}

# --- what is printed ---

title() { printf '\n--- %s\n\n' "$*"; }
tell() { printf '%s\n' "$*"; }
indented() { sed 's/^/  /'; }

# Hides secrets, and shortens the temporary directory's name.
readable() { sed -e "s#$work#/demo#g" -e 's#postgres://[^@]*@[^/]*/#postgres://mmdr:***@.../#g' -e 's#mmdr_[0-9a-z]\{20,\}#mmdr_***#g'; }

# Shows a command of mmdr as one would type it, and what it says.
run() {
  printf '  $ mmdr %s\n' "$*" | readable
  mmdr "$@" 2>&1 | readable | indented || note_failure "mmdr $1 failed"
}

note_failure() {
  failures+=("$1")
  printf '  FAILED: %s\n' "$1"
}

# --- programs ---

mmdr() { dotnet "$ROOT_DIR/src/MmDrBot/bin/Release/net10.0/mmdr.dll" "$@"; }

build() {
  log "building"
  local project output
  for project in src/MmDrBot tests/MmDrBot.Benchmarks tests/MmDrBot.Demo; do
    output=$(dotnet build -c Release --nologo -v quiet "$ROOT_DIR/$project" 2>&1) || die "$project does not build: $output"
  done
}

# Ends a process of ours: its pid, then how long it may take.
stop() {
  [ -n "$1" ] || return 0
  kill "$1" 2>/dev/null || return 0
  wait "$1" 2>/dev/null || true
}

# shellcheck disable=SC2317  # called by the trap
clean_up() {
  local status=$?
  trap - EXIT
  [ "$status" = 0 ] || tail -n 20 "$work"/*.log >&2 || true
  stop "$service_pid"
  stop "$chat_pid"
  "$ENG_DIR/postgres-down.sh" "$work/postgres" --wipe || true
  rm -rf "$work"
}

prepare() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/mmdr-demo.XXXXXX")
  chmod 755 "$work"
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  log "starting PostgreSQL"
  server=$("$ENG_DIR/postgres-up.sh" "$work/postgres" --no-fsync)
  original=${server%/postgres}/mattermost
  restored=${server%/postgres}/restored
  psql -qX "$server" -c 'CREATE DATABASE mattermost TEMPLATE template0'
}

make_sample() {
  title "1. A Mattermost to protect: $posts posts, $files files of $((bytes / 1000000)) MB, config.json with certificates"
  dotnet "$ROOT_DIR/tests/MmDrBot.Benchmarks/bin/Release/net10.0/MmDrBot.Benchmarks.dll" make-data \
    --database "$original" --directory "$work/mattermost" --posts "$posts" --files "$files" --bytes "$bytes" --users 200 --thumbnails --extras
  tell "  A throw-away PostgreSQL $(psql -qXAt "$server" -c 'SHOW server_version' | cut -d ' ' -f 1) holds the rows, /demo/mattermost holds config/ and data/"
  tell "  (/demo stands for a temporary directory)."
}

settings() {
  random_hex 24 >"$work/passphrase"
  command_token=$(random_hex 13)
  port=$(free_ports 1)
  export MMDR_Mattermost__Directory=$work/mattermost
  export MMDR_Repository__Url=file://$work/repository MMDR_Repository__PassphraseFile=$work/passphrase
  export MMDR_ConnectionStrings__State=$work/state.db MMDR_Http__Listen=http://127.0.0.1:$port
  # What the machine of the demo may have set for a real Mattermost must not leak in.
  # shellcheck disable=SC2046  # names of variables
  unset $(compgen -e MM_) MMDR_SETTINGS
}

# --- the acts ---

make_repository() {
  title "2. An encrypted repository, made on the command line"
  local answer
  run repository init
  run key add --recovery --label safe | sed 's/[A-Z2-7]\{4\}-[A-Z2-7-]*/XXXX-XXXX-... (52 characters)/'
  answer=$(mmdr api-key create demo --json) || die "no API key was made"
  api_key=$(printf '%s' "$answer" | tr -d '\n' | sed 's/.*"key": *"\(mmdr_[^"]*\)".*/\1/')
}

start_chat() {
  coproc CHAT {
    exec dotnet "$ROOT_DIR/tests/MmDrBot.Demo/bin/Release/net10.0/MmDrBot.Demo.dll" stand-in --facts "$work/facts" \
      --commands "http://127.0.0.1:$port/mattermost/commands" --token "$command_token" 2>"$work/chat.log"
  }
  # shellcheck disable=SC2153  # coproc sets CHAT_PID
  chat_pid=$CHAT_PID
  wait_until 30 "the start of the stand-in" test -s "$work/facts"
  MMDR_Mattermost__Url=$(sed -n 's/^URL=//p' "$work/facts")
  MMDR_Mattermost__Token=$(sed -n 's/^TOKEN=//p' "$work/facts")
  export MMDR_Mattermost__Url MMDR_Mattermost__Token MMDR_Mattermost__CommandTokens__0=$command_token
}

start_service() {
  title "3. The service, and a Mattermost's API (a stand-in on loopback) that calls it"
  tell "  \$ mmdr serve &"
  dotnet "$ROOT_DIR/src/MmDrBot/bin/Release/net10.0/mmdr.dll" serve >"$work/service.log" 2>&1 &
  service_pid=$!
  wait_until 30 "the start of the service" curl -fsS "http://127.0.0.1:$port/healthz/ready"
  tell "  http://127.0.0.1:$port/healthz/ready answers: $(curl -fsS "http://127.0.0.1:$port/healthz/ready")"
}

# Types a line in the channel as Mattermost's administrator, or clicks a button, and prints the transcript.
type_in_chat() {
  local line
  printf '%s\n' "$1" >&"${CHAT[1]}"
  while IFS= read -r -u "${CHAT[0]}" line; do
    case $line in
      ok) return 0 ;;
      failed) break ;;
      *) printf '%s\n' "$line" | readable ;;
    esac
  done
  note_failure "$1"
}

chat() {
  title "4. In chat: /dr backup answers at once; one post is edited until the work is done, and then has buttons"
  type_in_chat '/dr backup --label "before the upgrade"'
  tell ""
  type_in_chat 'click Verify'
  title "5. In chat: what can be restored, and is it whole? (every byte is read, decrypted and compared)"
  type_in_chat '/dr restore-points'
  tell ""
  type_in_chat '/dr verify latest --level data'
}

rest() {
  title "6. The same by REST"
  tell "  \$ curl -H 'Authorization: Bearer mmdr_***' http://127.0.0.1:$port/api/v1/restore-points/latest"
  curl -fsS -H "Authorization: Bearer $api_key" "http://127.0.0.1:$port/api/v1/restore-points/latest" >"$work/answer" ||
    note_failure "the REST call"
  sed -e 's/,\("[A-Za-z]*":\)/,\n \1/g' "$work/answer" | readable | indented
  tell ""
  grep -q '"state":"complete"' "$work/answer" || note_failure "REST does not show a complete restore point"
}

restore() {
  title "7. Disaster: the service is gone. mmdr restore needs the repository and its key alone"
  stop "$service_pid"
  service_pid=''
  printf '%s?sslmode=disable\n' "$restored" >"$work/restored-uri"
  # Neither state nor settings of the old machine: an empty state database, no Mattermost directory.
  unset MMDR_Mattermost__Directory MMDR_Mattermost__Url MMDR_Mattermost__Token MMDR_Mattermost__CommandTokens__0
  export MMDR_ConnectionStrings__State=$work/new-state.db
  local targets=(--database "@$work/restored-uri" --create --files "$work/restored/data" --config "$work/restored/config")
  run restore latest "${targets[@]}" --plan
  run restore latest "${targets[@]}"
}

# --- the proof ---

# Lines that differ from run to run: pg_dump's \restrict and \unrestrict.
dump() { pg_dump --dbname="$1" | sed '/^\\\(un\)\?restrict /d'; }

listing() { find "$1" -printf '%P %y %m %U:%G %T@ %s %l\n' | awk '$2 == "d" { $6 = "-" } { print }' | LC_ALL=C sort; }

# Counts in the summary.
count_rows() { psql -qXAt "$1" -c 'SELECT count(*) FROM posts'; }

check() {
  local what=$1
  shift
  if "$@" >"$work/difference" 2>&1; then
    printf '  equal    %s\n' "$what"
  else
    note_failure "$what differs:"
    head -n 10 "$work/difference" | readable | indented
  fi
}

same_dump() { diff <(dump "$original") <(dump "$restored"); }
same_content() { diff -r --no-dereference "$work/mattermost/$1" "$work/restored/$1"; }
same_listing() { diff <(listing "$work/mattermost/$1") <(listing "$work/restored/$1"); }

prove() {
  title "8. Proof: original and copy, compared by other programs"
  if [ ${#failures[@]} -gt 0 ]; then
    tell "  Left out after the failure above."
    return 0
  fi
  check "database: pg_dump of both, $(dump "$restored" | wc -c) bytes, $(count_rows "$restored") posts among them" same_dump
  check "data/: content of $(find "$work/restored/data" -type f | wc -l) files (diff -r)" same_content data
  check "data/: modes, owners, times to the nanosecond, links" same_listing data
  check "config/: content (diff -r)" same_content config
  check "config/: modes, owners, times to the nanosecond, links" same_listing config
  run repository check --read-data
}

summary() {
  title "Summary"
  printf '  repository  %s objects, %s on disk, every byte encrypted\n' \
    "$(find "$work/repository" -type f | wc -l)" "$(du -sh --apparent-size "$work/repository" | cut -f 1)B"
  printf '  time        %s seconds after the build\n' "$((SECONDS - started))"
  if [ ${#failures[@]} -gt 0 ]; then
    printf '  result      FAILED: %s\n' "${failures[@]}"
    return 1
  fi
  printf '  result      backed up, verified, restored, and nothing differs\n'
}

main() {
  parse_arguments "$@"
  need_packages postgresql curl
  need_dotnet
  build
  started=$SECONDS
  prepare
  make_sample
  settings
  make_repository
  start_chat
  start_service
  chat
  rest
  restore
  prove
  summary
}

main "$@"
