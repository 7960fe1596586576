# kill -9 at any moment loses and doubles nothing: killed at several points, then run to its end.
{ zeek_header; guesses 40 198.51.100.7 10.0.0.5; for i in $(seq 1 40); do guesses 1000 198.51.100.9 10.0.0.$i $((i * 20)); done; } >conn.log
"$TOCSIN" -q --db whole.db --now $NOW run conn.log
for pause in 0.01 0.03 0.05 0.08 0.12 0.2; do
    "$TOCSIN" -q --db killed.db --now $NOW run conn.log &
    sleep $pause
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
done
"$TOCSIN" -q --db killed.db --now $NOW run conn.log
for db in whole killed; do
    "$TOCSIN" --db $db.db export --format jsonl >$db.jsonl
    "$TOCSIN" --db $db.db query --format csv 'SELECT count(*) AS flows FROM flows'
done
same whole.jsonl killed.jsonl
