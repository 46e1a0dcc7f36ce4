# Calls by curl, and what is read from their answers. Sourced; $base is the server's address, and $body a file.
# shellcheck shell=bash

# call EXPECTED_STATUS METHOD PATH [JSON] [TOKEN] [IDEMPOTENCY_KEY]: the answer is left in $body.
call() {
    local expected=$1 method=$2 path=$3 json=${4:-} token=${5:-} key=${6:-} status
    local options=(-sS -o "$body" -w '%{http_code}' -X "$method")
    if [ -n "$json" ]; then options+=(-H 'Content-Type: application/json' -d "$json"); fi
    if [ -n "$token" ]; then options+=(-H "Authorization: Bearer $token"); fi
    if [ -n "$key" ]; then options+=(-H "Idempotency-Key: $key"); fi
    # shellcheck disable=SC2154 # base and body are the caller's
    status=$(curl "${options[@]}" "$base$path")
    if ! [[ $status =~ ^($expected)$ ]]; then
        echo "$method $path answered $status instead of $expected: $(cat "$body")" >&2
        exit 1
    fi
}

# field NAME: of the answer, the first text, number or boolean of that name.
field() { grep -oE "\"$1\":(\"[^\"]*\"|[^],}]*)" "$body" | head -n 1 | cut -d : -f 2- | tr -d '"'; }

# ask_code IDENTIFIER: asks for a one-time code and prints it. Messages leave a moment after the answer.
ask_code() {
    local asked
    asked=$(date -u +%Y-%m-%dT%H:%M:%S.%N)
    call '20.' POST /api/generate-otp "{\"identifier\":\"$1\"}"
    for _ in {1..100}; do
        call 200 GET "/api/dev/outbox?recipient=${1/+/%2B}"
        if [[ $(field sentAt) > $asked ]]; then
            field body | grep -oE '[0-9]{6}'
            return
        fi
        sleep 0.05
    done
    echo "no code was sent to $1" >&2
    exit 1
}

# sign_in IDENTIFIER: by a one-time code; the tokens are left in $body.
sign_in() {
    local otp
    otp=$(ask_code "$1")
    call 200 POST /api/verify-otp "{\"identifier\":\"$1\",\"otpCode\":\"$otp\"}"
}
