#!/bin/sh
# The demo: a fresh database, the threat feeds, one run over the sample logs, and its alerts.
# usage: demo.sh PROGRAM DATABASE
set -eu
program=$1 db=$2
here=$(dirname "$0")
now=2026-03-03T00:00:00Z # the logs are of the day before; only with a fixed time is the outcome one

run() {
    echo "\$ $program $*"
    "$program" "$@"
}

config="-c $here/tocsin.conf --db $db --now $now"
rm -f "$db" "$db"-wal "$db"-shm "$db"-journal
# shellcheck disable=SC2086 # several words
{
    run $config intel import "$here/feed-c2.txt" --category c2
    run $config intel import "$here/feed-blocklist.txt" --category blocklist
    run $config intel import "$here/zeek-intel-sinkhole.dat" --category sinkhole
    run $config run
    echo
    run $config alerts --format table
}

ask() {
    "$program" --db "$db" -q query --format tsv --no-header "$1"
}
id=$(ask "SELECT substr(alert_id, 1, 8) FROM alerts WHERE severity = 'High' ORDER BY start_us LIMIT 1")
cat <<END

$(ask 'SELECT count(*) FROM alerts') alerts of $(ask 'SELECT count(DISTINCT type) FROM alerts') types. Next, try

  $program --db $db alerts show $id
  $program --db $db export --format csv
  $program --db $db query "SELECT remote, service, count(*) FROM attempts GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10"
  $program catalog show SSH_Incoming_BF_OneToOne
END
