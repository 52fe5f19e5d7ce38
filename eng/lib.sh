# shellcheck shell=bash
# Helpers shared by the scripts in eng/. Source this file; it does nothing by itself.

ENG_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT_DIR=$(dirname "$ENG_DIR")
export ENG_DIR ROOT_DIR

log() { printf '==> %s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Runs a command as root: directly, or by sudo without asking for a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    die "root is needed for: $* (run it yourself, then try again)"
  fi
}

# Runs a command as another user; only root can.
as_user() {
  local user=$1
  shift
  setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
}

package_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs those of the named Debian packages that are absent.
need_packages() {
  local package missing=()
  for package; do package_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  log "installing ${missing[*]}"
  as_root apt-get update -qq >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# True when the SDK that global.json asks for can be found.
dotnet_works() { command -v dotnet >/dev/null && (cd "$ROOT_DIR" && dotnet --version >/dev/null 2>&1); }

# Puts a fitting `dotnet` on PATH; where there is none, Microsoft's installer brings one to DOTNET_ROOT or ~/.dotnet.
need_dotnet() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  # A machine without libicu can still build and test.
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-1}
  dotnet_works && return 0
  export DOTNET_ROOT=${DOTNET_ROOT:-${HOME:-/root}/.dotnet}
  export PATH=$DOTNET_ROOT:$PATH
  dotnet_works && return 0
  need_packages ca-certificates curl libstdc++6 openssl
  log "installing the .NET SDK to $DOTNET_ROOT"
  local installer
  installer=$(mktemp)
  curl -fsSL --retry 3 -o "$installer" https://dot.net/v1/dotnet-install.sh
  bash "$installer" --channel 10.0 --install-dir "$DOTNET_ROOT" >&2
  rm -f "$installer"
  dotnet_works || die "the .NET SDK that global.json asks for is not there even after its installation"
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints the given number of distinct free loopback ports, below the range the kernel hands out for outgoing connections.
free_ports() {
  local wanted=$1 port ports=" "
  while [ "$wanted" -gt 0 ]; do
    port=$((20000 + RANDOM % 12000))
    case $ports in *" $port "*) continue ;; esac
    port_is_free "$port" || continue
    ports+="$port "
    wanted=$((wanted - 1))
    printf '%s\n' "$port"
  done
}

random_hex() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

# Waits until a command succeeds: wait_until SECONDS WHAT COMMAND...
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || die "$what did not happen in time"
    sleep 0.1
  done
}
