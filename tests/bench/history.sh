#!/bin/bash
# Measures whether `tocsin correlate` costs what is new or what is stored: the same few new
# connections on top of ROWS stored ones, and on top of TIMES as many, which are more days of the same
# traffic. Takes minutes, and about 3 GB in TMPDIR with the defaults. Nothing fails on a slow machine.
# Environment: BUILD, ROWS (1000000), TIMES (10), NEW (10000), ROUNDS (9), MIX (ordinary, hostile),
# SOURCES (few, random).
set -eu
cd "$(dirname "$0")/../.."
BUILD=$(realpath "${BUILD:-build}")
ROWS=${ROWS:-1000000} TIMES=${TIMES:-10} NEW=${NEW:-10000} ROUNDS=${ROUNDS:-9}
MIX=${MIX:-ordinary} SOURCES=${SOURCES:-few}
FIRST=1767225600 PER_DAY=1000000 NOW=2026-12-31
measure=$BUILD/tests/bench/measure
work=$(mktemp -d "${TMPDIR:-$BUILD}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
unset TOCSIN_CONFIG TOCSIN_DB

traffic() { # rows rows-before
    "$BUILD/tests/bench/traffic" "$1" zeek-tsv "$MIX" "$SOURCES" $((FIRST + $2 * 86400 / PER_DAY))
}

tocsin() { # measurement database arguments...
    local name=$1 db=$2
    shift 2
    sync
    "$measure" "$name" "$BUILD/tocsin" --db "$db" --now $NOW -q "$@" >out 2>&1 ||
        { cat out >&2 && echo "bench: tocsin $* failed" >&2 && exit 1; }
}

median() { # measurement column
    sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c }
        END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# Day after day is read and judged, as a schedule does; what stands after the first is kept.
echo "$NEW new connections ($MIX, $SOURCES sources) on top of $ROWS and of $((ROWS * TIMES)), $ROUNDS rounds, $(nproc) processors"
for ((part = 0; part < TIMES; part++)); do
    traffic "$ROWS" $((ROWS * part)) >part.log
    tocsin history large.db ingest part.log
    tocsin history large.db correlate
    rm part.log
    [ $part != 0 ] || cp large.db small.db
done

printf '\n%-28s %8s %8s %8s\n' 'correlate, on top of' seconds CPU 'peak MiB'
for ((round = 0; round < ROUNDS; round++)); do
    for size in small large; do
        stored=$ROWS
        [ $size = small ] || stored=$((ROWS * TIMES))
        traffic "$NEW" "$stored" >new.log
        cp $size.db try.db
        tocsin $size.ingest try.db ingest new.log
        tocsin $size.correlate try.db correlate
        tocsin $size.idle try.db correlate
        rm -f try.db* new.log
    done
done
for size in small large; do
    stored=$ROWS
    [ $size = small ] || stored=$((ROWS * TIMES))
    for what in correlate idle; do
        awk -v what="$stored$([ $what = correlate ] || echo ', nothing new')" \
            -v s="$(median $size.$what 1)" -v cpu="$(median $size.$what 2)" \
            -v kib="$(sort -gk3,3 $size.$what | tail -n 1 | cut -d' ' -f3)" \
            'BEGIN { printf "%-28s %8.3f %8.3f %8.0f\n", what, s, cpu, kib / 1024 }'
    done
done
awk -v a="$(median small.correlate 1)" -v b="$(median large.correlate 1)" \
    -v c="$(median small.correlate 2)" -v d="$(median large.correlate 2)" \
    'BEGIN { printf "%-28s %8.2f %8.2f\n", "times as much", b / a, d / c }'
