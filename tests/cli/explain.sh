# Why each alert was raised, of every type; and that the SQL it shows brings back the traffic.
"$ROOT/sample-logs/demo.sh" "$TOCSIN" demo.db >/dev/null 2>&1
cp "$ROOT/sample-logs/tocsin.conf" "$ROOT/sample-logs/inventory.conf" .
T="$TOCSIN -c tocsin.conf --db demo.db"
first() { # type
    $T query --no-header "SELECT substr(alert_id, 1, 8) FROM alerts WHERE type = '$1' ORDER BY start_us, alert_id LIMIT 1"
}
# Read as an analyst would: each section of the page, its first records, and the statement.
for type in SSH_Incoming_BF_OneToOne RDP_Outgoing_BF_OneToMany PortScanning DDOS Network_CommunicationWithC2; do
    t -c tocsin.conf --db demo.db alerts explain $(first $type) |
        awk '/COMMUNITY ID/ { records = 4 } records > 0 && --records == 0 { print "…"; cut = 1 }
            /^$/ { cut = 0; records = 0 } !cut'
done
# Every type answers every question; its SQL runs and brings back each record that has a name.
for type in $($T query --no-header "SELECT DISTINCT type FROM alerts ORDER BY 1"); do
    for id in $($T query --no-header "SELECT alert_id FROM alerts WHERE type = '$type' ORDER BY 1"); do
        $T alerts explain $id >page
        for heading in What Who 'How sure' 'Compared to what' Coverage 'Show me'; do
            grep -q "^$heading" page || echo "$type $id lacks $heading"
        done
        grep -q '×' page || echo "$type $id has no margin"
        # The statement, as the shell of a reader runs it; columns as they come.
        grep '^tocsin ' page | sed "s|^tocsin|\"\$TOCSIN\"|" >command
        bash -e ./command >answer 2>err || { echo "$type $id: the statement fails"; cat err; }
        $T query --no-header "SELECT uid FROM alert_evidence WHERE alert_id = '$id' AND uid IS NOT NULL ORDER BY 1" >uids
        [ -s uids ] || echo "$type $id has no evidence"
        sort -u uids >wanted
        grep -owFf uids answer | sort -u | comm -13 - wanted | sed "s/^/$type: not in the answer: /"
        # The parts of the confidence add up to it.
        $T query --no-header "SELECT '$type: ' || round(100 * confidence) || ' is not ' || sum(value) FROM alerts JOIN alert_reasons USING (alert_id) WHERE alert_id = '$id' AND kind = 'confidence' GROUP BY alert_id HAVING sum(value) <> round(100 * confidence)"
    done
    echo "$type explained"
done
# As JSON: one object, with the same alert as ever in it.
id=$(first SQL_Incoming_BF_OneToOne)
$T alerts explain $id --json >one.json
wc -l <one.json
sqlite3 :memory: "SELECT json_valid(CAST(readfile('one.json') AS TEXT))"
sqlite3 :memory: "SELECT group_concat(key, ' ') FROM json_each(CAST(readfile('one.json') AS TEXT))"
$T alerts show $id --format jsonl >shown.json
sqlite3 :memory: "SELECT json(CAST(readfile('shown.json') AS TEXT)) = json_extract(CAST(readfile('one.json') AS TEXT), '\$.Alert')"
# What is no alert.
t --db demo.db alerts explain ffffffff-0000
t --db demo.db alerts explain 12
t --db demo.db alerts explain $id --format csv
t --db demo.db alerts list --json
t --db demo.db alerts explain
