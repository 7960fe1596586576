# A feed that comes after the logs gives the alerts that it gives before them; an entry counts only for the time it
# is valid for; and what is taken away counts no longer from then on, for traffic after it.
printf '[network]\nhome = 10.0.0.0/8\n' >tocsin.conf
{
    zeek_header
    guesses 1 10.0.0.5 198.51.100.7
    guesses 1 10.0.0.6 203.0.113.9
    guesses 4 203.0.113.40 10.0.0.7
    guesses 1 10.0.0.8 198.51.100.7 86400
} >conn.log
printf '198.51.100.7\n203.0.113.9\n' >c2.txt
printf '203.0.113.32/27\n' >bad.txt
i() { t -c tocsin.conf --db "$@"; }
alerts() { t -c tocsin.conf --db $1 query --format tsv --no-header "SELECT alert_id, type, own, remote, start_time, properties FROM alerts ORDER BY 1"; }

i before.db --now 2026-03-04 intel import -q --category c2 c2.txt
i before.db --now 2026-03-04 intel import -q bad.txt
i before.db --now 2026-03-04 run -q conn.log
i after.db --now 2026-03-04 run -q conn.log
i after.db --now 2026-03-04 intel import -q --category c2 c2.txt
i after.db --now 2026-03-04 intel import -q bad.txt
i after.db --now 2026-03-04 correlate -q
alerts before.db | tail -n +2 >before
alerts after.db | tail -n +2 >after
cut -f 2-4 before
same before after
echo "-- valid until between the two contacts with it"
i until.db --now 2026-03-04 intel import -q --category c2 --valid-from 2026-03-01 --valid-for 2d c2.txt
i until.db --now 2026-03-04 run -q conn.log
alerts until.db | tail -n +2 | cut -f 2-4
echo "-- removed between the two contacts with it"
i removed.db --now 2026-03-01 intel import -q --category c2 c2.txt
i removed.db --now 2026-03-03 intel remove c2
i removed.db --now 2026-03-04 run -q conn.log
alerts removed.db | tail -n +2 | cut -f 2-4
