# What is never listed: own networks and resources, allow lists, and who logs in regularly.
blocklist() {
    t --db x.db --now $NOW export --format blocklist "$@"
}
ssh_header() {
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tssh\n'
    printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tauth_success\tauth_attempts\tdirection\tclient\tserver\tcipher_alg\n'
    printf '#types\ttime\tstring\taddr\tport\taddr\tport\tcount\tbool\tcount\tenum\tstring\tstring\tstring\n'
}
login() { # seconds client
    printf '%d.5\tL%d%s\t%s\t50000\t10.0.0.9\t22\t2\tT\t1\tINBOUND\tSSH-2.0-x\tSSH-2.0-y\taes128-ctr\n' "$1" "$1" "$2" "$2"
}
{
    zeek_header
    for n in 1 2 3 4 5; do guesses 40 203.0.113.$n 10.0.0.5; done
} >conn.log
DAY=86400 NOON=1772452800 # 2026-03-02 12:00 UTC
{
    ssh_header
    login $((NOON - 2 * DAY)) 203.0.113.2 # two days, the first before it guessed
    login $((NOON - 1 * DAY)) 203.0.113.2
    login $((NOON - 1 * DAY)) 203.0.113.3 # one day
    login $((NOON)) 203.0.113.4           # two days, but never before
    login $((NOON + DAY / 2)) 203.0.113.4
} >ssh.log
q --db x.db --now 2026-03-04 --home 10.0.0.0/8 run conn.log ssh.log
"$TOCSIN" --db x.db query --no-header 'SELECT count(*) FROM alerts'
NOW=2026-03-02T18:00:00Z
blocklist --home 10.0.0.0/8 --as suricata-dataset
NOW=2026-03-03T06:00:00Z
blocklist --home 10.0.0.0/8 --as suricata-dataset
echo 203.0.113.0/30 >partners.txt
q --db x.db --now $NOW intel import partners.txt --category allow
cat >tocsin.conf <<'END'
[network]
home = 10.0.0.0/8
[resource office]
address = 203.0.113.5
END
blocklist -c tocsin.conf --as suricata-dataset -v
blocklist -c tocsin.conf --as suricata-dataset --dry-run
echo 198.51.100.1 >list.txt
blocklist -c tocsin.conf --as suricata-dataset -o list.txt
cat list.txt

# An alert that somebody dismissed speaks no more.
sqlite3 x.db 'UPDATE alert SET status = 3'
blocklist --home 10.0.0.0/8 --as suricata-dataset
