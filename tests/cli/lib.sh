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

# The same without what it prints, for steps that are not what the test is about.
q() {
    local status
    "$TOCSIN" "$@" >.quiet 2>&1
    status=$?
    [ $status = 0 ] || { echo "\$ tocsin $*" && cat .quiet && echo "exit $status"; }
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

checksum() { # file...
    sha256sum "$@" | cut -d' ' -f1
}

# Prints "same" or "differs", and the first lines that do.
same() { # file file
    if cmp -s "$1" "$2"; then
        echo "same: $1 $2"
    else
        echo "differs: $1 $2"
        diff "$1" "$2" | head -n 20
    fi
}

zeek_header() {
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n'
    printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n'
    printf '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tstring\tcount\tcount\tcount\tcount\n'
}

# Rows of a conn.log: so many SSH logins that fail, ten seconds apart, from 2026-03-02 10:00 UTC on.
guesses() { # count client server [seconds after 10:00]
    awk -v n="$1" -v from="$2" -v to="$3" -v after="${4:-0}" 'BEGIN {
        for (i = 0; i < n; i++)
            printf "%d.%06d\tC%s%05d\t%s\t%d\t%s\t22\ttcp\tssh\t1.8\t1600\t2200\tSF\t0\tShADadFf\t15\t2388\t15\t2988\n",
                1772445600 + after + i * 10, i, substr(from, length(from)), after + i, from, 40000 + i, to
    }'
}
NOW=2026-03-03T00:00:00Z # a day after them

# A conn.log of so much plain traffic, one connection a second, and twenty guesses.
traffic() { # count
    zeek_header
    guesses 20 198.51.100.7 10.0.0.5
    awk -v n="$1" 'BEGIN {
        for (i = 0; i < n; i++)
            printf "%d.%06d\tC%08d\t10.0.%d.%d\t%d\t198.51.100.%d\t443\ttcp\tssl\t1.5\t900\t4200\tSF\t0\tShADadFf\t9\t1280\t8\t4560\n",
                1772445600 + i % 40000, i, i, i % 7, i % 250, 20000 + i % 40000, i % 200
    }'
    guesses 20 198.51.100.7 10.0.0.5 200
}

# A conn.log that gives one SSH_Incoming_BF_OneToOne.
guess_log() {
    zeek_header
    guesses 40 198.51.100.7 10.0.0.5
}

# Prints whether two databases hold the same rows, logs and alerts.
same_data() { # database database
    local db
    for db in "$1" "$2"; do
        {
            "$TOCSIN" --db "$db" query --limit 100000000 --format csv \
                'SELECT t_us, uid, orig, orig_port, resp, history, orig_ip_bytes FROM flows ORDER BY t_us, uid'
            "$TOCSIN" --db "$db" query --format csv \
                'SELECT bytes_read, lines, stored, ignored, rejected FROM sources ORDER BY bytes_read'
            "$TOCSIN" --db "$db" status --rejects --format tsv 2>/dev/null | cut -f2- | sort
            "$TOCSIN" --db "$db" export --format jsonl
            sqlite3 "$db" 'PRAGMA integrity_check'
        } >"$db.data"
    done
    same "$1.data" "$2.data"
}

# Ends a test that cannot be made here; it is named, and counts as passed.
skip() { # why
    echo "skipped: $1"
    exit
}
