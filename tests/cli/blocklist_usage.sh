# Options of block lists that cannot be.
guess_log >conn.log
q --db x.db --now $NOW --home 10.0.0.0/8 run conn.log
blocklist() {
    t --db x.db --now $NOW --home 10.0.0.0/8 export "$@"
}
blocklist --ttl 1h
blocklist --format csv --dry-run
blocklist --format blocklist --since 1h
blocklist --format blocklist --ttl 0s
blocklist --format blocklist --ttl 366d
blocklist --format blocklist --max 0
blocklist --format blocklist --min-confidence 101
blocklist --format blocklist --as iptables
blocklist --format blocklist --types SSH_Incoming_BF_OneToOn
blocklist --format blocklist --types SSH_Incoming_BF_OneToOne,PortScanning
blocklist --format blocklist --types Network_ResourceIpIndicatedAsMalicious
blocklist --format blocklist -o no/such/folder
mkdir folder
blocklist --format blocklist -o folder
blocklist --format blocklist -o /dev/null
