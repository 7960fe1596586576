# The same logs in any order and any portions, at the same --now, give the same bytes: all at once;
# file by file backwards, each in its own run; one file growing under the reader, cut within lines.
{ zeek_header; guesses 40 198.51.100.7 10.0.0.5; } >a.log
{ zeek_header; guesses 25 198.51.100.7 10.0.0.5 400; guesses 50 10.0.0.9 203.0.113.80 900; } >b.log
{ zeek_header; guesses 60 198.51.100.8 10.0.0.6 5000; guesses 45 198.51.100.7 10.0.0.5 7300; } >c.log
"$TOCSIN" -q --db at_once.db --now $NOW run a.log b.log c.log
for log in c.log b.log a.log; do
    "$TOCSIN" -q --db backwards.db --now $NOW run $log
done
size=$(wc -c <c.log)
for ((n = 700; n < size; n += 2001)); do
    head -c $n c.log >growing.log
    "$TOCSIN" -q --db growing.db --now $NOW run growing.log
done
cp c.log growing.log
"$TOCSIN" -q --db growing.db --now $NOW run growing.log b.log a.log
for db in at_once backwards growing; do
    "$TOCSIN" --db $db.db export --format jsonl >$db.jsonl
    "$TOCSIN" --db $db.db export --format csv >$db.csv
    "$TOCSIN" --db $db.db query --format csv 'SELECT count(*) AS flows FROM flows'
done
grep -o '"AlertType":"[^"]*"' at_once.jsonl
same at_once.jsonl backwards.jsonl
same at_once.jsonl growing.jsonl
same at_once.csv backwards.csv
same at_once.csv growing.csv
