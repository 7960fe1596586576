# A log that is deleted while it is read is read to its end; one that is cut off and written anew goes on where the
# new one is longer. Several runs at once store every line once.
traffic 60000 >whole.log
q --db whole.db --now $NOW ingest whole.log

until_open() { # process file
    while kill -0 "$1" 2>/dev/null && ! ls -l "/proc/$1/fd" 2>/dev/null | grep -q "$2\$"; do :; done
}
cp whole.log deleted.log
"$TOCSIN" -q --db deleted.db --now $NOW ingest deleted.log &
until_open $! deleted.log
rm deleted.log
wait $!
echo "exit $?"
same_data whole.db deleted.db

cp whole.log cut.log
"$TOCSIN" -q --db cut.db --now $NOW ingest cut.log &
until_open $! cut.log
: >cut.log
wait $!
echo "exit $?"
sqlite3 cut.db 'PRAGMA integrity_check'
cat whole.log >cut.log
q --db cut.db --now $NOW ingest cut.log
same_data whole.db cut.db

for i in 1 2 3 4 5; do "$TOCSIN" -q --db at_once.db --now $NOW --wait 60s ingest whole.log & done
wait
same_data whole.db at_once.db
