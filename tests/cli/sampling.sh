# A sensor that sees one of ten connections: what it logs counts tenfold, and alerts say so. A changed
# figure counts for what was read before, too.
mkdir logs
{ zeek_header && guesses 4 198.51.100.7 10.0.0.5; } >logs/conn.log
printf '[sensor edge]\nkind = zeek\npath = logs\n' >plain.conf
printf '[sensor edge]\nkind = zeek\npath = logs\nsampling = 1:10\n' >sampled.conf
figures() {
    "$TOCSIN" --db x.db export --format jsonl | grep -oE '"(Number of Connections|Sampling)":"[^"]*"'
}
t -c plain.conf --db x.db --now $NOW run -q
t -c sampled.conf --db x.db --now $NOW run
figures
# the same again: nothing new
t -c sampled.conf --db x.db --now $NOW run
# a new file of the same sensor
{ zeek_header && guesses 2 198.51.100.7 10.0.0.5 100; } >logs/conn.2.log
t -c sampled.conf --db x.db --now $NOW -q run
figures
printf '[sensor edge]\nkind = zeek\npath = logs\nsampling = 1:8\n' >sampled.conf
t -c sampled.conf --db x.db --now $NOW -q run
figures
# all at once, by the figure of today
t -c sampled.conf --db y.db --now $NOW -q run
"$TOCSIN" --db x.db export --format jsonl >x.jsonl
"$TOCSIN" --db y.db export --format jsonl >y.jsonl
same x.jsonl y.jsonl
t -c plain.conf --db x.db --now $NOW run
printf '[sensor edge]\npath = logs\nsampling = ten\n' >wrong.conf
t -c wrong.conf --db x.db run
