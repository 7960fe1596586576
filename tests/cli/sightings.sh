# The view `sightings`: whoever a feed names is found, in either role and whatever the category, by feed; and no alert
# comes of a list that is only for sources, or of few refused ones.
line() { # seconds client port server port proto state service-bytes
    printf '{"ts":%d.5,"uid":"C%d","id.orig_h":"%s","id.orig_p":%d,"id.resp_h":"%s","id.resp_p":%d,"proto":"%s","conn_state":"%s","orig_bytes":%d,"resp_bytes":%d,"orig_pkts":4,"resp_pkts":4}\n' \
        $((1772442000 + $1)) "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$8"
}
{
    line 1 198.51.100.66 40001 10.0.0.5 22 tcp REJ 0
    line 2 198.51.100.66 40002 10.0.0.5 23 tcp REJ 0
    line 3 198.51.100.66 40003 10.0.0.5 123 udp S0 0
    line 4 10.0.0.5 3 198.51.100.66 3 icmp OTH 0    # that nothing is there
    line 5 10.0.0.6 40005 203.0.113.9 443 tcp SF 900
    line 6 10.0.0.6 40006 203.0.113.66 443 tcp SF 900
    line 7 10.0.0.6 40007 198.51.100.68 443 tcp SF 900 # the first address after the /30
    line 8 10.0.0.6 40008 198.51.100.67 443 tcp SF 900 # allowed
    line 9 10.0.0.6 40009 10.0.0.5 443 tcp SF 900
    line 10 10.0.0.6 40010 192.0.2.1 443 tcp SF 900    # in no feed
    line 90000 10.0.0.6 40011 203.0.113.9 80 tcp S0 0  # a day later
} >conn.log
printf '198.51.100.64/30\n203.0.113.9\n' >block.txt
printf '198.51.100.0/24\n198.51.100.66\n' >wide.txt
printf '#fields\tindicator\tindicator_type\tmeta.source\n203.0.113.9\tIntel::ADDR\tours\n' >tor.dat
printf '203.0.113.66\n' >c2.txt
printf '203.0.113.9\n' >dated.txt
printf '198.51.100.67\n' >partners.txt
s() { q --db $1 --home 10.0.0.0/8 --now 2026-03-04T00:00:00Z "${@:2}"; }
import() {
    for feed in block.txt wide.txt tor.dat; do s $1 intel import $feed; done
    s $1 intel import c2.txt --category c2
    s $1 intel import dated.txt --category scanner --valid-from 2026-03-02T00:00:00Z --valid-for 1d
    s $1 intel import partners.txt --category allow
}
import x.db
s x.db run conn.log
t --db x.db query --format tsv "SELECT role, remote, own, feed, networks, category, connections, answered, ports, protocols FROM sightings ORDER BY 1 DESC, 2, 4"
t --db x.db query --format tsv --no-header "SELECT first, last FROM sightings WHERE remote = '203.0.113.9' ORDER BY feed"
t --db x.db query --format tsv --no-header "SELECT type, own, remote FROM alerts"
t --db x.db query --format tsv --no-header "SELECT day, own, sources, connections FROM flagged_days"
echo "-- the feeds after the logs give the same"
s y.db run conn.log
import y.db
s y.db correlate
for db in x y; do sqlite3 $db.db 'SELECT * FROM sightings ORDER BY own, remote, role, feed' >$db.rows; done
same x.rows y.rows
echo "-- without the feed nothing stays of it"
s y.db --now 2026-03-01 intel remove wide
s y.db correlate
sqlite3 y.db "SELECT count(*), count(feed = 'wide' OR NULL) FROM sightings"
