#!/bin/bash
# run.sh [NAME…]: fuzz every reader of foreign text with clang's libFuzzer, one after the
# other, or only the named ones (fuzz_NAME.c). SECONDS=N in the environment is the time for
# each (60).
#
# New inputs go to build/fuzz/corpus/NAME, which is kept for the next run; the inputs in
# the tree, tests/fuzz/corpus/NAME, are read only. What made a fuzzer fail lies in
# build/fuzz/found/NAME-*: mend the reader, then add it to the tree's inputs.
# Exit: 0 nothing found, 1 something found or not built.
set -u
each=$SECONDS # bash counts on from the environment's value, or from 0
[ "$each" -gt 0 ] || each=60
cd "$(dirname "$0")/../.." || exit 1
built=build/fuzz/tests/fuzz
found=build/fuzz/found
rc=0

# make sets MAKEFLAGS for its children; this may be one.
"${MAKE:-make}" -s MODE=fuzz fuzz-bins || exit 1
mkdir -p "$found"
if [ $# = 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi
for name in "$@"; do
    [ -x "$built/fuzz_$name" ] || {
        echo "fuzz: there is no fuzzer '$name' (tests/fuzz/fuzz_$name.c)" >&2
        rc=1
        continue
    }
    new=build/fuzz/corpus/$name
    seeds=tests/fuzz/corpus/$name
    log=build/fuzz/$name.log
    mkdir -p "$new"
    [ -d "$seeds" ] || {
        echo "fuzz: '$name' has no inputs in '$seeds'" >&2
        rc=1
        continue
    }
    # One input may take 10 s and 2 GiB: a reader that needs more has a missing limit.
    if "$built/fuzz_$name" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$found/$name-" -print_final_stats=1 "$new" "$seeds" >"$log" 2>&1; then
        printf 'ok   %-14s %s\n' "$name" "$(grep -o '^Done .*' "$log" | tail -n 1)"
    else
        rc=1
        printf 'FAIL %-14s see %s\n' "$name" "$log"
        grep -aE '^(SUMMARY|==[0-9]+==ERROR|.*Test unit written)' "$log" | head -n 5
    fi
done
exit $rc
