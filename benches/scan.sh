#!/bin/sh
# How fast `casebook signatures` reads a log, beside ripgrep with a few patterns of the same kinds where it is installed.
#
# usage: benches/scan.sh LOG [RUNS]        CASEBOOK=path/to/casebook to measure another build than target/release
#
# The candidates take turns; compare figures of one run of this script only.
set -eu
log=${1:?usage: benches/scan.sh LOG [RUNS]}
runs=${2:-3}
casebook=${CASEBOOK:-target/release/casebook}
patterns='\b0[xX][8cC][0-9a-fA-F]{7}\b|-214[0-9]{7}\b|\b(ERROR|E|STATUS|CBS_E|WU_E)_[A-Z0-9_]{4,}\b'
patterns="$patterns"'|\b([Ee]rror|WinError|[Rr]eturn code|exit code)[ :=]+[0-9]{1,5}\b|\b[Kk][Bb][0-9]{6,7}\b'
patterns="$patterns"'|\b[A-Za-z0-9_-]+\.(sys|dll|exe|inf)\b|\b(HKLM|HKCU|HKEY_[A-Z_]+)\\[A-Za-z0-9_\\.-]+'
patterns="$patterns"'|\b([a-z][A-Za-z0-9_]*\.)*[A-Z][A-Za-z0-9]*(Exception|Error)\b|\bORA-[0-9]{5}\b|错误代码[:：]? *(0x)?[0-9a-fA-F]+'
size=$(wc -c < "$log")
out=$(mktemp)
trap 'rm -f "$out"' EXIT

measure() {
    name=$1
    shift
    start=$(date +%s%N)
    "$@" > "$out" || true
    nanos=$(( $(date +%s%N) - start ))
    echo "$name: $((nanos / 1000000)) ms, $((size * 1000 / nanos)) MB/s, $(wc -l < "$out") lines"
}

cat "$log" > /dev/null
for _ in $(seq "$runs"); do
    if command -v rg > /dev/null; then
        measure 'rg -o, 1 thread' rg -o -j1 --no-line-number "$patterns" "$log"
    fi
    measure 'casebook, 1 thread' "$casebook" signatures "$log" --format jsonl --threads 1
    measure 'casebook, all cores' "$casebook" signatures "$log" --format jsonl
done
