#!/bin/bash
# Write the templates as one C table: embed.sh FILE… > embedded.c
# Each file is an array of bytes, with a NUL behind it that is not counted: a string
# literal may not be as long as a template (C11 5.2.4.1).
set -eu
printf '/* made by templates/embed.sh */\n#include "launcher/script/embedded.h"\n\n'
count=0
for file in "$@"; do
    printf 'static const char file_%d[] = {\n' "$count"
    od -An -v -td1 "$file" | sed 's/ *\(-\{0,1\}[0-9]\{1,\}\)/\1,/g'
    printf '0};\n\n'
    count=$((count + 1))
done
printf 'const struct embedded_file embedded_files[] = {\n'
count=0
for file in "$@"; do
    printf '    {"%s", %d, file_%d},\n' "${file##*templates/}" "$(wc -c <"$file")" "$count"
    count=$((count + 1))
done
printf '    {0, 0, 0},\n};\n'
