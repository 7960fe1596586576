#!/bin/bash
# Runs every part of the tests and ends with "N passed, N failed" over all of them.
# Environment: BUILD; T (Criterion pattern, cli/NAME, catalog/TYPE, scene, replays or scenes: only those);
# SEEDS (of scenes); UPDATE=1 (rewrite golden files); REPORTS (prefix of sanitizer reports: any of them fails).
set -u
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build} T=${T:-} UPDATE=${UPDATE:-}
TOCSIN=$(realpath "$BUILD/tocsin") || exit 1
export TOCSIN TOCSIN_WATCH_PLANS=1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0 failed=0

count() { # passed failed
    passed=$((passed + $1)) failed=$((failed + $2))
}

# A part ends with "N passed, N failed" on a line; one that does not, or that fails without saying
# so there, counts as a failure.
part() { # title command...
    local title=$1 line status
    shift
    echo "== $title"
    "$@" 2>&1 | tee "$out/log"
    status=${PIPESTATUS[0]}
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out/log" | tail -n 1)
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        [ "$status" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || broken "$title"
    else
        broken "$title"
    fi
}

broken() { # title
    echo "$1: broken off"
    count 0 1
}

# Criterion does not wait for a worker's end, where leaks are reported; the end of the pipe does.
unit() {
    local line tested passing
    "$BUILD/tests/unit/unit" --filter "${T:-*}" 2>&1 | cat >"$out/unit"
    grep -v '^\[====\] Synthesis' "$out/unit"
    line=$(grep '^\[====\] Synthesis' "$out/unit") || return 1
    [[ $line =~ Tested:\ ([0-9]+).*Passing:\ ([0-9]+) ]] || return 1
    tested=${BASH_REMATCH[1]} passing=${BASH_REMATCH[2]}
    echo "$passing passed, $((tested - passing)) failed"
}

seeds() {
    local n=0 bad=0 harness name
    for harness in tests/fuzz/fuzz_*.c; do
        [ -e "$harness" ] || continue
        name=$(basename "$harness" .c)
        if "$BUILD/tests/fuzz/$name" "tests/fuzz/$name.in" >"$out/seeds" 2>&1; then
            n=$((n + 1))
        else
            echo "$name: $(tail -n 20 "$out/seeds")"
            bad=$((bad + 1))
        fi
    done
    echo "$n passed, $bad failed"
}

sanitizers() {
    local n=0 report
    for report in "$REPORTS"*; do
        [ -e "$report" ] || continue
        echo "$report"
        head -n 40 "$report"
        n=$((n + 1))
    done
    echo "$((n == 0)) passed, $n failed"
}

scene() { # seed...
    tests/scene/run.sh "$TOCSIN" "$BUILD/tests/scene/generate" "$@"
}

replays() { # seed orders
    tests/scene/replay.sh "$TOCSIN" "$BUILD/tests/scene/generate" "$@"
}

orders=2
[ -z "${REPORTS:-}" ] || orders=1 # sanitizers are slow

case $T in
    scene) part "the scene" scene 1 ;;
    replays) part "replays" replays 1 2 ;;
    scenes)
        part "the scene" scene ${SEEDS:-1 2 3}
        part "replays" replays 2 10
        ;;
    cli/*) part "the program" tests/cli/run.sh "${T#cli/}" ;;
    catalog/*) part "the catalogue" tests/catalog/run.sh "$TOCSIN" "${T#catalog/}" ;;
    ?*) part "units" unit ;;
    *)
        part "units" unit
        part "fuzz seeds" seeds
        part "the catalogue" tests/catalog/run.sh "$TOCSIN"
        part "the program" tests/cli/run.sh
        export SENSORS=${SENSORS:-both}
        part "the scene" scene 1
        part "replays" replays 1 $orders
        ;;
esac
[ -z "${REPORTS:-}" ] || part "sanitizer reports" sanitizers

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
