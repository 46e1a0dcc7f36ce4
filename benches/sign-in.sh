#!/usr/bin/env bash
# Measures sign-ins with a password against bare bcrypt, and authenticated reads while sign-ins queue, on the release binary
# over a private cluster with durable commits. Prints ratios of one run; docs/BENCHMARKS.md says what they mean. Needs wrk and
# curl; everything goes to loopback and stops by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

SECONDS_EACH=${SECONDS_EACH:-10}
ROUNDS=${ROUNDS:-5}
SIGNING_IN=50
READERS=32
COST=12
PROFILE=${PROFILE:-release}
SIGN_INS_DUE=${SIGN_INS_DUE:-0.9}
READS_DUE=${READS_DUE:-0.8}

for program in wrk curl cargo; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is missing (Debian: apt-get install wrk curl; Rust: https://rustup.rs)" >&2
        exit 1
    fi
done

cargo build --profile "${PROFILE/debug/dev}" --bin hostolink
cargo bench --profile "${PROFILE/debug/dev}" -p hostolink-auth --bench bcrypt --no-run

work=$(mktemp -d)
chmod 755 "$work"
SERVER=
# shellcheck source=scripts/server.sh
. scripts/server.sh
# shellcheck source=scripts/http.sh
. scripts/http.sh
body=$work/body
leave() {
    if [ -n "$SERVER" ]; then kill -TERM "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap leave EXIT

bare() {
    cargo bench --quiet --profile "${PROFILE/debug/dev}" -p hostolink-auth --bench bcrypt -- "$COST" "$SECONDS_EACH" |
        grep -oE '[0-9.]+ a second' | cut -d ' ' -f 1
}
before=$(bare)

port=$(free_port)
base=http://127.0.0.1:$port
start_server "${CARGO_TARGET_DIR:-target}/$PROFILE/hostolink" "$port" "$work" RATE_LIMIT_PER_SECOND=1000000 BCRYPT_COST="$COST"
# As many people as sign in at once: tries on one account wait for one another, by design.
for number in $(seq $SIGNING_IN); do
    sleeper="{\"identifier\":\"sleeper$number@example.ci\""
    call '20.' POST /api/register-user "$sleeper}"
    call '20.' POST /api/define-password "$sleeper,\"password\":\"MonMotDePasse123\"}"
    sign_in "sleeper$number@example.ci"
done
token=$(field accessToken)

cat >"$work/sign-in.lua" <<LUA
local n = 0
function request()
    n = n + 1
    local body = '{"identifier":"sleeper' .. (n % $SIGNING_IN + 1) .. '@example.ci","password":"MonMotDePasse123"}'
    return wrk.format("POST", "/api/verify-pin", { ["Content-Type"] = "application/json" }, body)
end
LUA
cat >"$work/read.lua" <<LUA
wrk.headers["Authorization"] = "Bearer $token"
LUA
# rate FILE: what wrk says it reached; fails where anything but 2xx came back.
rate() {
    if grep -qE 'Non-2xx|Socket errors' "$1"; then grep -E 'Non-2xx|Socket errors' "$1" >&2; exit 1; fi
    awk '/Requests\/sec/ { print $2 }' "$1"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

wrk -t1 -c$SIGNING_IN -d"${SECONDS_EACH}s" --timeout 60s -s "$work/sign-in.lua" "$base/" >"$work/alone"
alone=$(rate "$work/alone")
# wrk hangs up on those that still wait; the queue is served in order, so one more answer says that they are through.
call 200 POST /api/verify-pin '{"identifier":"sleeper1@example.ci","password":"MonMotDePasse123"}'
# Alone and beside in turns: on a shared machine one pair tells little, the middle of several more.
for round in $(seq "$ROUNDS"); do
    wrk -t1 -c$READERS -d"${SECONDS_EACH}s" --timeout 10s -s "$work/read.lua" "$base/api/me" >"$work/reads"
    wrk -t1 -c$SIGNING_IN -d"$((SECONDS_EACH + 3))s" --timeout 60s -s "$work/sign-in.lua" "$base/" >"$work/beside" &
    signing=$!
    sleep 2 # the queue of sign-ins fills before anything is measured
    wrk -t1 -c$READERS -d"${SECONDS_EACH}s" --timeout 10s -s "$work/read.lua" "$base/api/me" >"$work/reads-beside"
    wait "$signing"
    call 200 POST /api/verify-pin '{"identifier":"sleeper1@example.ci","password":"MonMotDePasse123"}'
    echo "$(ratio "$(rate "$work/reads-beside")" "$(rate "$work/reads")") $(rate "$work/reads") $(rate "$work/reads-beside") $(rate "$work/beside")"
done | tee "$work/rounds"
read -r read_ratio reads reads_beside beside < <(sort -n "$work/rounds" | sed -n "$((ROUNDS / 2 + 1))p")
stop_server "$work"
after=$(bare)

# The mean of before and after: the machine may have other work.
bcrypt=$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.2f", (a + b) / 2 }')
sign_in_ratio=$(ratio "$alone" "$bcrypt")
printf '\nbcrypt cost %s alone, a second:          %9s (before %s, after %s)\n' "$COST" "$bcrypt" "$before" "$after"
printf 'sign-ins a second, %s at once:           %9s   ratio to bcrypt: %s (due: %s)\n' "$SIGNING_IN" "$alone" "$sign_in_ratio" "$SIGN_INS_DUE"
printf 'GET /api/me a second, %s connections:    %9s\n' "$READERS" "$reads"
printf 'the same while sign-ins queue:           %9s   ratio to alone: %s (due: %s), the middle of %s rounds\n' "$reads_beside" "$read_ratio" "$READS_DUE" "$ROUNDS"
printf 'sign-ins a second meanwhile:             %9s   ratio to bcrypt: %s\n' "$beside" "$(ratio "$beside" "$bcrypt")"

if awk -v a="$sign_in_ratio" -v b="$SIGN_INS_DUE" -v c="$read_ratio" -v d="$READS_DUE" 'BEGIN { exit !(a < b || c < d) }'; then
    echo "Below what is due: see above." >&2
    exit 1
fi
