# The demo: every type stands there, the alerts are those that the sample logs were made for, and
# each command that it recommends works.
"$ROOT/sample-logs/demo.sh" "$TOCSIN" demo.db >demo.txt 2>demo.err; echo "exit $?"
for file in "$ROOT"/catalog/*_*.conf "$ROOT"/catalog/DDOS.conf "$ROOT"/catalog/PortScanning.conf; do
    type=$(basename "$file" .conf)
    grep -q "$type" demo.txt && echo "$type"
done
"$TOCSIN" --db demo.db query --format tsv --no-header \
    'SELECT type, entity FROM alerts' | sort >found
sort "$ROOT/sample-logs/expected.tsv" >expected
same expected found
sed -n '/Next, try/,$p' demo.txt | tail -n +3 | while read -r command; do
    bash -c "$command" >out 2>err || echo "fails: $command"
    [ -s out ] || echo "says nothing: $command"
done
# Again, and the same.
"$ROOT/sample-logs/demo.sh" "$TOCSIN" demo.db >again.txt 2>again.err
same demo.txt again.txt
same demo.err again.err
