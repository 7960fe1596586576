#!/bin/bash
# Measures `tocsin ingest` and `tocsin correlate` against the sqlite3 shell's .import of the same
# conn.log, in alternating rounds, and prints medians and ratios. Nothing fails on a slow machine.
# Environment: BUILD, ROWS (1000000), ROUNDS (5), MIX (ordinary, hostile), SOURCES (few, random),
# FORMS (some of: conn.log conn.log.gz conn.json conn.json.gz eve.json eve.json.gz).
set -eu
cd "$(dirname "$0")/../.."
BUILD=$(realpath "${BUILD:-build}")
ROWS=${ROWS:-1000000} ROUNDS=${ROUNDS:-5} MIX=${MIX:-ordinary} SOURCES=${SOURCES:-few}
FORMS=${FORMS:-conn.log conn.log.gz conn.json conn.json.gz eve.json eve.json.gz}
NOW=2026-12-31
TOCSIN=$BUILD/tocsin
measure=$BUILD/tests/bench/measure
work=$(mktemp -d "${TMPDIR:-$BUILD}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
unset TOCSIN_CONFIG TOCSIN_DB

generate() { # form
    local kind
    case $1 in
        conn.log*) kind=zeek-tsv ;;
        conn.json*) kind=zeek-json ;;
        eve.json*) kind=eve ;;
        *) echo "bench: no such form: $1" >&2 && exit 64 ;;
    esac
    [ -e "${1%.gz}" ] || "$BUILD/tests/bench/traffic" "$ROWS" $kind "$MIX" "$SOURCES" >"${1%.gz}"
    case $1 in *.gz) [ -e "$1" ] || gzip -k "${1%.gz}" ;; esac
}

columns='ts, uid, orig_h, orig_p, resp_h, resp_p, proto, service, duration, orig_bytes,
    resp_bytes, conn_state, local_orig, local_resp, missed_bytes, history, orig_pkts,
    orig_ip_bytes, resp_pkts, resp_ip_bytes, tunnel_parents'

# Nobody pays for what others left to be written.
import() {
    rm -f import.db
    sync
    "$measure" import sqlite3 import.db "CREATE TABLE conn($columns)" '.mode tabs' \
        '.import --skip 8 conn.log conn'
}

tocsin() { # measurement arguments...
    local name=$1
    shift
    sync
    "$measure" "$name" "$TOCSIN" --db "$form.db" -q "$@" >"$name.out" 2>&1 ||
        { cat "$name.out" >&2 && echo "bench: tocsin $* failed" >&2 && exit 1; }
}

median() { # measurement column
    sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c }
        END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

most() { # measurement column
    awk -v c="$2" '$c > m { m = $c } END { print m }' "$1"
}

# comparison: a format for (times faster than base, share of base, the same by CPU: on a machine that
# others use too, CPU tells more than the clock, though not what a second processor is good for).
row() { # what measurement [base comparison]
    awk -v what="$1" -v s="$(median "$2" 1)" -v cpu="$(median "$2" 2)" -v kib="$(most "$2" 3)" \
        -v base="${3:+$(median "$3" 1)}" -v base_cpu="${3:+$(median "$3" 2)}" \
        -v comparison="${4:-}" -v rows="$ROWS" 'BEGIN {
            rate = base == "" ? "" : sprintf("%.0f", rows / s / 1000)
            if (base != "")
                comparison = sprintf(comparison, base / s, s / base, base_cpu / cpu, cpu / base_cpu)
            printf "%-28s %8.3f %8.3f %8s %8.0f   %s\n", what, s, cpu, rate, kib / 1024, comparison }'
}

echo "$ROWS connections ($MIX, $SOURCES sources), $ROUNDS rounds, $(nproc) processors;" \
    "sqlite3 $(sqlite3 --version | cut -d' ' -f1)"
for form in conn.log $FORMS; do generate "$form"; done

for ((round = 0; round < ROUNDS; round++)); do
    import
    for form in $FORMS; do
        rm -f "$form".db*
        tocsin "$form.ingest" ingest "$form"
        tocsin "$form.correlate" --now $NOW correlate
        tocsin "$form.idle" --now $NOW correlate
    done
    "$measure" version "$TOCSIN" --version >/dev/null
done

printf '\n%-28s %8s %8s %8s %8s\n' '' seconds CPU 'k/s' 'peak MiB'
row 'sqlite3 .import conn.log' import import '%.2f'
for form in $FORMS; do
    row "ingest $form" "$form.ingest" import '%.2f%.0s of .import, by CPU %.2f%.0s'
    row "  correlate" "$form.correlate" "$form.ingest" \
        '%.0s%.2f%.0s of its ingest, by CPU %.2f'
    row "  correlate, nothing new" "$form.idle"
    flows=$(sqlite3 "$form.db" 'SELECT count(*) FROM flows')
    others=$(sqlite3 "$form.db" 'SELECT (SELECT count(*) FROM login) + (SELECT ifnull(sum(rows), 0) FROM lookup_page)')
    echo "  $flows flows, $(($(cat "$form.db"* | wc -c) / (flows ? flows : 1))) bytes each in the database" \
        "with $others logins and lookups, $(sqlite3 "$form.db" 'SELECT count(*) FROM alerts') alerts"
done
row 'tocsin --version' version
