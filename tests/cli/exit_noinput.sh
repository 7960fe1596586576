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
# Where nothing can be read, nothing is made.
mkdir none && cd none
t --now $NOW ingest missing.log '*.log' ../secret-no
t --db y.db --now $NOW -v run missing.log
printf '[sensor a]\npath = /no/such/place, nothing-*.log\n[export e]\nformat = csv\nfile = out.csv\n' >../a.conf
t -c ../a.conf --db y.db --now $NOW run
ls -A
t --db y.db --now $NOW ingest missing.log /dev/null /dev/zero
