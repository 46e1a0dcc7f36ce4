#!/usr/bin/env bash
# Asks a release server about known and unknown identifiers and prints whether the times of its answers differ: the
# Mann–Whitney statistic of 500 samples each. docs/BENCHMARKS.md says how to read it. Needs curl; stops by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

SAMPLES=${SAMPLES:-500}
PROFILE=${PROFILE:-release}

cargo build --profile "${PROFILE/debug/dev}" --bin hostolink
work=$(mktemp -d)
chmod 755 "$work"
SERVER=
# shellcheck source=scripts/server.sh
. scripts/server.sh
leave() {
    if [ -n "$SERVER" ]; then kill -TERM "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap leave EXIT

port=$(free_port)
start_server "${CARGO_TARGET_DIR:-target}/$PROFILE/hostolink" "$port" "$work" RATE_LIMIT_PER_SECOND=1000000 TRUSTED_PROXIES=127.0.0.1/32
cargo bench --quiet --profile "${PROFILE/debug/dev}" -p hostolink-gateway --bench enumeration -- "http://127.0.0.1:$port" "$SAMPLES"
stop_server "$work"
