# A second run finds the lock: exit 75 at once, or after --wait; reading goes on meanwhile.
guess_log >conn.log
q --db x.db --now $NOW run conn.log
mkfifo pipe
"$TOCSIN" -q --db x.db --now $NOW --wait 60s ingest - <pipe >/dev/null 2>&1 &
exec 9>pipe
zeek_header >&9
for ((i = 0; i < 100; i++)); do # until the first run has taken the lock
    "$TOCSIN" -q --db x.db --now $NOW ingest conn.log >/dev/null 2>&1
    [ $? = 75 ] && break
    sleep 0.1
done
t --db x.db --now $NOW ingest conn.log
t --db x.db --now $NOW --wait 100ms ingest conn.log
t --db x.db query 'SELECT count(*) AS alerts FROM alerts'
exec 9>&-
wait
t --db x.db --now $NOW -q ingest conn.log
