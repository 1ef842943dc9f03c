#!/bin/sh
# Runs a throw-away PostgreSQL cluster for as long as somebody holds this script's standard input open.
#
#   postgres.sh [--durable]
#
# Prints one line, the URL of its maintenance database, when it accepts connections. It listens on a unix socket in a
# folder of its own and nowhere else. At the end of the input (the holder closed it, or died in whatever way) the
# cluster is stopped and its folder deleted. Why it could not start goes to standard error, with exit status 1.
# `--durable` keeps fsync on, for tests of what survives a crash.
set -eu

fail() {
    echo "postgres.sh: $*" >&2
    exit 1
}

# A signal meant for the tests (Ctrl-C, a runner that kills the group of a test) must not reach the cleaning up.
if [ "${1-}" != --session ]; then
    exec setsid --wait "$0" --session "$@"
fi
shift

# The server refuses root: it and initdb run as somebody else then.
as_owner=
if [ "$(id -u)" = 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    as_owner="setpriv --reuid=$owner --regid=$(id -g "$owner") --clear-groups --"
fi

bin=
for folder in "$(dirname "$(command -v initdb || echo /nowhere)")" \
    $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/pgsql-*/bin /usr/local/pgsql/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_isready" ] && [ -x "$folder/postgres" ]; then
        bin=$folder
        break
    fi
done
[ -n "$bin" ] || fail "no PostgreSQL server found: install it (Debian: apt-get install postgresql)"

# Always below /tmp: a socket's path is short by law (107 bytes), and every user can enter.
folder=$(mktemp -d /tmp/kycd-postgres.XXXXXX)
server=
clean_up() {
    [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null || true # QUIT: at once, without a checkpoint
    wait
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM # once the server runs, these wait for the end of the input like everything else
[ "$(id -u)" != 0 ] || chown "$owner:" "$folder"
cd "$folder"

$as_owner "$bin/initdb" --pgdata="$folder/data" --username=kycd --auth=trust --encoding=UTF8 --locale=C --no-sync \
    >"$folder/initdb.log" 2>&1 || fail "initdb failed: $(cat "$folder/initdb.log")"

cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
port = 5432
unix_socket_directories = '$folder'
unix_socket_permissions = 0700
max_connections = 300
wal_level = minimal
max_wal_senders = 0
CONF
[ "${1-}" = --durable ] || cat >>"$folder/data/postgresql.conf" <<CONF
fsync = off
full_page_writes = off
synchronous_commit = off
CONF

$as_owner "$bin/postgres" -D "$folder/data" >"$folder/server.log" 2>&1 &
server=$!
until "$bin/pg_isready" --quiet --host="$folder" --port=5432; do
    kill -0 "$server" 2>/dev/null || fail "the server did not start: $(cat "$folder/server.log")"
    sleep 0.05
done

echo "postgres://kycd@$(echo "$folder" | sed 's,/,%2F,g'):5432/postgres"
# Whoever reads our output to its end need not wait for the cluster's.
exec >/dev/null 2>&1
cat
