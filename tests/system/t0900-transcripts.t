#!/bin/bash
# docs/transcripts shows what the program prints: each is typed again and compared. After a
# change that is meant: docs/make-transcripts.sh, look at the difference, commit it.
# shellcheck disable=SC1091,SC2154 # out is harness.sh's
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/harness.sh"

mkdir "$WORK/again"
run "$root/docs/make-transcripts.sh" "$WORK/again"
is_rc 0 'the transcripts can be typed again'
for file in "$root"/docs/transcripts/*.txt; do
    name=$(basename "$file")
    diff -u "$file" "$WORK/again/$name" >"$out" 2>&1
    ok $? "docs/transcripts/$name is what is printed"
    sed 's/^/#   /' "$out"
done
finish
