# The block list of the sample logs in every form, and what changes from one list to the next.
"$ROOT/sample-logs/demo.sh" "$TOCSIN" demo.db >demo.txt 2>&1
cp "$ROOT"/sample-logs/{tocsin,inventory}.conf .
blocklist() {
    t -c tocsin.conf --db demo.db --now 2026-03-03T00:00:00Z export --format blocklist "$@"
}
# Where nftables may be asked, it must take the file; it says nothing then.
nft_takes() {
    ! nft -c add table inet tocsin 2>.nft || nft -c -f "$1"
}
blocklist --max 3
for as in zeek-intel suricata-iprep suricata-dataset nft; do
    blocklist --as $as --max 5 --min-confidence 55
done
blocklist -v --as suricata-iprep --types generic_incoming_bf_onetoone,Network_TrafficFromUnrecommendedIP

# The same file again, then with less in it; what a dry run says is what comes.
blocklist --as nft -o blocked.nft
nft_takes blocked.nft
blocklist --as nft -o blocked.nft
cp blocked.nft before.nft
blocklist --as nft -o blocked.nft --ttl 9h --dry-run -q
same before.nft blocked.nft
blocklist --as nft -o blocked.nft --ttl 9h
nft_takes blocked.nft
blocklist --as nft -o blocked.nft --ttl 5h15m
blocklist --as nft -o blocked.nft --ttl 6h --dry-run
blocklist --as nft -o blocked.nft --ttl 1m
nft_takes blocked.nft
cat blocked.nft
ls *.nft*

# Every address stands in every form.
for as in plain zeek-intel suricata-iprep suricata-dataset nft; do
    blocklist -q --as $as -o list.$as
    blocklist --as plain -o list.$as
done
