# Resource names that would break a row or start a formula arrive in one cell, as text.
guess_log >conn.log
cat >tocsin.conf <<'END'
[network]
home = 10.0.0.0/8
[resource =cmd|'/C calc'!A0 "quoted"]
address = 10.0.0.5
END
q -c tocsin.conf --db x.db --now $NOW run conn.log
"$TOCSIN" --db x.db export --format csv >alerts.csv
sqlite3 :memory: '.mode csv' '.import alerts.csv a' 'SELECT count(*) FROM a' '.mode line' \
    'SELECT AlertType, CompromisedEntity FROM a'
"$TOCSIN" --db x.db export --format csv --no-spreadsheet-safe >raw.csv
sqlite3 :memory: '.mode csv' '.import raw.csv a' '.mode line' 'SELECT CompromisedEntity FROM a'
