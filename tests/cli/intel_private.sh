# A list that names private networks, as lists of bogus addresses do: internal traffic raises nothing, and the
# import says what it left out.
printf '[network]\nhome = 10.0.0.0/8, 192.168.0.0/16\n' >tocsin.conf
{
    zeek_header
    guesses 3 10.0.0.5 192.168.7.7
    guesses 3 192.168.7.8 10.0.0.6 100
    guesses 1 10.0.0.5 203.0.113.9 200
} >conn.log
cat >level1.netset <<'LIST'
# An aggregate of lists, bogus networks included
0.0.0.0/8
10.0.0.0/8
100.64.0.0/10
127.0.0.0/8
169.254.0.0/16
172.16.0.0/12
192.168.0.0/16
203.0.113.0/24
224.0.0.0/3
LIST
i() { t -c tocsin.conf --db x.db --now $NOW "$@"; }

i intel import --category c2 level1.netset
i intel list
i run conn.log
i query --format tsv "SELECT type, own, remote, properties ->> 'Indicator' AS indicator FROM alerts"
