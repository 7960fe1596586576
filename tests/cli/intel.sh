# Feeds: import, list, re-import and removal; an allow-list takes matches away while it is in force.
printf '[network]\nhome = 10.0.0.0/8\n' >tocsin.conf
{
    zeek_header
    guesses 1 10.0.0.5 198.51.100.7
    guesses 1 10.0.0.6 203.0.113.9
} >conn.log
printf '192.0.2.1\n198.51.100.7 # ours\n203.0.113.9\n10.0.0.1\nWWW.example.com.\nhttp://example.com/x\n192.0.2.1\n' >c2.txt
printf '{"list":["203.0.113.0/24","0.0.0.0/0"],"name":"Known good","type":"cidr"}\n' >good.json
i() { t -c tocsin.conf --db x.db --now "$@"; }
alerts() { t -c tocsin.conf --db x.db query --format tsv --no-header "SELECT own, remote, status FROM alerts ORDER BY 1" | tail -n +2; }

i $NOW ingest -q conn.log
i $NOW intel import --category c2 c2.txt
i $NOW correlate -q
alerts
echo "-- a network that is known to be good, but only since after the contact"
i 2026-03-04 intel import -q --valid-from 2026-03-03 --name later good.json
i 2026-03-04 correlate -q
alerts
echo "-- a network that is known to be good"
i 2026-03-04 intel import good.json
i 2026-03-04 correlate -q
alerts
echo "-- which is no longer said from its removal on: the contact was before"
i 2026-03-05 intel remove good
i 2026-03-05 correlate -q
alerts
echo "-- entries that go and come"
printf '198.51.100.7\n192.0.2.2\n' >c2.txt
i 2026-03-06 intel import --category c2 c2.txt
i 2026-03-06 intel list
i 2026-03-06 query --format tsv "SELECT feed, kind, network, category, ended, note FROM indicators ORDER BY 1, 3"
echo "-- what is refused"
printf '# nothing today\n\n10.0.0.1\n' >empty.txt
i 2026-03-06 intel import --name c2 empty.txt
i 2026-03-06 intel import empty.txt
i 2026-03-06 intel remove c3
i 2026-03-06 intel remove
printf '{"Event":{"Attribute":[{"type":"ip-dst","value":"192.0.2.1","to_ids":false}]}}' >misp.json
printf '{"cidr":"198.51.100.0/24"}\n{"cid' >cut.json
printf '{"a":1}' >other.json
i 2026-03-06 intel import misp.json cut.json other.json
i 2026-03-06 intel list --no-header
