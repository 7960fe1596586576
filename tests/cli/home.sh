# The home networks that were named once stay in force on that database, and a change is never quiet.
{
    zeek_header
    guesses 40 198.51.100.7 203.0.113.5
} >conn.log
t --db x.db --now $NOW --home 203.0.113.0/24 run conn.log
echo 192.0.2.1 >feed.txt
t --db x.db --now $NOW intel import --category c2 feed.txt
t --db x.db --now $NOW correlate
t --db x.db --now 2026-03-04 -q correlate --home 10.0.0.0/8
t --db x.db --now 2026-03-05 -q correlate --home 203.0.113.5,2001:db8::/32 --fail-on low
t --db x.db query --format csv --no-header 'SELECT t, what FROM alert_history ORDER BY change'
t --db x.db query --format csv --no-header 'SELECT alerts_created, alerts_changed, alerts_ended FROM runs'
t --db x.db --now 2026-03-06 correlate

# What names no home leaves what was named; the configuration's word counts as such a name.
printf '[network]\nhome = 203.0.113.0/24\n[resource web]\naddress = 203.0.113.5\n' >tocsin.conf
t -c tocsin.conf --db x.db --now 2026-03-07 correlate
printf '[resource web]\naddress = 203.0.113.5\nrole = nat\n[resource them]\naddress = 198.51.100.7\nrole = scanner\n' >tocsin.conf
t -c tocsin.conf --db x.db --now 2026-03-08 -q correlate

# Read and judged apart.
t --db y.db --now $NOW --home 203.0.113.0/24 -q ingest conn.log
t --db y.db --now $NOW correlate
