#!/bin/sh
# Proves every alert type at its threshold: each fires-* log of its folder must give exactly one
# alert, of that type, and together they reach every tier; each quiet-* log, one step short of it,
# gives none of any type.
# A folder may hold `home` (for --home), feed-CATEGORY.txt (imported before the run), WORD.conf (the
# configuration of the logs fires-WORD… and quiet-WORD…) and `also`, which
# names another type and the logs that give one alert of it, too: "PortScanning: fires-names …".
# usage: run.sh TOCSIN [TYPE…]      exit: 0 all passed, 1 not, 64 usage

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: $0 TOCSIN [TYPE...]" >&2
    exit 64
fi
tocsin=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
only=" $* "
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Nothing of this machine's own configuration may take part.
: > "$work/empty.conf"
unset TOCSIN_CONFIG TOCSIN_DB
export XDG_CONFIG_HOME="$work" XDG_DATA_HOME="$work" XDG_STATE_HOME="$work" LC_ALL=C
now=2026-04-01T00:00:00Z
passed=0 failed=0

fail() {
    echo "FAIL $1: $2"
    failed=$((failed + 1))
}

# Runs the program on this fixture's database; its messages are kept for a failure.
run() {
    "$tocsin" -c "$conf" --db "$db" --home "$home" --now "$now" "$@" 2>> "$work/messages"
}

# One fixture: folder, log.
check() {
    type=$(basename "$1") name=$(basename "$1")/$(basename "$2")
    db=$work/tocsin.db
    rm -f "$db" "$db"-* "$work/messages"
    : > "$work/messages"
    home=10.0.0.0/8
    [ -f "$1/home" ] && home=$(cat "$1/home")
    word=$(basename "$2" | cut -d- -f2 | cut -d. -f1)
    conf=$1/$word.conf
    [ -f "$conf" ] || conf=$work/empty.conf
    for feed in "$1"/feed-*.txt; do
        [ -f "$feed" ] || continue
        category=$(basename "$feed" .txt)
        run intel import "$feed" --category "${category#feed-}" > /dev/null && continue
        fail "$name" "$(basename "$feed") is not imported: $(tail -n 1 "$work/messages")"
        return
    done
    if ! run run "$2" > "$work/out" || ! run export --format jsonl > "$work/alerts"; then
        fail "$name" "exit status not 0: $(tail -n 1 "$work/messages")"
        return
    fi
    all=$(grep -c '"AlertType"' "$work/alerts")
    mine=$(grep -c "\"AlertType\": *\"$type\"" "$work/alerts")
    others=$(grep -o '"AlertType": *"[^"]*"' "$work/alerts" | sort -u | tr '\n' ' ')
    case $(basename "$2") in
    fires-*) want=1 ;;
    *) want=0 ;;
    esac
    [ $want = 0 ] || grep "\"AlertType\": *\"$type\"" "$work/alerts" | sed -n 's/.*"Tiers": *"\([^"]*\)".*/\1/p' | sed 's/, /\n/g' >> "$work/tiers"
    also=0
    if [ -f "$1/also" ] && grep -q " $(basename "$2" .log)\( \|$\)" "$1/also"; then
        also=$(grep -c "\"AlertType\": *\"$(cut -d: -f1 "$1/also")\"" "$work/alerts")
        [ "$also" -eq 1 ] || also=-1
    fi
    if [ "$mine" -eq $want ] && [ "$all" -eq $((want + also)) ]; then
        passed=$((passed + 1))
    else
        fail "$name" "$want alert wanted, $mine found, $all of any type: $others"
    fi
}

for type in $("$tocsin" -c "$work/empty.conf" catalog list --format tsv --no-header |
    cut -f 1); do
    echo "$type" >> "$work/types"
    if [ -d "$here/$type" ]; then
        passed=$((passed + 1))
    else
        fail "$type" "the catalogue has this type, but there is no folder for it"
    fi
done
[ -s "$work/types" ] || fail "catalog list" "names no type"

for folder in "$here"/*/; do
    folder=${folder%/}
    type=$(basename "$folder")
    [ "$type" = generator ] && continue
    [ "$only" = "  " ] || case $only in *" $type "*) ;; *) continue ;; esac
    grep -qx "$type" "$work/types" || fail "$type" "the catalogue has no such type"
    fires=0 quiet=0
    : > "$work/tiers"
    for log in "$folder"/fires-* "$folder"/quiet-*; do
        [ -f "$log" ] || continue
        case $(basename "$log") in
        fires-*) fires=$((fires + 1)) ;;
        *) quiet=$((quiet + 1)) ;;
        esac
        check "$folder" "$log"
    done
    if [ $fires -eq 0 ] || [ $quiet -eq 0 ]; then
        fail "$type" "a fires-* and a quiet-* log are both needed"
    fi
    for tier in $(sed -n 's/^\[tier \(.*\)\]$/\1/p' "$here/../../catalog/$type.conf"); do
        grep -qx "$tier" "$work/tiers" || fail "$type" "no fires-* log reaches the tier $tier"
    done
done

# The sample logs, with their own configuration: exactly the alerts that their maker announces.
samples() {
    logs=$here/../../sample-logs db=$work/samples.db
    set -- -c "$logs/tocsin.conf" --db "$db" --now "$now"
    "$tocsin" "$@" intel import "$logs/feed-c2.txt" --category c2 &&
        "$tocsin" "$@" intel import "$logs/feed-blocklist.txt" --category blocklist &&
        "$tocsin" "$@" intel import "$logs/zeek-intel-sinkhole.dat" --category sinkhole &&
        "$tocsin" "$@" run && "$tocsin" "$@" export --format jsonl > "$work/alerts"
}

if [ "$only" = "  " ]; then
    if samples > "$work/messages" 2>&1; then
        sed 's/.*"AlertType": *"\([^"]*\)".*/\1/' "$work/alerts" > "$work/column1"
        sed 's/.*"CompromisedEntity": *"\([^"]*\)".*/\1/' "$work/alerts" > "$work/column2"
        paste "$work/column1" "$work/column2" | sort > "$work/found"
        sort "$here/../../sample-logs/expected.tsv" > "$work/expected"
        if diff "$work/expected" "$work/found" > "$work/difference"; then
            passed=$((passed + 1))
        else
            fail sample-logs "alerts that are missing (<) or too many (>):"
            grep '^[<>]' "$work/difference"
        fi
    else
        fail sample-logs "exit status not 0: $(tail -n 1 "$work/messages")"
    fi
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
