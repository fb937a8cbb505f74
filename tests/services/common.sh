# Shared by the scripts that start servers for the tests. Sourced by bash; SERVICE is set by the script.
say() { echo "$SERVICE: $*" >&2; }
die() { say "$*"; exit 1; }

# Where downloads are kept between runs. As root a folder that other users can read: no server runs as root.
cache_dir() {
  if [ -n "${SOATIN_SERVICES_CACHE:-}" ]; then echo "$SOATIN_SERVICES_CACHE"
  elif [ "$(id -u)" = 0 ]; then echo /var/cache/soatin-services
  else echo "${XDG_CACHE_HOME:-$HOME/.cache}/soatin-services"; fi
}

# install PACKAGE...: from Debian's own packages, where this user may.
install() {
  command -v apt-get >/dev/null || die "needs $*: install it with this system's package manager"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    sudo=(sudo -n)
    sudo -n true 2>/dev/null || die "needs $*, and this user may not install it"
  fi
  say "installing $*"
  "${sudo[@]}" apt-get update -qq >&2 &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 ||
    die "could not install $*"
}

# as_user USER COMMAND...: as a plain user when this is root, else as whoever this is.
as_user() {
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"; else "$@"; fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
