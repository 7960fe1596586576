# What the sensors say they missed is told with the alerts of that time and by status, and lowers their
# confidence; in whatever order it is read, and read twice.
mkdir logs
{
    zeek_header
    guesses 40 198.51.100.7 10.0.0.5 # 10:00:00 to 10:06:30
    guesses 40 198.51.100.8 10.0.0.6 7200 # 12:00:00 to 12:06:30
} >conn.log
{
    printf '#separator \\x09\n#path\tcapture_loss\n'
    printf '#fields\tts\tts_delta\tpeer\tgaps\tacks\tpercent_lost\n#types\ttime\tinterval\tstring\tcount\tcount\tdouble\n'
    printf '1772446500.0\t900.0\tworker-1\t150\t1000\t15.0\n' # 10:00 to 10:15
    printf '1772446500.0\t900.0\tworker-2\t50\t1000\t5.0\n'
    printf '1772453580.0\t900.0\tworker-1\t0\t0\t0.0\n' # 11:43 to 11:58
} >capture_loss.log
stats() { # time uptime packets drops
    printf '{"timestamp":"2026-03-02T%s.000%03d+0000","event_type":"stats","stats":{"uptime":%d,"capture":{"kernel_packets":%d,"kernel_drops":%d},"flow":{"emerg_mode_entered":0}}}\n' "$1" "$2" "$2" "$3" "$4"
}
{
    stats 10:00:00 500 1000000 5000
    stats 10:05:00 800 1100000 5500
    stats 10:10:00 1100 1200000 6000
    stats 10:15:00 100 500 0
} >eve.json
t --db x.db --now $NOW run -q conn.log
shown() {
    "$TOCSIN" --db $1.db export --format jsonl | grep -oE '"(CompromisedEntity|ConfidenceScore|Coverage)":("[^"]*"|[0-9.]*)'
}
shown x
t --db x.db --now $NOW -q run capture_loss.log
shown x
t --db x.db --now $NOW -q run eve.json
shown x
cat capture_loss.log >again.log
printf '#close\n' >>again.log
t --db x.db --now $NOW -q run again.log
for log in eve.json capture_loss.log conn.log; do
    t --db y.db --now $NOW -q run $log
done
for db in x y; do
    "$TOCSIN" --db $db.db export --format jsonl >$db.jsonl
done
same x.jsonl y.jsonl
"$TOCSIN" --db x.db status | grep coverage
