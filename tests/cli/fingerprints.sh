# Fingerprints of TLS clients, servers and certificates: from both sensors, against feeds that have them.
JA3=0123456789abcdef0123456789abcdef JA3S=fedcba9876543210fedcba9876543210
JA4=t13d1516h2_8daaf6152771_e5627efa2ab1
SHA1=00112233445566778899aabbccddeeff00112233
SHA256=${SHA1}000000000000000000000000
{
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tssl\n'
    printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name\tja3\tja3s\tcert_chain_fps\n'
    printf '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tvector[string]\n'
    printf '1772442000.000000\tCone\t10.0.0.5\t40001\t198.51.100.7\t443\tTLSv12\twww.example.com\t%s\t-\t-\n' $JA3
    printf '1772442001.000000\tCtwo\t10.0.0.6\t40002\t198.51.100.7\t443\tTLSv12\t-\t-\t%s\t%s,aa\n' $JA3S $SHA256
    printf '1772442002.000000\tCsix\t10.0.0.7\t40003\t198.51.100.7\t443\tTLSv12\t-\t-\t-\t-\n'
} >ssl.log
eve() { # second client tls
    printf '{"timestamp":"2026-03-02T09:0%d:00.000000+0000","flow_id":%d,"event_type":"tls","src_ip":"10.0.1.%d","src_port":4000%d,"dest_ip":"198.51.100.9","dest_port":443,"proto":"TCP","tls":{%s}}\n' $1 $1 $2 $1 "$3"
}
{
    eve 1 1 '"sni":"a.example","fingerprint":"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"'
    eve 2 2 '"ja3":{"hash":"'$JA3'","string":"771,4,5"},"ja3s":{"hash":"none"},"ja4":"'$JA4'"'
    eve 3 3 '"sni":"b.example","ja3":{"hash":"00000000000000000000000000000000"}'
} >eve.json
printf '# ja3_md5,Firstseen,Lastseen,Listingreason\r\n%s,2020-01-01 00:00:00,2021-01-01 00:00:00,Dridex\r\n' $JA3 >ja3_fingerprints.csv
printf '# Listingdate,SHA1,Listingreason\r\n2020-01-01 00:00:00,%s,AsyncRAT C&C\r\n' $SHA1 >sslblacklist.csv
printf '#fields\tindicator\tindicator_type\tmeta.source\n%s\tIntel::CERT_HASH\tours\n%s\tIntel::CERT_HASH\tours\n' $SHA256 nothex >certs.intel
printf 'ja3s:%s # a server\nJA4:%s\nja3:short\n' $JA3S $JA4 >plain.txt
printf '{"Event":{"info":"x","Attribute":[{"type":"ja3-fingerprint-md5","category":"Network activity","to_ids":true,"value":"%s"},{"type":"x509-fingerprint-sha1","category":"Network activity","to_ids":true,"value":"%s"}]}}' $JA3 $SHA1 >misp.json
printf '{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator","pattern_type":"stix","id":"indicator--1","valid_from":"2020-01-01T00:00:00Z","indicator_types":["malicious-activity"],"pattern":"[x509-certificate:hashes.'"'SHA-1'"' = '"'%s'"']"}]}' $SHA1 >stix.json

d() { t --db x.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z "$@"; }
d -q ingest ssl.log eve.json
t --db x.db query --format tsv --no-header "SELECT client, name, fingerprints FROM lookups ORDER BY 1"
for feed in ja3_fingerprints.csv sslblacklist.csv certs.intel misp.json stix.json; do d intel import $feed; done
d intel import --category c2 plain.txt
d intel list
q --db x.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z correlate
alerts() {
    t --db $1 query --format tsv --no-header "SELECT own, remote, json_extract(properties, '\$.Indicator'), json_extract(properties, '\$.Feeds') FROM alerts ORDER BY 1, 3"
}
alerts x.db
t --db x.db query --format tsv --no-header "SELECT orig, what FROM alert_evidence ORDER BY 1, 2"
echo "-- the feeds first gives the same; addresses behind a fingerprint are not blocked"
q --db y.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z intel import ja3_fingerprints.csv sslblacklist.csv certs.intel misp.json stix.json
q --db y.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z intel import --category c2 plain.txt
q --db y.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z run eve.json ssl.log
"$TOCSIN" --db x.db export --format jsonl >x.jsonl
"$TOCSIN" --db y.db export --format jsonl >y.jsonl
same x.jsonl y.jsonl
t --db x.db --now 2026-03-03T00:00:00Z export --format blocklist
