# What a log or a feed says cannot drive a terminal, nor a shell that runs the statement.
{
    zeek_header | sed 's/conn$/conn/'
    for i in 1 2 3; do
        printf '177244560%d.0\tC$(touch${IFS}pwned)`id`%d\t10.0.0.5\t4000%d\t203.0.113.66\t443\ttcp\tssl\t1.8\t1600\t2200\tSF\t0\tShADadFf\t15\t2388\t15\t2988\n' $i $i $i
    done
} >conn.log
printf 'bad\033[31m.example\n203.0.113.66\n' >feed.txt
q --db x.db --now $NOW intel import feed.txt --name "\$(touch pwned) \"x\" 'y'" --category c2
q --db x.db --home 10.0.0.0/8 --now $NOW run conn.log
id=$("$TOCSIN" --db x.db query --no-header "SELECT alert_id FROM alerts")
"$TOCSIN" --db x.db alerts explain $id >page
LC_ALL=C grep -c "$(printf '\033')" page
grep '^tocsin ' page | sed "s|^tocsin|\"\$TOCSIN\"|" >command
cat command
bash -e ./command | wc -l
ls pwned 2>/dev/null
