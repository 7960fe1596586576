# As disk_full, on a disk that really is full.
mkdir disk
mount -t tmpfs -o size=7m tmpfs disk 2>/dev/null || skip "a file system may not be mounted here"
trap 'umount disk' EXIT
traffic 130000 >conn.log
q --db whole.db --now $NOW run conn.log
t --db disk/full.db --now $NOW run conn.log
sqlite3 disk/full.db 'PRAGMA integrity_check'
kept=$("$TOCSIN" --db disk/full.db query --format tsv --no-header 'SELECT count(*) FROM flows')
[ "$kept" -gt 0 ] && [ "$kept" -lt 130000 ] && echo "a part is kept"
t --db disk/full.db export --format csv -o disk/alerts.csv
mount -o remount,size=200m disk
q --db disk/full.db --now $NOW run conn.log
same_data whole.db disk/full.db
