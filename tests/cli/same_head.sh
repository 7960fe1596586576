# Two files that begin alike and go on differently are two logs; a copy is not.
{
    zeek_header
    for i in $(seq 1 60); do guesses 1 10.0.0.5 198.51.100.$i; done
} >a.log
{
    cat a.log
} >copy.log
head -c "$(wc -c <a.log)" a.log >b.log
{
    cat b.log
} >grown.log
lines=$(wc -l <a.log)
{
    head -n $((lines - 5)) a.log
    for i in $(seq 1 40); do guesses 1 10.0.0.6 203.0.113.$i; done
} >b.log
count() { t --db x.db query --format tsv --no-header "SELECT count(*) FROM flows" | tail -n 1; }
wc -c a.log b.log | awk 'NR < 3 { print ($1 > 4096 ? "long" : "short"), $2 }'
q --db x.db ingest a.log
count
q --db x.db ingest b.log
count
echo "-- again, each, and a copy"
for f in a.log b.log copy.log a.log; do q --db x.db ingest $f; done
count
echo "-- the first goes on"
guesses 3 10.0.0.7 203.0.113.99 >>a.log
q --db x.db ingest a.log
count
