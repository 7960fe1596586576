# One machine, many reasons: sinkholes by address and by name, and a signature, are one alert of it; and the statement that shows
# the traffic again finds all of it.
{
    printf '{"_path":"conn","ts":1772442000.5,"uid":"C1","id.orig_h":"10.0.0.5","id.orig_p":40001,"id.resp_h":"198.51.100.66","id.resp_p":80,"proto":"tcp","conn_state":"SF","orig_bytes":300,"resp_bytes":300,"orig_pkts":4,"resp_pkts":4}\n'
    printf '{"_path":"conn","ts":1772442001.5,"uid":"C2","id.orig_h":"10.0.0.5","id.orig_p":40002,"id.resp_h":"203.0.113.9","id.resp_p":80,"proto":"tcp","conn_state":"SF","orig_bytes":300,"resp_bytes":300,"orig_pkts":4,"resp_pkts":4}\n'
    printf '{"_path":"dns","ts":1772443000.5,"uid":"C3","id.orig_h":"10.0.0.5","id.orig_p":40003,"id.resp_h":"10.0.0.1","id.resp_p":53,"proto":"udp","query":"a.sink.example","rcode_name":"NOERROR"}\n'
    printf '{"_path":"dns","ts":1772443001.5,"uid":"C4","id.orig_h":"10.0.0.5","id.orig_p":40004,"id.resp_h":"10.0.0.1","id.resp_p":53,"proto":"udp","query":"b.example","rcode_name":"NOERROR"}\n'
} >zeek.log
printf '{"timestamp":"2026-03-02T09:20:00.000000+0000","flow_id":5,"event_type":"alert","src_ip":"10.0.0.5","src_port":40005,"dest_ip":"192.0.2.77","dest_port":445,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":2008802,"rev":6,"signature":"ET MALWARE Possible Downadup/Conficker-A Worm Activity","category":"A Network Trojan was detected","severity":1}}\n' >eve.json
printf '198.51.100.66\nsink.example\n' >sinks.txt
printf '198.51.100.0/24\n203.0.113.9\n' >wide.txt
o() { q --db x.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z "$@"; }
o intel import sinks.txt --category sinkhole
o intel import wide.txt --category sinkhole
o run zeek.log eve.json
t --db x.db query --format tsv --no-header "SELECT type, entity, correlation_key, start_time, end_time FROM alerts"
t --db x.db query --format tsv --no-header "SELECT value FROM alerts, json_each(properties) WHERE key IN ('Indicator', 'Feeds', 'Signature', 'Contacts')"
id=$("$TOCSIN" --db x.db query --format tsv --no-header "SELECT alert_id FROM alerts")
"$TOCSIN" --db x.db alerts explain ${id:-none} >page
sed -n '/^How sure/,/^Coverage/p' page
grep '^tocsin ' page | sed 's|^tocsin|"$TOCSIN"|' >command
bash -e ./command --no-header --format tsv | cut -f 2,3,6,9
