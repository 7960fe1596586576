# What logs hold is told without a database: each line counts once, by what became of it and why;
# a real run tells the same, keeps it by file, and shows it in `status`.
mkdir logs
{ guess_log; printf 'neither time nor columns\n'; } >logs/conn.log
printf '#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\trcode_name\n1772445600\tC1\t10.0.0.9\t5000\t10.0.0.53\t53\tudp\tnowhere.example\tNXDOMAIN\n1772445601\tC2\t10.0.0.9\t5001\t10.0.0.53\t53\tudp\t-\t-\n' >logs/dns.log
printf '#separator \\x09\n#path\tfiles\n#fields\tts\tfuid\n1772445600\tF1\n' >logs/files.log
cat >logs/eve.json <<'EOF'
{"timestamp":"2026-03-02T10:00:00.000000+0000","event_type":"stats","stats":{}}
{"timestamp":"2026-03-02T10:00:00.000000+0000","event_type":"netflow","src_ip":"10.0.0.9","netflow":{}}
{"timestamp":"2026-03-02T10:00:00.000000+0000","event_type":"anomaly","anomaly":{}}
{"timestamp":"2026-03-02T10:00:00.000000+0000","event_type":"fileinfo","fileinfo":{}}
{"timestamp":"2026-03-02T10:00:00.000000+0000","flow_id":5,"event_type":"tls","src_ip":"10.0.0.9","src_port":5002,"dest_ip":"203.0.113.5","dest_port":443,"proto":"TCP","tls":{"sni":"Shop.example"}}
{"timestamp":"2026-03-02T10:00:00.000000+0000","event_type":"flow","flow":{"pkts
EOF
t --now $NOW ingest --dry-run logs
t --now $NOW ingest --dry-run --max-rejects 1 logs
ls
t --db x.db --now $NOW ingest logs
t --db x.db status --no-header | grep -v '^\(database\|file_bytes\)'
t --db x.db query --no-header --format tsv 'SELECT path, stored, ignored_as, rejected_as FROM sources ORDER BY path'
t --db x.db query --no-header --format tsv 'SELECT kind, name, client, outcome FROM lookups ORDER BY name'
