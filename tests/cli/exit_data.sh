# Databases that are not ours or newer than the program, and feeds that nothing here reads: exit 65.
guess_log >conn.log
q --db newer.db --now $NOW ingest conn.log
sqlite3 newer.db 'PRAGMA user_version = 9999'
t --db newer.db alerts | sed 's/tocsin [0-9.]*[0-9]/tocsin N/; s/version [0-9]\{1,3\}\b/version N/g'
t --db newer.db --now $NOW ingest conn.log >/dev/null; echo "exit $?"
sqlite3 other.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
before=$(checksum other.db)
t --db other.db alerts
t --db other.db ingest conn.log
echo 'this is not a database, and it is longer than the header of one would be, for good measure' >text.db
t --db text.db ingest conn.log
[ "$before" = "$(checksum other.db)" ] && echo 'other.db was not changed'
printf 'neither an address\nnor a feed\n' >feed.txt
t --db x.db --now $NOW intel import feed.txt
