# Lines that cannot be read are counted, shown by `status --rejects`, and never stop a run; only
# --max-rejects turns them into exit 2.
{ guess_log; printf 'neither time nor columns\n'; guesses 3 198.51.100.8 10.0.0.5; printf '1772445600\tC\tnonsense\t1\t10.0.0.5\t22\ttcp\t-\t-\t-\t-\tS0\t0\tS\t1\t40\t0\t0\n'; } >conn.log
t --db x.db --now $NOW ingest --max-rejects 2 conn.log
t --db x.db status --rejects
t --db y.db --now $NOW ingest --max-rejects 1 conn.log
t --db z.db --now $NOW ingest --max-rejects 0 conn.log
t --db y.db query 'SELECT count(*) AS flows FROM flows'
