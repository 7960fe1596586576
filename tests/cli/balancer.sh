# A balancer's two halves of one connection, in two logs read in either order: one alert, which names
# the members. Its health probes are nothing. A member that is reached past it has its own alert.
cat >tocsin.conf <<'END'
[network]
home = 203.0.113.0/24, 10.0.0.0/8
[resource web-gateway]
type    = load-balancer
address = 203.0.113.10
backend = web1, web2
[resource web1]
address = 10.0.1.11
[resource web2]
address = 10.0.1.12
END
{ zeek_header && guesses 40 198.51.100.7 203.0.113.10; } >outside.log
{
    zeek_header
    guesses 40 203.0.113.10 10.0.1.11 1 | awk 'NR % 4' # the balancer's own address …
    guesses 40 198.51.100.7 10.0.1.12 2 | awk 'NR % 4 == 0' # … or the client's
    guesses 400 203.0.113.10 10.0.1.12 20000
} >inside.log
t -c tocsin.conf --db x.db --now $NOW -q run outside.log
t -c tocsin.conf --db x.db --now $NOW -q run inside.log
t -c tocsin.conf --db y.db --now $NOW -q run inside.log
t -c tocsin.conf --db y.db --now $NOW -q run outside.log
for db in x y; do
    "$TOCSIN" -c tocsin.conf --db $db.db export --format jsonl >$db.jsonl
done
same x.jsonl y.jsonl
grep -oE '"(AlertType|CompromisedEntity|Number of Connections|Backend [^"]*|Connections Not[^"]*)":"[^"]*"' x.jsonl
grep -oE 'The resource is a load balancer[^"]*pool\.' x.jsonl
{ zeek_header && guesses 40 198.51.100.9 10.0.1.11 30000; } >past.log
t -c tocsin.conf --db x.db --now $NOW -q run past.log
t -c tocsin.conf --db x.db query --format csv 'SELECT type, entity FROM alerts ORDER BY start_us'
