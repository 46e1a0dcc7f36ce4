#!/usr/bin/env bash
# Measures the release binary on a private cluster with durable commits, and prints ratios of one run.
# docs/BENCHMARKS.md says what each line means. Needs wrk and curl; everything goes to loopback and stops by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

SECONDS_EACH=${SECONDS_EACH:-8}
CONNECTIONS=${CONNECTIONS:-64}
SENDERS=10
SIGNING_IN=50
RATIO_ALLOWED=3

for program in wrk curl cargo; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is missing (Debian: apt-get install wrk curl; Rust: https://rustup.rs)" >&2
        exit 1
    fi
done

cargo build --release

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

port=$(free_port)
base=http://127.0.0.1:$port
began=$(date +%s%N)
# One address sends everything here: the limit per address would be what is measured. Who asks who exists says to come from
# somewhere else each time, as phones do.
start_server target/release/hostolink "$port" "$work" RATE_LIMIT_PER_SECOND=1000000 TRUSTED_PROXIES=127.0.0.1/32
echo "from nothing to ready, data imported: $((($(date +%s%N) - began) / 1000000)) ms"
stop_server "$work"
began=$(date +%s%N)
start_server target/release/hostolink "$port" "$work" RATE_LIMIT_PER_SECOND=1000000 TRUSTED_PROXIES=127.0.0.1/32
echo "start on the existing cluster:        $((($(date +%s%N) - began) / 1000000)) ms"

# People: ten who pay and one who is paid, with sessions proven by a code.
sign_in agent@hostolink.test
agent=$(field accessToken)
tokens=()
for number in $(seq $SENDERS); do
    payer="payer$number@example.ci"
    call '20.' POST /api/register-user "{\"identifier\":\"$payer\"}"
    sign_in "$payer"
    tokens+=("$(field accessToken)")
    call '20.' POST /api/agent/cash-ins "{\"to\":\"$payer\",\"amount\":100000}" "$agent" "cash-in-$number"
done
call '20.' POST /api/register-user '{"identifier":"merchant@example.ci"}'
sign_in merchant@example.ci
# And as many with a password as sign in at once: tries on one account wait for one another, by design.
for number in $(seq $SIGNING_IN); do
    sleeper="{\"identifier\":\"sleeper$number@example.ci\""
    call '20.' POST /api/register-user "$sleeper}"
    call '20.' POST /api/define-password "$sleeper,\"password\":\"MonMotDePasse123\"}"
    sign_in "sleeper$number@example.ci"
done

# What wrk sends; each script ends with one line: answers per second, p50, p95 and p99 in ms, answers other than 2xx.
cat >"$work/report.lua" <<'LUA'
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() others = 0 end
function response(status) if status < 200 or status > 299 then others = others + 1 end end
function done(summary, latency)
    local refused = 0
    for _, thread in ipairs(threads) do refused = refused + thread:get("others") end
    local errors = summary.errors
    refused = refused + errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format("RESULT %.0f %.2f %.2f %.2f %d\n", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, refused))
end
LUA
cat >"$work/get.lua" <<LUA
dofile("$work/report.lua")
LUA
cat >"$work/check-user.lua" <<LUA
dofile("$work/report.lua")
local n = 0
function request()
    n = n + 1
    local body = '{"identifier":"payer' .. (n % $SENDERS + 1) .. '@example.ci"}'
    local address = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(0, 255))
    local headers = { ["Content-Type"] = "application/json", ["X-Forwarded-For"] = address }
    return wrk.format("POST", "/api/check-user", headers, body)
end
LUA
cat >"$work/nearest.lua" <<LUA
dofile("$work/report.lua")
function request()
    local near = string.format("%.4f,%.4f", 5.28 + math.random() * 0.15, -4.10 + math.random() * 0.2)
    return wrk.format("GET", "/api/health/establishments?limit=10&near=" .. near)
end
LUA
{
    echo "dofile(\"$work/report.lua\")"
    echo "local tokens = {"
    printf '    "%s",\n' "${tokens[@]}"
    echo "}"
    cat <<'LUA'
local n = 0
local run = tostring(os.time())
function request()
    n = n + 1
    local headers = {
        ["Content-Type"] = "application/json",
        ["Authorization"] = "Bearer " .. tokens[n % #tokens + 1],
        ["Idempotency-Key"] = "bench-" .. run .. "-" .. n,
    }
    return wrk.format("POST", "/api/wallet/transfers", headers, '{"to":"merchant@example.ci","amount":1}')
end
LUA
} >"$work/transfer.lua"
cat >"$work/wallet.lua" <<LUA
dofile("$work/report.lua")
wrk.headers["Authorization"] = "Bearer ${tokens[0]}"
-- People look, then think: some hundreds of requests a second, not as many as the machine can do.
function delay() return 10 end
LUA
cat >"$work/sign-in.lua" <<LUA
local n = 0
function request()
    n = n + 1
    local body = '{"identifier":"sleeper' .. (n % $SIGNING_IN + 1) .. '@example.ci","password":"MonMotDePasse123"}'
    return wrk.format("POST", "/api/verify-pin", { ["Content-Type"] = "application/json" }, body)
end
LUA

# measure SCRIPT PATH CONNECTIONS: sets rate, p50, p95, p99, refused.
measure() {
    local said
    said=$(wrk -t1 -c"$3" -d"${SECONDS_EACH}s" -s "$work/$1.lua" "$base$2" | grep '^RESULT')
    read -r _ rate p50 p95 p99 refused <<<"$said"
}

printf '\n%-28s %12s %9s %9s %9s %12s %9s\n' "$CONNECTIONS connections" 'answers/s' 'p50 ms' 'p95 ms' 'p99 ms' 'ratio to live' 'not 2xx'
failed=0
line() {
    if [ "$1" = live ]; then live=$rate; fi
    printf '%-28s %12s %9s %9s %9s %12s %9s\n' "$1" "$rate" "$p50" "$p95" "$p99" \
        "$(awk -v a="$rate" -v b="$live" 'BEGIN { printf "%.3f", a / b }')" "$refused"
    if [ "$refused" -ne 0 ]; then failed=1; fi
}
measure get /health/live "$CONNECTIONS" && line live
measure check-user / "$CONNECTIONS" && line check-user
measure nearest / "$CONNECTIONS" && line nearest-10
measure transfer / "$CONNECTIONS" && line transfer

measure wallet /api/wallet 4
idle=$p95
wrk -t1 -c$SIGNING_IN -d"$((SECONDS_EACH + 4))s" -s "$work/sign-in.lua" "$base/" >"$work/sign-ins" &
signing=$!
sleep 2 # the queue of sign-ins fills before anything is measured
measure wallet /api/wallet 4
wait "$signing"
ratio=$(awk -v a="$p95" -v b="$idle" 'BEGIN { printf "%.2f", a / b }')
printf '\np95 of GET /api/wallet: idle %s ms, while 50 sign-ins queue %s ms: ratio %s (allowed: %s)\n' "$idle" "$p95" "$ratio" "$RATIO_ALLOWED"
grep -E 'Requests/sec|Non-2xx' "$work/sign-ins" | sed 's/^ */sign-ins: /'
HOSTOLINK_DATA_DIR="$work/data" target/release/hostolink ledger verify
stop_server "$work"

if awk -v a="$ratio" -v b="$RATIO_ALLOWED" 'BEGIN { exit !(a > b) }'; then
    echo "Sign-ins delay other requests too much." >&2
    failed=1
fi
if [ "$failed" -ne 0 ]; then
    echo "Something was refused or too slow: see above." >&2
    exit 1
fi
