# Where nothing more can be written: exit 74, the database stays whole with all that was kept before, and the next
# run goes on and ends where an undisturbed one does. The limit on a file's size stands for a disk.
traffic 130000 >conn.log
q --db whole.db --now $NOW run conn.log
(ulimit -f 6500; t --db full.db --now $NOW run conn.log) # in kB
sqlite3 full.db 'PRAGMA integrity_check'
kept=$("$TOCSIN" --db full.db query --format tsv --no-header 'SELECT count(*) FROM flows')
[ "$kept" -gt 0 ] && [ "$kept" -lt 130000 ] && echo "a part is kept"
q --db full.db --now $NOW run conn.log
same_data whole.db full.db
