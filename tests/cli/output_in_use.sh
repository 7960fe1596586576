# An output never takes the place of the database, the configuration or an input, by whatever name.
guess_log >conn.log
mkdir sub catalog.d
printf '[network]\nhome = 10.0.0.0/8\n' >tocsin.conf
printf '[resource web]\naddress = 10.0.0.5\n' >inventory.conf
cp "$ROOT/catalog/DDOS.conf" catalog.d/
q -c tocsin.conf --db x.db --now $NOW run conn.log
checksum x.db conn.log tocsin.conf inventory.conf catalog.d/DDOS.conf >before
ln -s ../x.db sub/link
ln x.db sub/hard
x() { t -c tocsin.conf --db x.db export "$@"; }
x -o x.db
x -o ./sub/../x.db --format csv
x -o sub/link --since last
x -o sub/hard
x -o x.db-wal
x -o sub/../x.db-shm
x -o tocsin.conf
x -o inventory.conf
x -o catalog.d/DDOS.conf
x -o conn.log
x -o x.db --format blocklist
(cd sub && t -c ../tocsin.conf --db ../x.db export -o ../conn.log)
echo '#' >>conn.log # grown since it was read
x -o conn.log
sed -i '$d' conn.log
t -c tocsin.conf --db x.db export -o x.db2 -q
ls x.db2

to() {
    printf "[network]\nhome = 10.0.0.0/8\n[export siem]\nformat = jsonl\nfile = $1\n" >other.conf
    t -c other.conf --db "${2:-x.db}" --now $NOW run conn.log
}
to x.db
to new.db new.db
to x.db-wal
to other.conf
to conn.log
printf '[sensor a]\npath = conn.log\n[export siem]\nformat = csv\nfile = conn.log\n' >other.conf
t -c other.conf --db x.db --now $NOW run
printf '[export siem]\nformat = csv\nfile = logs/conn.log\n' >other.conf
mkdir logs && cp conn.log logs && sed -i 's/198.51.100.7/198.51.100.9/' logs/conn.log
checksum logs/conn.log >>before
t -c other.conf --db x.db --now $NOW -q run logs
ls new.db
checksum x.db conn.log tocsin.conf inventory.conf catalog.d/DDOS.conf logs/conn.log >after
sed -i 1d before after # the last run wrote to the database
same before after
