#!/usr/bin/env bash
# with_servers.sh COMMAND...: run it with SOATIN_TEST_ELASTICSEARCH_URL and SOATIN_TEST_DATABASE_URL naming servers that
# are started for it and stopped afterwards. A server whose variable is already set is taken as it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/soatin-servers.XXXXXX")
chmod 711 "$dir" # the servers' own users pass through it
finish() {
  "$here/elasticsearch.sh" stop "$dir/elasticsearch"
  "$here/postgresql.sh" stop "$dir/postgresql"
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM
if [ -z "${SOATIN_TEST_DATABASE_URL:-}" ]; then
  SOATIN_TEST_DATABASE_URL=$("$here/postgresql.sh" start "$dir/postgresql")
fi
if [ -z "${SOATIN_TEST_ELASTICSEARCH_URL:-}" ]; then
  SOATIN_TEST_ELASTICSEARCH_URL=$("$here/elasticsearch.sh" start "$dir/elasticsearch")
fi
export SOATIN_TEST_DATABASE_URL SOATIN_TEST_ELASTICSEARCH_URL
"$@"
