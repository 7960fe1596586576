# A database that was cut, or of which a part was overwritten: told, exit 65, and not changed further.
traffic 20000 >conn.log
q --db whole.db --now $NOW run conn.log
guess_log >more.log
head -c 200000 whole.db >cut.db
head -c 100 whole.db >short.db
{ head -c 163840 whole.db; head -c 819200 /dev/zero | tr '\0' 'x'; tail -c +983041 whole.db; } >overwritten.db
sha256sum ./*.db >before
for db in cut short overwritten; do
    t --db $db.db --now $NOW run more.log
    t --db $db.db alerts
done
sha256sum ./*.db >after
same before after
mv overwritten.db away.db
q --db overwritten.db --now $NOW run conn.log
same_data whole.db overwritten.db
