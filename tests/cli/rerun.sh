# The same run twice adds no row and no alert; a copy and a gzip of the same file add nothing either.
guess_log >conn.log
counts() {
    "$TOCSIN" --db x.db query --format csv 'SELECT (SELECT count(*) FROM flows) AS flows,
        (SELECT count(*) FROM attempts) AS attempts, (SELECT count(*) FROM alerts) AS alerts,
        (SELECT count(*) FROM alert_history) AS history'
}
t --db x.db --now $NOW run conn.log
counts
"$TOCSIN" --db x.db export --format jsonl >first
t --db x.db --now $NOW run conn.log
counts
cp conn.log renamed.log
gzip -c conn.log >packed.log.gz
t --db x.db --now $NOW run renamed.log packed.log.gz
counts
"$TOCSIN" --db x.db export --format jsonl >second
same first second
