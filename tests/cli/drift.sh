# What is usual here drifts: said once, by the run that sees it begin.
logins() { # day count: logins that succeed, a minute apart
    for i in $(seq 1 "$2"); do
        printf '{"_path":"ssh","ts":%s.5,"uid":"C%s-%s","id.orig_h":"203.0.113.7","id.orig_p":%s,"id.resp_h":"10.0.0.5","id.resp_p":22,"version":2,"auth_success":true,"auth_attempts":1}\n' \
            $(($(date -u -d "2026-03-$1T09:00:00Z" +%s) + i * 60)) "$1" "$i" $((40000 + i))
    done
}
for day in $(seq -w 1 14); do logins $day 4; done >before.log
for day in 15 16 17; do logins $day 12; done >three.log
logins 18 12 >fourth.log
logins 19 12 >fifth.log
run() { echo "\$ tocsin $*"; "$TOCSIN" --db x.db --now 2026-03-20T12:00:00Z --home 10.0.0.0/8 "$@"; echo "exit $?"; }
run run before.log three.log
run run fourth.log
run run fifth.log
run ingest fourth.log
rm x.db
run -q run before.log three.log fourth.log


# By the next one where that run ended before it had judged: here the last thing it writes fails.
rm x.db
run -q run before.log three.log
run -q ingest fourth.log
sqlite3 x.db "CREATE TRIGGER broken BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'broken'); END"
run correlate 2>&1 | grep -v '^tocsin: x.db'
sqlite3 x.db 'DROP TRIGGER broken'
run correlate
run correlate
