# A feed that names what most machines use is told of and not believed.
talk() { # first-machine last-machine server seconds-after-noon
    awk -v from="$1" -v upto="$2" -v to="$3" -v after="$4" 'BEGIN {
        for (i = from; i <= upto; i++)
            printf "%d.%06d\tC%s%03d\t10.0.0.%d\t%d\t%s\t443\ttcp\tssl\t1.0\t800\t4000\tSF\t0\tShADadFf\t9\t1300\t9\t4500\n",
                1772452800 + after + i, i, substr(to, length(to)), i, i, 40000 + i, to
    }'
}
alerts() {
    t --db "$1" query --format tsv --no-header "SELECT count(*), json_extract(properties, '\$.Indicator'),
        max(confidence), max(json_extract(properties, '\$.Widespread')) FROM alerts GROUP BY 2 ORDER BY 2"
}
w() { t --db x.db --home 10.0.0.0/8 --now $NOW "$@"; }
lists() { # one wrong entry, one that a quarter deals with, one that few do
    printf '198.51.100.53\n198.51.100.8\n198.51.100.9\n' >bad.txt
}
lists
{ zeek_header && talk 1 15 198.51.100.53 0; } >morning.log
{ zeek_header && talk 16 24 198.51.100.53 0 && talk 1 7 198.51.100.8 60 && talk 1 2 198.51.100.9 120; } >noon.log

echo "-- fifteen machines are too few to speak against a feed"
w -q intel import --category c2 bad.txt
w -q ingest morning.log
w correlate 2>&1 | grep '^tocsin: [a-z0-9]* new'
echo "-- twenty-four, all of them, are not"
w -q ingest noon.log
w correlate 2>&1 | grep '^tocsin: [a-z0-9]'
alerts x.db
w intel list
w status | grep believed
echo "-- it is said once"
w correlate
echo "-- in any portions the same"
y() { q --db y.db --home 10.0.0.0/8 --now $NOW "$@"; }
y ingest noon.log morning.log
y correlate
y intel import --category c2 --name bad bad.txt
y correlate
"$TOCSIN" --db x.db export --format jsonl >x.jsonl
"$TOCSIN" --db y.db export --format jsonl >y.jsonl
same x.jsonl y.jsonl

echo "-- what the configuration says stands above the catalogue"
printf '[network]\nhome = 10.0.0.0/8\n[alert Network_CommunicationWithC2]\nguard.max_reach = 100 %%\n' >all.conf
q -c all.conf --db x.db --now $NOW correlate
alerts x.db
printf '[network]\nhome = 10.0.0.0/8\n[alert Network_CommunicationWithC2]\nguard.max_share = 100 %%\n' >wrong.conf
t -c wrong.conf --db x.db --now $NOW correlate

echo "-- a feed of which every entry is used by some, and together by most"
{ zeek_header && for i in $(seq 1 24); do talk $i $i 203.0.113.$i 0; done && talk 3 3 198.51.100.9 60; } >spread.log
seq -f '203.0.113.%g' 1 24 >everything.txt
printf '203.0.113.7\n' >other.txt
z() { t --db z.db --home 10.0.0.0/8 --now $NOW "$@"; }
z -q intel import --category c2 everything.txt bad.txt
z -q ingest spread.log
z correlate 2>&1 | grep '^tocsin: [a-z0-9]'
alerts z.db
echo "-- what another feed names too is believed"
z -q intel import --category malware other.txt
z correlate 2>&1 | grep '^tocsin: [a-z0-9]'
alerts z.db

echo "-- what a machine has dealt with for more than a month is less of a threat, whenever that is read"
known() {
    t --db "$1" query --format tsv --no-header "SELECT start_time, confidence, json_extract(properties, '\$.Known Since') FROM alerts ORDER BY 1"
}
{ zeek_header && talk 1 1 198.51.100.9 0; } >first.log
{ zeek_header && talk 1 1 198.51.100.9 2592000; } >month.log
{ zeek_header && talk 1 1 198.51.100.9 2678400; } >later.log
NOW=2026-06-01
for db in k.db l.db; do q --db $db --home 10.0.0.0/8 --now $NOW intel import --category c2 bad.txt; done
q --db k.db --home 10.0.0.0/8 --now $NOW run first.log
q --db k.db --home 10.0.0.0/8 --now $NOW run month.log
known k.db
q --db k.db --home 10.0.0.0/8 --now $NOW run later.log
known k.db
q --db l.db --home 10.0.0.0/8 --now $NOW run later.log month.log
q --db l.db --home 10.0.0.0/8 --now $NOW run first.log
"$TOCSIN" --db k.db export --format jsonl >x.jsonl
"$TOCSIN" --db l.db export --format jsonl >y.jsonl
same x.jsonl y.jsonl

echo "-- a control server's call that is answered: a back door, or a server; a refused one is nothing"
row() { # uid from to port state history bytes
    printf '1772452800.000001\t%s\t%s\t40000\t%s\t%s\ttcp\t-\t1.0\t%s\t%s\t%s\t0\t%s\t9\t1300\t9\t4500\n' $1 $2 $3 $4 $7 $7 $5 $6
}
{
    zeek_header
    row Ca 198.51.100.9 10.0.0.1 4444 SF ShADadFf 800
    row Cb 198.51.100.9 10.0.0.2 4444 REJ Sr 0
    row Cc 198.51.100.8 10.0.0.3 4444 SF ShADadFf 800
    row Cd 10.0.0.4 198.51.100.9 4444 SF ShADadFf 800
} >calls.log
printf '198.51.100.8\n' >malware.txt
printf '198.51.100.9\n' >c2.txt
q --db c.db intel import --category malware malware.txt
q --db c.db intel import --category c2 c2.txt
q --db c.db --now $NOW --home 10.0.0.0/8 run calls.log
t --db c.db query --format tsv --no-header "SELECT own, confidence, json_extract(properties, '\$.Contacts Opened By The Other Side') FROM alerts
    WHERE type = 'Network_CommunicationWithC2' ORDER BY 1"
