# Standard input, a folder, a glob and gzip all read the same; what is no log of ours is named.
mkdir -p logs/deep
{ zeek_header; guesses 20 198.51.100.7 10.0.0.5; } | gzip >logs/deep/conn.1.log.gz
{ zeek_header; guesses 20 198.51.100.7 10.0.0.5 200; } >logs/conn.2.log
echo 'a shopping list' >logs/list.txt
printf '#separator \\x09\n#path\tfiles\n#fields\tts\tuid\n1772445600\tC1\n' >logs/files.log
t --db x.db --now $NOW run logs
{ zcat logs/deep/conn.1.log.gz; cat logs/conn.2.log; } | "$TOCSIN" -q --db y.db --now $NOW run -
"$TOCSIN" -q --db z.db --now $NOW run 'logs/conn.*.log' logs/deep/*.gz
for db in x y z; do "$TOCSIN" --db $db.db export --format jsonl >$db.jsonl; done
same x.jsonl y.jsonl
same x.jsonl z.jsonl
