# Files that may not be read and databases that may not be written: told, with 66 and 73, and nothing is lost.
guess_log >conn.log
{ zeek_header; guesses 30 198.51.100.9 10.0.0.6; } >secret.log
mkdir data closed
chmod 777 data
t_as_user --db data/x.db --now $NOW -q ingest conn.log
chmod 000 secret.log
t_as_user --db data/x.db --now $NOW ingest secret.log conn.log
chmod 644 secret.log
chmod 444 data/x.db
t_as_user --db data/x.db --now $NOW run secret.log
cp data/x.db closed/x.db
chmod 666 closed/x.db
[ "$(id -u)" = 0 ] || chmod 555 closed
t_as_user --db closed/x.db --now $NOW run secret.log
t_as_user --db closed/new.db --now $NOW run secret.log
sqlite3 data/x.db 'PRAGMA integrity_check'
chmod 644 data/x.db
t_as_user --db data/x.db --now $NOW -q ingest secret.log
t_as_user --db data/x.db query 'SELECT count(*) AS flows FROM flows'
