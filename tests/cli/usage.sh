# What is wrong on the command line is said in one sentence, with exit 64.
t
t frobnicate
t ingets x.log
t alerts --frmat table
t --no-such-option run
t ingest
t --now yesterday-ish correlate
t --home 10.0.0.0/99 run
t run --fail-on catastrophic x.log
t --version | sed 's/[0-9][0-9.]*[0-9]/N/g'
