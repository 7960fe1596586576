# People read Japanese where they ask for it; programs read the same words as ever.
guess_log >conn.log
q --db a.db --home 10.0.0.0/8 --now $NOW run conn.log
t --db a.db --now $NOW --lang ja alerts list --format table
t --db a.db --now $NOW --lang ja alerts show 5b6f4ef0 | head -n 60
for format in csv tsv jsonl; do
    for lang in en ja; do
        "$TOCSIN" --db a.db --now $NOW --lang $lang alerts list --format $format |
            grep -c 'Medium.*SSH_Incoming_BF_OneToOne\|SSH_Incoming_BF_OneToOne.*Medium'
    done
done
t --lang ja catalog list --format table
"$TOCSIN" --lang ja catalog list --format tsv --no-header | cut -f 1,2,4 | head -n 3
t --lang ja catalog show PortScanning | head -n 30
# No line begins with what none may begin with.
for type in $("$TOCSIN" catalog list --format tsv --no-header | cut -f 1); do
    "$TOCSIN" --lang ja catalog show $type
done | LC_ALL=C.UTF-8 grep -nE '^ *(、|。|」|）|・|ー|々|っ|ッ|ゃ|ャ|ゅ|ュ|ょ|ョ|ぁ|ァ|ィ|ェ|ォ)'
