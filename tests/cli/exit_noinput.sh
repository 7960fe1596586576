# Inputs that are not there or may not be opened: the rest is read, then exit 66.
guess_log >conn.log
t --db x.db --now $NOW ingest missing.log conn.log
t --db x.db --now $NOW ingest conn.log/inside
t --db x.db --now $NOW ingest x
t query --db missing.db 'SELECT 1'
mkdir secret public
guess_log >secret/conn.log
guess_log >public/conn.log
chmod 700 secret
if [ "$(id -u)" = 0 ]; then chmod 777 public; else chmod 000 secret; fi
t_as_user --db public/x.db --now $NOW ingest secret public/conn.log
