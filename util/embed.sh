#!/bin/sh
# Prints a C file that holds the given files, byte for byte, as table TABLE (see util/embed.h).
# usage: embed.sh TABLE FILE...
set -eu
table=$1
shift
printf '#include "util/embed.h"\n\n'
n=0
for file in "$@"; do
    printf 'static const char file_%d[] = {\n' "$n"
    od -An -v -tx1 "$file" | sed 's/ \([0-9a-f][0-9a-f]\)/(char)0x\1,/g'
    printf '0};\n'
    n=$((n + 1))
done
printf '\nconst struct embedded %s[] = {\n' "$table"
n=0
for file in "$@"; do
    printf '    {"%s", file_%d, sizeof(file_%d) - 1},\n' "${file##*/}" "$n" "$n"
    n=$((n + 1))
done
printf '    {0},\n};\n'
