# What the list counts, where no connection was answered.
{
    zeek_header
    awk 'BEGIN { for (i = 0; i < 14; i++)
        printf "%d.000000\tCB%d\t203.0.113.200\t%d\t10.0.0.5\t443\ttcp\t-\t-\t-\t-\tS0\t0\tS\t1\t60\t0\t0\n",
            1772445600 + i * 60, i, 50000 + i }'
} >conn.log
echo 203.0.113.200 >feed.txt
q --db a.db --now $NOW intel import feed.txt --category blocklist
q --db a.db --home 10.0.0.0/8 --now $NOW run conn.log
"$TOCSIN" --db a.db --now $NOW alerts list --format tsv | cut -f 2,8,9
