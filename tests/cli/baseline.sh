# What is learned of an address, kept as it was, begun anew, and taken along.
logins() { # day count: logins that succeed, an hour apart
    for i in $(seq 0 $(($2 - 1))); do
        t=$(date -u -d "2026-03-$1T00:20:00Z + $((i % 24)) hours + $i seconds" +%s)
        printf '{"_path":"ssh","ts":%s.5,"uid":"C%s%s","id.orig_h":"203.0.113.7","id.orig_p":%s,"id.resp_h":"10.0.0.5","id.resp_p":22,"version":2,"auth_success":true,"auth_attempts":1}\n' \
            "$t" "$1" "$i" $((40000 + i))
    done
}
for day in 01 02 03 04 05 06 07; do logins $day 24; done >ssh.log
now="--now 2026-03-20T12:00:00Z"
run() { echo "\$ tocsin $*"; "$TOCSIN" --db x.db $now "$@"; echo "exit $?"; }
"$TOCSIN" --db x.db $now -q run --home 10.0.0.0/8 ssh.log
shown() { "$TOCSIN" --db x.db baseline show --no-header --format csv | cut -d, -f1-3,4,6,8,11,16,17; }
shown
run baseline freeze --host 10.0.0.5 --service ssh --until 2026-03-03
shown
run baseline reset --host 10.0.0.5 --service ssh --since 2026-03-05T06:30:00Z
shown
run -q baseline reset --host 10.0.0.5 # all that was learned: a row still tells of it
shown
run -q baseline reset --undo --host 10.0.0.5
run baseline freeze --undo --host 10.0.0.5 --service ssh
run baseline reset --undo --host 10.0.0.5 --service ssh
run baseline export -o learned.jsonl
head -n 1 learned.jsonl
run -q baseline freeze
run baseline freeze --service telepathy
run baseline reset --host nobody
run baseline freeze --since 2026-03-01
run correlate
"$TOCSIN" --db none.db baseline freeze || echo "exit $?"
[ ! -e none.db ] && echo "no database was made"
