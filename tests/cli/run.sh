#!/bin/bash
# End-to-end tests: each NAME.sh runs the built program in a fresh folder, and what it prints must
# be NAME.out. usage: run.sh [PATTERN]; environment: TOCSIN (the program), UPDATE=1 (rewrite),
# KILLS (how often killed_growing kills the program: 50, or 200 for a thorough run).
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
TOCSIN=${TOCSIN:-$ROOT/tocsin}
export HERE ROOT TOCSIN
passed=0 failed=0

# Nothing of the caller's settings may show: another time zone, no configuration, no colours.
clean_env() {
    env -i PATH="$PATH" HOME="$TMP" TMP="$TMP" HERE="$HERE" ROOT="$ROOT" TOCSIN="$TOCSIN" \
        TZ=Asia/Tokyo LC_ALL=C TOCSIN_WATCH_PLANS=1 ${KILLS:+KILLS="$KILLS"} ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} \
        ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} "$@"
}

run_test() { # name
    TMP=$(mktemp -d)
    chmod 755 "$TMP" # for the tests that run as another user
    (cd "$TMP" && clean_env bash -u -c '. "$HERE/lib.sh"; . "$1"' test "$HERE/$1.sh") </dev/null 2>&1 |
        sed -e "s|$TMP|TMP|g" -e "s|$ROOT|ROOT|g" >"$TMP/.actual"
    if grep -q '^skipped: ' "$TMP/.actual"; then
        sed -n "s|^skipped:|skipped: cli/$1:|p" "$TMP/.actual"
        cp "$HERE/$1.out" "$TMP/.actual"
    elif [ -n "${UPDATE:-}" ]; then
        cp "$TMP/.actual" "$HERE/$1.out"
    fi
    if diff -u "$HERE/$1.out" "$TMP/.actual"; then
        passed=$((passed + 1))
    else
        echo "failed: cli/$1"
        failed=$((failed + 1))
    fi
    chmod -R u+rwx "$TMP"
    rm -rf "$TMP"
}

for script in "$HERE"/*.sh; do
    name=$(basename "$script" .sh)
    case $name in run | lib) continue ;; esac
    # shellcheck disable=SC2254 # a pattern is what is asked for
    case $name in ${1:-*}) run_test "$name" ;; esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
