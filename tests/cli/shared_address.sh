# A connection of which feeds have both the name and the address is one contact: by its name.
{
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tssl\n'
    printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name\n'
    printf '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\n'
    printf '1772452801.500000\tCa\t10.0.0.1\t40000\t198.51.100.9\t443\tTLSv13\tbad.example.com\n'
    printf '1772452801.500000\tCb\t10.0.0.2\t40000\t198.51.100.9\t443\tTLSv13\tgood.example.com\n'
    printf '1772463600.500000\tCd\t10.0.0.4\t40000\t198.51.100.9\t443\tTLSv13\tbad.example.com\n'
} >ssl.log
row() { # uid from time
    printf '%s.000001\t%s\t%s\t40000\t198.51.100.9\t443\ttcp\tssl\t1.0\t800\t4000\tSF\t0\tShADadFf\t9\t1300\t9\t4500\n' $3 $1 $2
}
{
    zeek_header
    row Ca 10.0.0.1 1772452800 # asked by the bad name
    row Cb 10.0.0.2 1772452800 # by another
    row Cc 10.0.0.3 1772452800 # by none
    row Cd 10.0.0.4 1772452800 # by the bad name, hours later: that is not the same
} >conn.log
printf 'bad.example.com\n198.51.100.9\n' >bad.txt
alerts() {
    t --db $1 query --format tsv --no-header "SELECT own, json_extract(properties, '\$.Indicator') FROM alerts ORDER BY 1, 2"
}
for db in x.db y.db z.db; do q --db $db intel import --category c2 bad.txt; done
q --db x.db --now $NOW run conn.log ssl.log
alerts x.db
echo "-- in any order"
q --db y.db --now $NOW run conn.log
q --db y.db --now $NOW run ssl.log
q --db z.db --now $NOW run ssl.log
q --db z.db --now $NOW run conn.log
for db in x y z; do "$TOCSIN" --db $db.db export --format jsonl >$db.jsonl; done
same x.jsonl y.jsonl
same x.jsonl z.jsonl
echo "-- and when the feed comes last"
q --db v.db --now $NOW run conn.log ssl.log
q --db v.db --now $NOW intel import --category c2 bad.txt
q --db v.db --now $NOW correlate
"$TOCSIN" --db v.db export --format jsonl >v.jsonl
same x.jsonl v.jsonl
