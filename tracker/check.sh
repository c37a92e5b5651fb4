#!/bin/sh
# Checks this archive with sha256sum, awk and grep alone. Run it in the folder that it was unpacked into: sh check.sh
# Exit code 0 and "OK": every capture has the bytes that its name says, the ledger is one unbroken chain that ends at
# the hash in HEAD, and every capture is named by a line of it that lines.txt lists.
set -eu
LC_ALL=C
export LC_ALL
fail() { echo "FAILED: $1" >&2; exit 1; }

# 0. Nothing in this archive was changed since it was made.
sums=.sums.$$
lines=.lines.$$
trap 'rm -f "$sums" "$lines"' EXIT
cut -c 67- SHA256SUMS | while IFS= read -r file; do sha256sum "$file" || exit 1; done >"$sums" ||
    fail "a file that SHA256SUMS names is missing"
cmp -s "$sums" SHA256SUMS || {
    diff "$sums" SHA256SUMS >&2 || true
    fail "the files above are not those that SHA256SUMS names"
}

# 1. Each captured file has the bytes that its name says.
for file in captures/*; do
    [ -e "$file" ] || continue
    name=${file#captures/}
    sum=$(sha256sum <"$file")
    [ "${sum%% *}" = "${name%%.*}" ] || fail "$file has other bytes than it had when it was captured"
done

# 2. Each line of the ledger holds the number that it has, and the SHA-256 of the line before it.
expected=0000000000000000000000000000000000000000000000000000000000000000
number=0
[ "$(tail -c 1 ledger.jsonl | od -An -tx1 | tr -d ' \n')" = "0a" ] || [ ! -s ledger.jsonl ] ||
    fail "the last line of ledger.jsonl is not whole"
while IFS= read -r line; do
    number=$((number + 1))
    case $line in
    "{\"n\":$number,\"previous\":\"$expected\","*) ;;
    *) fail "ledger.jsonl: line $number does not hold the hash of the line before it" ;;
    esac
    sum=$(printf '%s\n' "$line" | sha256sum)
    expected=${sum%% *}
done <ledger.jsonl

# 3. The chain ends at the hash that was given beside it: compare HEAD with the hash that you know from elsewhere.
[ "$(cat HEAD)" = "$expected" ] || fail "the ledger ends at $expected, HEAD says $(cat HEAD)"

# 4. Each capture is named by one of the lines that concern the document.
awk 'NR == FNR { wanted[$1] = 1; next } FNR in wanted' lines.txt ledger.jsonl >"$lines"
for file in captures/*; do
    [ -e "$file" ] || continue
    name=${file#captures/}
    grep -q "\"sha\":\"${name%%.*}\"" "$lines" || fail "$file is named by no line of the ledger that lines.txt lists"
done
echo "OK: $number lines, the last has the hash $expected"
