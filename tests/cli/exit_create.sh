# A database or an output that cannot be created: exit 73.
guess_log >conn.log
mkdir folder
t --db folder --now $NOW ingest conn.log
t --db missing/folder/x.db --now $NOW ingest conn.log
q --db x.db --now $NOW run conn.log
t --db x.db export --format csv -o folder
