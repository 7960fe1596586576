#!/bin/bash
# Plays the scene and scores the program: what it reports of forty days must be what was put into
# them, each once, and nothing else, from Zeek's logs, from Suricata's, and from both.
# usage: run.sh TOCSIN GENERATE [SEED…]     environment: SENSORS (of "zeek suricata both": only those)
set -u
if [ $# -lt 2 ] || [ ! -x "$1" ] || [ ! -x "$2" ]; then
    echo "usage: $0 TOCSIN GENERATE [SEED...]" >&2
    exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
tocsin=$(realpath "$1") generate=$(realpath "$2")
shift 2
[ $# -gt 0 ] || set -- 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset TOCSIN_CONFIG TOCSIN_DB
export XDG_CONFIG_HOME="$work" XDG_DATA_HOME="$work" XDG_STATE_HOME="$work" LC_ALL=C
passed=0 failed=0

run() { # database, arguments...
    local db=$1
    shift
    "$tocsin" -q -c "$here/scene.conf" --db "$db" --now 2026-04-12T00:00:00Z "$@"
}

# Reads logs into a database and leaves the alerts in a file.
watch() { # database alerts log...
    local db=$1 alerts=$2 category
    shift 2
    rm -f "$db" "$db"-*
    for category in c2 malware sinkhole blocklist; do
        run "$db" intel import "$here/feed-$category.txt" --category $category >/dev/null || return
    done
    run "$db" run "$@" >/dev/null && run "$db" export --format jsonl -o "$alerts"
}

score() { # alerts sensors
    sqlite3 :memory: \
        'CREATE TABLE truth (name, sensors, type, own, remote, t0, t1, tolerance, count_key, least, most, tiers)' \
        'CREATE TABLE exported (json)' \
        "CREATE TABLE reading AS SELECT $2 AS sensors" \
        '.mode ascii' '.separator "\t" "\n"' \
        ".import $work/logs/truth.tsv truth" \
        '.separator "\001" "\n"' \
        ".import $1 exported" \
        '.mode list' \
        ".read $here/score.sql"
}

check() { # seed sensors bits log...
    local seed=$1 sensors=$2 bits=$3 line
    shift 3
    if ! watch "$work/tocsin.db" "$work/alerts" "$@"; then
        echo "seed $seed, $sensors: exit status not 0"
        failed=$((failed + 1))
        return
    fi
    score "$work/alerts" "$bits" >"$work/score" || echo "no score" >>"$work/score"
    line=$(tail -n 1 "$work/score")
    if [[ $line == "precision 1.00, recall 1.00:"*" 0 complaints" && $line != *": 0 wanted"* ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        grep -v '^precision' "$work/score" | sed -n '1,60s/^/  /p'
    fi
    echo "seed $seed, $sensors: $line"
}

for seed in "$@"; do
    rm -rf "$work/logs"
    mkdir "$work/logs"
    "$generate" "$work/logs" "$seed" || exit 1
    for sensors in ${SENSORS:-zeek suricata both}; do
        case $sensors in
            zeek) check "$seed" zeek 1 "$work/logs/zeek" ;;
            suricata) check "$seed" suricata 2 "$work/logs/suricata" ;;
            both) check "$seed" both 3 "$work/logs/zeek" "$work/logs/suricata" ;;
        esac
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
