#!/usr/bin/env bash
# with-services.sh [--durable] COMMAND…: runs COMMAND beside a PostgreSQL of its own.
#
# The database listens on a free loopback port, lives in a temporary folder, runs as an unprivileged user and is
# gone afterwards, whether COMMAND succeeds, fails or is stopped. COMMAND finds it by
#   NABIZ_TEST_PG_ADMIN_URL   superuser: makes and drops databases; never what a server connects as
#   NABIZ_TEST_PG_OWNER_URL   nabiz_owner: owns the tables, runs migrations
#   NABIZ_TEST_PG_APP_URL     nabiz_app: what the server runs as; owns nothing, bypasses nothing
# all three to the database `postgres`. --durable keeps fsync on: for fault tests and for figures.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/find.sh
. "$here/find.sh"

durable=
if [ "${1:-}" = --durable ]; then durable=1; shift; fi
[ $# -gt 0 ] || { echo "usage: scripts/with-services.sh [--durable] COMMAND…" >&2; exit 2; }
pgbin=$(find_pgbin) || { echo "PostgreSQL is missing: run scripts/setup.sh test" >&2; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/nabiz-services.XXXXXX")
chmod 711 "$dir"
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
  install -d -o postgres -g postgres -m 700 "$dir/pg" "$dir/sock"
else
  mkdir -m 700 "$dir/pg" "$dir/sock"
fi

postgres= command=
cleanup() {
  local rc=$?
  trap - EXIT
  trap '' INT TERM HUP
  exec 2>/dev/null
  set +e # whatever fails here, the rest is still cleaned up
  if [ -n "$command" ]; then kill -TERM -- "-$command"; wait "$command"; fi
  if [ -n "$postgres" ]; then kill -QUIT "$postgres"; wait "$postgres"; fi
  rm -rf "$dir"
  exit "$rc"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  return 1
}

settings=(-c jit=off -c max_connections=400 -c shared_buffers=256MB -c wal_level=minimal -c max_wal_senders=0)
if [ -z "$durable" ]; then settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off); fi

cd "$dir" # a folder that the unprivileged user may enter
"${as[@]}" "$pgbin/initdb" -D "$dir/pg" -U nabiz_admin -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
  { cat "$dir/initdb.log" >&2; exit 1; }
ready=
for _ in 1 2 3; do # a lost race for the port is tried again
  port=$(free_port)
  setsid "${as[@]}" "$pgbin/postgres" -D "$dir/pg" -c listen_addresses=127.0.0.1 -c port="$port" \
    -c unix_socket_directories="$dir/sock" "${settings[@]}" >"$dir/postgres.log" 2>&1 &
  postgres=$!
  for _ in $(seq 200); do
    if "$pgbin/pg_isready" -q -h 127.0.0.1 -p "$port"; then ready=1; break; fi
    kill -0 "$postgres" 2>/dev/null || break
    sleep 0.05
  done
  [ -z "$ready" ] || break
done
[ -n "$ready" ] || { echo "PostgreSQL did not start:" >&2; tail -n 20 "$dir/postgres.log" >&2; exit 1; }

"$pgbin/psql" -qX -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U nabiz_admin postgres \
  -c "CREATE ROLE nabiz_owner LOGIN NOSUPERUSER NOBYPASSRLS" \
  -c "CREATE ROLE nabiz_app LOGIN NOSUPERUSER NOBYPASSRLS"
export NABIZ_TEST_PG_ADMIN_URL="postgres://nabiz_admin@127.0.0.1:$port/postgres"
export NABIZ_TEST_PG_OWNER_URL="postgres://nabiz_owner@127.0.0.1:$port/postgres"
export NABIZ_TEST_PG_APP_URL="postgres://nabiz_app@127.0.0.1:$port/postgres"

cd "$OLDPWD"
# Its own process group, so that a signal to this script ends the command with everything it started.
setsid "$@" <&0 &
command=$!
rc=0
wait "$command" || rc=$?
command=
exit "$rc"
