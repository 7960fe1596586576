# A finished database can be read where nothing may be written, by those who may not write it.
guess_log >conn.log
mkdir 'kept #1 50%?&x=y'
db='kept #1 50%?&x=y/x.db'
q --db "$db" --now $NOW run conn.log
chmod 644 "$db"
if [ "$(id -u)" != 0 ]; then chmod 555 kept*; fi
checksum "$db" >before
t_as_user --db "$db" alerts
t_as_user --db "$db" query --format csv 'SELECT count(*) FROM flows'
t_as_user --db "$db" export --format jsonl | wc -l
t_as_user --db "$db" status --format tsv | grep -E '^(flows|alerts)'
(cd kept* && t_as_user --db x.db query --format csv 'SELECT count(*) AS flows FROM flows')
t_as_user --db "$db" --now $NOW correlate
ls -A kept*
checksum "$db" >after
same before after

# Changes beside it cannot be passed over.
chmod 755 kept*
sqlite3 "$db" '.dbconfig no_ckpt_on_close on' 'PRAGMA wal_autocheckpoint = 0' "INSERT INTO setting VALUES ('x', 'y')" >sqlite.out
chmod 644 kept*/*
rm -f kept*/*-shm
ls kept*
if [ "$(id -u)" != 0 ]; then chmod 555 kept*; fi
t_as_user --db "$db" query --format csv "SELECT count(*) FROM flows"
