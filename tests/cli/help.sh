# Every command that `tocsin --help` lists has a help text of its own, with an example.
"$TOCSIN" --help >help.txt; echo "exit $?"
commands=$(sed -n '/^[Cc]ommands/,/^[^ Cc]/s/^  *\([a-z][a-z-]*\)  .*/\1/p' help.txt)
for command in $commands; do
    "$TOCSIN" "$command" --help >out 2>err || echo "$command: exit $?"
    grep -qi '^example' out || echo "$command: no example"
    grep -q "tocsin .*$command" out || echo "$command: is not in its own help"
    [ -s err ] && cat err
    echo "$command"
done
