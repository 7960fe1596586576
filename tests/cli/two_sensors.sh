# Zeek and Suricata saw the same logins, Suricata by a clock that is a minute ahead: they count once, and
# the alerts are those of Zeek's logs alone, whichever came first and in whatever portions.
eve_guesses() { # count client server [seconds after 10:00]: what Suricata writes of guesses()
    awk -v n="$1" -v from="$2" -v to="$3" -v after="${4:-0}" '
    function clock(s) { return sprintf("2026-03-02T%02d:%02d:%02d", int(s / 3600), int(s / 60) % 60, s % 60) }
    BEGIN {
        for (i = 0; i < n; i++) {
            s = 36060 + after + i * 10
            printf "{\"timestamp\":\"%s.000000+0000\",\"flow_id\":%d,\"event_type\":\"flow\",\"src_ip\":\"%s\",\"src_port\":%d,\"dest_ip\":\"%s\",\"dest_port\":22,\"proto\":\"TCP\",\"app_proto\":\"ssh\",", clock(s + 60), after * 1000 + i + 1, from, 40000 + i, to
            printf "\"flow\":{\"pkts_toserver\":15,\"pkts_toclient\":15,\"bytes_toserver\":2598,\"bytes_toclient\":3198,\"start\":\"%s.%06d+0000\",\"end\":\"%s.%06d+0000\",\"age\":2,\"state\":\"closed\",\"reason\":\"timeout\"},", clock(s), i, clock(s + 1), 800000 + i
            printf "\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1b\",\"syn\":true,\"fin\":true,\"psh\":true,\"ack\":true,\"state\":\"closed\"}}\n"
        }
    }'
}
{ zeek_header; guesses 40 198.51.100.7 10.0.0.5; guesses 45 10.0.0.9 203.0.113.80 900; } >conn.log
{ eve_guesses 40 198.51.100.7 10.0.0.5; eve_guesses 45 10.0.0.9 203.0.113.80 900; } >eve.json
q --db zeek.db --now $NOW run conn.log
q --db together.db --now $NOW run conn.log eve.json
q --db zeek_first.db --now $NOW run conn.log
q --db zeek_first.db --now $NOW run eve.json
q --db zeek_last.db --now $NOW run eve.json
q --db zeek_last.db --now $NOW run conn.log
for ((n = 1; n <= 8; n++)); do
    head -c $((n * $(wc -c <conn.log) / 8)) conn.log >growing.log
    head -c $((n * $(wc -c <eve.json) / 8)) eve.json >growing.json
    q --db growing.db --now $NOW run growing.json growing.log
done
for db in zeek together zeek_first zeek_last growing; do
    "$TOCSIN" --db $db.db export --format csv >$db.csv
done
grep -o 'SSH_[A-Za-z]*_BF_[A-Za-z]*' zeek.csv | sort -u
# But for evidence, which tells that both saw it, the same again whichever came first.
for db in together zeek_first zeek_last growing; do
    sed 's/,""SeenBy"":""zeek, suricata"",""TwinUid"":""[0-9]*""//g' $db.csv >$db.without
    same zeek.csv $db.without
    same together.csv $db.csv
done
grep -o '""TwinUid"":""[0-9]*""' together.csv | wc -l
t --db together.db query --format csv 'SELECT count(*) AS attempts FROM attempts'
t --db together.db query --format csv \
    'SELECT sensor, twin, count(*) AS flows FROM flows GROUP BY sensor, twin ORDER BY sensor'
t --db together.db status --format csv | grep -e even_packets -e ahead
