# What people say of an alert stays, whatever runs find; and each step stands in its history.
guess_log >conn.log
q --db a.db --home 10.0.0.0/8 --now $NOW run conn.log
id=$("$TOCSIN" --db a.db query --no-header "SELECT substr(alert_id, 1, 8) FROM alerts")
q --db a.db --now 2026-03-03T01:00:00Z alerts set $id --status in-progress --comment "is it ours? $(printf '\033[31m')"
t --db a.db --now 2026-03-03T01:00:00Z alerts set $id --status InProgress
t --db a.db --now 2026-03-03T02:00:00Z alerts set $id --status resolved --comment 'key of the backup renewed'
"$TOCSIN" --db a.db alerts show $id | sed -n '/^  Status/p; /^  Comment/p; /^History/,$p'
# More of it, and it is open again; dismissed it stays.
guesses 5 198.51.100.7 10.0.0.5 400 >>conn.log
q --db a.db --now 2026-03-03T03:00:00Z run conn.log
"$TOCSIN" --db a.db alerts show $id | sed -n '/^  Status/p; /^History/,$p'
t --db a.db --now 2026-03-03T04:00:00Z alerts set $id --status dismissed -q
guesses 5 198.51.100.7 10.0.0.5 450 >>conn.log
q --db a.db --now 2026-03-03T05:00:00Z run conn.log
"$TOCSIN" --db a.db --lang ja alerts show $id | sed -n '/^  状態/p; /^履歴/,$p'
"$TOCSIN" --db a.db export --format jsonl | grep -o '"Status":"[^"]*"'
# What cannot be.
t --db a.db alerts set $id
t --db a.db alerts set $id --status closed
t --db a.db alerts set ffff --status new
t --db none.db alerts set $id --status new
ls none.db 2>&1
t --db a.db alerts show $id --status new
"$TOCSIN" --db a.db alerts set $id --comment "$(printf '\377')" || echo "exit $?"
"$TOCSIN" --db a.db alerts set $id --comment "$(printf '%5000s' x)" || echo "exit $?"
