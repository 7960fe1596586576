# Domain indicators: names looked up, and names that servers were asked by.
{
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tssl\n'
    printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name\n'
    printf '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\n'
    printf '1772442000.000000\tCone\t10.0.0.5\t40001\t198.51.100.7\t443\tTLSv13\tWWW.Bad.Example.com\n'
    printf '1772442001.000000\tCtwo\t10.0.0.6\t40002\t198.51.100.7\t443\tTLSv13\tgood.example.com\n'
    printf '1772442002.000000\tCsix\t10.0.0.9\t40006\t198.51.100.7\t443\tTLSv13\tnotbad.example.com\n'
} >ssl.log
{
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n'
    printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tqtype_name\trcode_name\tanswers\n'
    printf '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tstring\tstring\tstring\tvector[string]\n'
    for i in 1 2 3; do
        printf '17724420%d0.000000\tCdns%d\t10.0.0.7\t4100%d\t10.0.0.1\t53\tudp\t%d\tc2.bad.example.com\tA\tNXDOMAIN\t-\n' $i $i $i $i
    done
    for i in 1 2; do
        printf '17724420%d0.000000\tCfew%d\t10.0.0.8\t4200%d\t10.0.0.1\t53\tudp\t%d\tc2.bad.example.com\tA\tNXDOMAIN\t-\n' $i $i $i $i
    done
} >dns.log
printf '#fields\tindicator\tindicator_type\tmeta.source\nbad.example.com\tIntel::DOMAIN\tours\n' >names.dat
d() { q --db x.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z "$@"; }
show() {
    t --db "$1" query --format tsv --no-header \
        "SELECT own, remote, json_extract(properties, '\$.Indicator'), json_extract(properties, '\$.ContactBlocked'), json_extract(properties, '\$.Feeds') FROM alerts ORDER BY 1"
}
d intel import --category c2 names.dat
d run ssl.log dns.log
show x.db
t --db x.db query --format tsv --no-header "SELECT t, orig, resp, what FROM alert_evidence ORDER BY 1, 2"
echo "-- the feed after the logs gives the same"
q --db y.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z run dns.log ssl.log
q --db y.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z intel import --category c2 names.dat
q --db y.db --home 10.0.0.0/8 --now 2026-03-03T00:00:00Z correlate
"$TOCSIN" --db x.db export --format jsonl >x.jsonl
"$TOCSIN" --db y.db export --format jsonl >y.jsonl
same x.jsonl y.jsonl
