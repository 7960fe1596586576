# Read by every test before its own lines. Tests stand in an empty folder, $TMP.

# Runs the program and shows all of it: the command, both outputs, the exit status.
t() {
    local status
    echo "\$ tocsin $*"
    "$TOCSIN" "$@" 2>&1
    status=$?
    [ $status = 0 ] || echo "exit $status"
    return $status
}

# The same where what it prints depends on the day or on lengths of files: the status alone.
quiet() {
    local status
    echo "\$ tocsin $*"
    "$TOCSIN" "$@" >out 2>err
    status=$?
    [ $status = 0 ] || echo "exit $status"
    return $status
}

# As a user whom file modes bind.
t_as_user() {
    if [ "$(id -u)" = 0 ]; then
        cp "$TOCSIN" "$TMP/tocsin-for-all"
        TOCSIN="$TMP/tocsin-for-all" setpriv --reuid=65534 --regid=65534 --clear-groups \
            bash -c '. "$HERE/lib.sh"; t "$@"' user "$@"
    else
        t "$@"
    fi
}

# The time at which all of the sample logs lie in the past.
NOW=$(sed -n 's/^now *= *//p' "$ROOT/sample-logs/README" 2>/dev/null)

checksum() {
    sha256sum "$@" | cut -d' ' -f1
}
