# Folders that hold more than logs: loops, pipes and devices are passed over, and names that would drive a terminal or
# a spreadsheet are shown harmlessly.
mkdir logs
guess_log >logs/conn.log
ln -s . logs/self
ln -s loop2 logs/loop1
ln -s loop1 logs/loop2
ln -s nowhere logs/dangling
mkfifo logs/fifo
t --db x.db --now $NOW ingest logs
rm logs/loop? logs/dangling
bad() { # name client
    { zeek_header; guesses 2 "$2" 10.0.0.5; echo bad; } >"$1"
}
bad $'logs/new\nline.log' 198.51.100.11
bad $'logs/esc\033[31m\a.log' 198.51.100.12
bad $'logs/utf\xff\xfe.log' 198.51.100.13
bad 'logs/=cmd|x,"q".log' 198.51.100.14
bad $'logs/bidi\xe2\x80\xaetxt.log' 198.51.100.15
echo hello >$'logs/plain\r\033]0;x\a'
mkdir 'logs/*'
bad 'logs/*/[a].log' 198.51.100.16
t --db x.db --now $NOW -v ingest logs 2>&1 | sort
for format in table jsonl csv tsv; do
    t --db x.db query --format $format 'SELECT path, lines FROM sources ORDER BY path'
done
t --db x.db --now $NOW ingest 'logs/*/[a].log' 'logs/[c]onn.log'
