# Functions that start a real server on a data folder of its own and stop it again. Sourced by .ci/run and benches.
# shellcheck shell=bash

# Prints a port that nobody listens on, below the range that the system hands out by itself.
free_port() {
    local port
    for _ in {1..100}; do
        port=$((15000 + RANDOM % 17000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return 0
        fi
    done
    return 1
}

# start_server BINARY PORT FOLDER [NAME=VALUE...]: an otherwise empty environment; sets SERVER to its process id and
# returns once GET /health/ready answers 200.
start_server() {
    local binary=$1 port=$2 folder=$3
    shift 3
    mkdir -p "$folder"
    env -i PORT="$port" HOSTOLINK_DATA_DIR="$folder/data" "$@" "$binary" >"$folder/log" 2>&1 &
    SERVER=$!
    for _ in {1..600}; do
        if curl -fs -m 2 -o "$folder/ready" "http://127.0.0.1:$port/health/ready"; then
            return 0
        fi
        kill -0 "$SERVER" 2>/dev/null || break
        sleep 0.1
    done
    echo "The server on port $port did not become ready. The end of its log:" >&2
    tail -n 40 "$folder/log" >&2
    return 1
}

# stop_server FOLDER: asks it to leave (SIGTERM) and fails unless it leaves in good order.
stop_server() {
    local folder=$1
    kill -TERM "$SERVER"
    if wait "$SERVER"; then
        SERVER=
        return 0
    fi
    echo "The server did not stop in good order. The end of its log:" >&2
    tail -n 40 "$folder/log" >&2
    return 1
}
