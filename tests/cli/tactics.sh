# Tactics are those of ATT&CK everywhere; the source document's own word is Intent.
guess_log >conn.log
q --db x.db --now $NOW run conn.log
"$TOCSIN" --db x.db export --format jsonl >alerts.jsonl
grep -o '"Tactics":"[^"]*"' alerts.jsonl
grep -o '"Intent":"[^"]*"' alerts.jsonl
t --db x.db query --format csv --no-header 'SELECT type, tactics FROM alerts'
t catalog show SSH_Incoming_BF_OneToOne | grep -iE '^ *(tactic|att&ck)'
grep -oE '^\| `SSH_Incoming_BF_OneToOne` \| [A-Za-z]+ \| [A-Za-z]+' "$ROOT/README.md"
