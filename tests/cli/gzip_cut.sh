# gzip that ends early or is damaged: what could be read is kept, exit 74; the whole file then adds the rest.
traffic 30000 >conn.log
gzip -k conn.log
q --db whole.db --now $NOW run conn.log
size=$(wc -c <conn.log.gz)
head -c $((size / 2)) conn.log.gz >cut.gz
{ head -c $((size / 2)) conn.log.gz; head -c 100 /dev/zero; tail -c $((size / 2 - 100)) conn.log.gz; } >damaged.gz
guess_log >other.log
for how in cut damaged; do
    t --db $how.db --now $NOW -q ingest $how.gz other.log
    sqlite3 $how.db 'PRAGMA integrity_check'
    kept=$("$TOCSIN" --db $how.db query --format tsv --no-header 'SELECT count(*) FROM flows')
    [ "$kept" -gt 5000 ] && [ "$kept" -lt 30000 ] && echo "a part is kept"
done
mv conn.log.gz cut.gz
q --db cut.db --now $NOW run cut.gz
q --db whole.db --now $NOW run other.log
same_data whole.db cut.db
