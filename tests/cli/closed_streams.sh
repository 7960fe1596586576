# Streams that the caller closed: no file takes their place, so that no message is written into the database and no
# part of it is read as a log.
guess_log >conn.log
q --db x.db --now $NOW run conn.log
"$TOCSIN" --db x.db alerts >&-
echo "exit $?"
"$TOCSIN" --db x.db ingest - conn.log <&-
echo "exit $?"
mkfifo pipe
"$TOCSIN" --db x.db --wait 60s ingest missing.log - <pipe 2>&- &
exec 9>pipe
guess_log >&9
for ((i = 0; i < 100; i++)); do # until the first run has taken the lock
    "$TOCSIN" -q --db x.db ingest conn.log >/dev/null 2>&1
    [ $? = 75 ] && break
    sleep 0.1
done
sleep 0.2
{ kill -9 $! && wait $!; } 2>/dev/null # the shell tells of the death when it likes
exec 9>&-
head -c 15 x.db && echo
"$TOCSIN" -q --db x.db ingest conn.log <&- >&- 2>&-
echo "exit $?"
sqlite3 x.db 'PRAGMA integrity_check'
