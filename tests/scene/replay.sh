#!/bin/bash
# Plays the attacks of the scene again and again, each time in another order and other portions: many
# files, plain and compressed, out of order, cut within lines, with lines that come twice, feeds that
# come late, and a kill -9 now and then. The alerts must come out the same, byte by byte.
# usage: replay.sh TOCSIN GENERATE SEED ORDERS
set -u
if [ $# -ne 4 ] || [ ! -x "$1" ] || [ ! -x "$2" ]; then
    echo "usage: $0 TOCSIN GENERATE SEED ORDERS" >&2
    exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
tocsin=$(realpath "$1") generate=$(realpath "$2") seed=$3 orders=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset TOCSIN_CONFIG TOCSIN_DB
export XDG_CONFIG_HOME="$work" XDG_DATA_HOME="$work" XDG_STATE_HOME="$work" LC_ALL=C
options=(-q -c "$here/scene.conf" --now 2026-04-12T00:00:00Z)
passed=0 failed=0 killed=0
RANDOM=$((seed % 32768))

run() { # arguments...
    "$tocsin" "${options[@]}" --db "$db" "$@"
}

feeds() {
    local category
    for category in c2 malware sinkhole blocklist; do
        run intel import "$here/feed-$category.txt" --category $category >/dev/null || return
    done
}

export_all() { # base name
    run export --format jsonl -o "$1.jsonl" && run export --format csv -o "$1.csv"
}

# The rows of the attacks and of two offices with many logins, without the floods of SYNs.
gather() {
    local mine='192[.]0[.]2[.](1[0-9][0-9]|9[0-9]|11|30)[^0-9]|10[.]20[.]([68][.]|9[.]1[2-58])|2001:db8:20:6:'
    local log
    for log in conn ssh rdp; do
        cat "$work"/logs/zeek/*/$log.log | grep -v '^#' | grep -E "$mine" >"$work/rows.$log"
        grep -h '^#' "$work"/logs/zeek/2026-03-02/$log.log | grep -v '^#close' >"$work/header.$log"
    done
    cat "$work"/logs/suricata/* | grep -E "$mine" >"$work/rows.eve"
    : >"$work/header.eve"
}

# Deals the rows of a log out to files: in no order at all, or nearly in order with some displaced;
# some of them come twice.
deal() { # log
    local log=$1 pieces=$((RANDOM % 5 + 1)) part
    local disorder=$((RANDOM % 2))
    rm -f "$work"/part.*
    awk -v seed=$RANDOM -v disorder=$disorder 'BEGIN { srand(seed) } {
            displaced = disorder || rand() < 0.1
            printf "%d\t%s\n", displaced ? rand() * 1e9 : NR * 1e9 / 40000, $0
            if (rand() < 0.05)
                printf "%d\t%s\n", rand() * 1e9, $0
        }' "$work/rows.$log" | sort -n | cut -f2- >"$work/dealt"
    split -n "r/$pieces" --additional-suffix=".$log" "$work/dealt" "$work/part."
    for part in "$work"/part.*; do
        [ -s "$part" ] || continue
        cat "$work/header.$log" "$part" >"$dir/$(basename "$part")"
        [ $((RANDOM % 4)) != 0 ] || gzip -1 "$dir/$(basename "$part")"
    done
}

# A run that may be killed; what it did not do is done by a later one.
some_run() { # path...
    if [ $((RANDOM % 3)) = 0 ]; then
        "$tocsin" "${options[@]}" --db "$db" run "$@" >/dev/null &
        sleep "0.$(printf %03d $((RANDOM % 400)))"
        kill -9 $! 2>/dev/null && killed=$((killed + 1))
        wait $! 2>/dev/null
    elif [ $((RANDOM % 3)) = 0 ]; then
        run ingest "$@" >/dev/null
    else
        run run "$@" >/dev/null
    fi
}

one_order() { # number
    local file log names=() fed=$((RANDOM % 4))
    db=$work/replay.db dir=$work/pieces
    rm -rf "$db" "$db"-* "$dir"
    mkdir "$dir"
    for log in conn ssh rdp eve; do
        deal $log
    done
    mapfile -t names < <(ls "$dir" | awk -v seed=$RANDOM 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort | cut -f2)
    [ $fed != 0 ] || feeds || return
    mkdir "$work/seen" 2>/dev/null
    rm -f "$work"/seen/*
    for file in "${names[@]}"; do
        if [[ $file != *.gz && $((RANDOM % 3)) = 0 ]]; then # first a part of it, cut within a line
            head -c $(($(stat -c %s "$dir/$file") * (RANDOM % 90 + 5) / 100)) "$dir/$file" >"$work/seen/$file"
            some_run "$work/seen"
        fi
        cp "$dir/$file" "$work/seen/$file"
        [ $((RANDOM % 6)) != 0 ] || cp "$dir/$file" "$work/seen/again-$file"
        [ $((RANDOM % 2)) != 0 ] || some_run "$work/seen"
        [ "$fed" != 1 ] || { feeds && fed=0; } || return
    done
    [ $fed = 0 ] || feeds || return
    run run "$work/seen" >/dev/null && export_all "$work/replay"
}

mkdir "$work/logs"
"$generate" "$work/logs" "$seed" || exit 1
gather
db=$work/whole.db
mkdir "$work/whole.d"
for log in conn ssh rdp eve; do
    cat "$work/header.$log" "$work/rows.$log" >"$work/whole.d/$log.log"
done
feeds && run run "$work/whole.d" >/dev/null && export_all "$work/whole" || exit 1
[ "$(wc -l <"$work/whole.jsonl")" -gt 50 ] || { echo "too few alerts" && exit 1; }
for ((order = 1; order <= orders; order++)); do
    if one_order && cmp -s "$work/whole.jsonl" "$work/replay.jsonl" && cmp -s "$work/whole.csv" "$work/replay.csv"; then
        passed=$((passed + 1))
    else
        echo "seed $seed, order $order: other alerts than in one go:"
        diff "$work/whole.jsonl" "$work/replay.jsonl" | cut -c1-600 | head -n 6
        failed=$((failed + 1))
    fi
done
echo "$(wc -l <"$work/whole.jsonl") alerts of $(cat "$work"/rows.* | wc -l) lines, in $orders orders, killed $killed times"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
