#!/bin/sh
# The demo: a fresh database, the threat feeds, one run over the sample logs, and its alerts.
# usage: demo.sh PROGRAM DATABASE
set -eu
program=$1 db=$2
here=$(dirname "$0")
now=2026-03-03T00:00:00Z # the logs are of the day before; only with a fixed time is the outcome one

run() {
    echo "\$ $program $*" >&3
    "$program" "$@"
}
exec 3>&1

rm -f "$db" "$db"-wal "$db"-shm "$db"-journal
for feed in c2:feed-c2.txt blocklist:feed-blocklist.txt sinkhole:zeek-intel-sinkhole.dat; do
    run --db "$db" --now $now intel import "$here/${feed#*:}" --category "${feed%%:*}"
done
run -c "$here/tocsin.conf" --db "$db" --now $now run -v >/dev/null

ask() {
    "$program" --db "$db" query "$@"
}
echo
ask --format table 'SELECT substr(alert_id, 1, 8) AS id, type, severity, entity FROM alerts ORDER BY start_us, id'
id=$(ask --no-header "SELECT substr(alert_id, 1, 8) FROM alerts WHERE severity = 'High' ORDER BY start_us LIMIT 1")
cat <<END

$(ask --no-header 'SELECT count(*) FROM alerts') alerts of $(ask --no-header 'SELECT count(DISTINCT type) FROM alerts') types. Next, try

  $program --db $db alerts
  $program --db $db alerts show $id
  $program --db $db export --format csv
  $program --db $db query "SELECT remote, service, count(*) FROM attempts GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10"
  $program catalog show SSH_Incoming_BF_OneToOne
END
