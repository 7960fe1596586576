# kill -9 at any moment loses and doubles nothing: files grow, are renamed and compressed, and the
# program is killed again and again while it reads them; then it reads on, and what is there must be
# what an undisturbed run finds. KILLS: how often (200 for a thorough run).
kills=${KILLS:-50}
mkdir logs
rows=0

# So many rows, one line in 500 cut short; the last line without its end when the second word is "cut".
grow() { # count [cut]
    awk -v from="$rows" -v n="$1" -v cut="${2:-}" 'BEGIN {
        for (i = from; i < from + n; i++)
            if (i % 500 == 499)
                print i "\tcut short"
            else
                printf "%d.%06d\tC%08d\t10.0.%d.%d\t%d\t198.51.100.%d\t443\ttcp\tssl\t1.5\t900\t4200\tSF\t0\tShADadFf\t9\t1280\t8\t4560%s",
                    1772445600 + i, i, i, i % 7, i % 250, 20000 + i % 40000, i % 200,
                    (cut != "" && i == from + n - 1) ? "" : "\n"
    }'
    rows=$((rows + $1))
}

{ zeek_header; grow 90001; } >logs/a.log
gzip -1 logs/a.log
{ zeek_header; grow 90001; } >logs/b.log
zeek_header >logs/conn.log

RANDOM=1
landed=0
for ((kill = 1; kill <= kills; kill++)); do
    [ $((kill % 3)) != 1 ] || grow 300 cut >>logs/conn.log
    [ $((kill % 3)) != 2 ] || { echo && grow 100; } >>logs/conn.log
    if [ $((kill % 9)) = 3 ]; then
        mv logs/conn.log logs/conn.$kill.log
        { zeek_header; grow 2000; } >logs/conn.log
    fi
    if [ $((kill % 7)) = 5 ]; then
        { zeek_header; grow 30000; } >logs/big.$kill.log
        gzip -1 logs/big.$kill.log
    fi
    [ $((kill % 9)) != 7 ] || [ ! -e logs/conn.$((kill - 4)).log ] || gzip logs/conn.$((kill - 4)).log
    "$TOCSIN" -q --db killed.db ingest logs &
    sleep "0.$(printf %03d $((RANDOM % (kill % 7 < 5 ? 20 : 90))))"
    kill -9 $! 2>/dev/null && landed=$((landed + 1))
    wait $! 2>/dev/null
done
[ $((kills % 3)) != 1 ] || echo >>logs/conn.log
"$TOCSIN" -q --db killed.db ingest logs
"$TOCSIN" -q --db whole.db ingest logs

for db in whole killed; do
    "$TOCSIN" --db $db.db query --limit 100000000 --format csv 'SELECT t_us, uid, orig, orig_port, resp, history,
        orig_ip_bytes FROM flows ORDER BY t_us, uid' >$db.flows
    "$TOCSIN" --db $db.db query --format csv 'SELECT path, bytes_read, lines, stored, ignored, rejected
        FROM sources ORDER BY 1' >$db.sources
    "$TOCSIN" --db $db.db status --rejects | sort >$db.rejects
done
same whole.flows killed.flows
same whole.sources killed.sources
same whole.rejects killed.rejects
[ "$(sort -u killed.flows | wc -l)" = $((rows - rows / 500 + 1)) ] && echo "every row once"
[ "$landed" != 0 ] && echo "killed"
