#!/bin/bash
# run.sh [PAIR…]: times of this program beside those of others, as ratios (`make bench`).
#
# Each tests/bench/pair-*.sh is one comparison; PAIR picks some by the word behind "pair-".
# A pair file is read by bash and sets
#     TITLE             what is compared
#     A_NAME A=(…)      name and words of this program's command
#     B_NAME B=(…)      the same of the peer
#     ENDS="0 1"        good exit codes (default 0); anything else ends the benchmark
#     prepare()         optional: make input below $BENCH, outside the timing
#     measure()         optional: print the line(s) itself, for what is no time of a command
# and may leave with `skip REASON`. $RAYLAUNCH is the program, an absolute path.
# How it is measured: turns.py. Ratios are printed, never judged. Exit: 0, 1 if a pair broke.
set -eu
cd "$(dirname "$0")/../.."
RAYLAUNCH=$(realpath "${RAYLAUNCH_BIN:-build/release/raylaunch}")
BENCH=$PWD/build/bench
export RAYLAUNCH BENCH
mkdir -p "$BENCH"

# shellcheck disable=SC2317 # called by pair files
skip()
{
    printf '%-44s skipped: %s\n' "$TITLE" "$1"
    exit 0
}

run_pair()
{
    local pair=$1
    ENDS=0
    prepare()
    {
        :
    }
    measure()
    {
        python3 tests/bench/turns.py "$TITLE" "$ENDS" "$A_NAME" "${#A[@]}" "${A[@]}" \
            "$B_NAME" "${B[@]}"
    }
    # shellcheck source=/dev/null
    . "$pair"
    prepare
    measure
}

python3 tests/bench/turns.py --header
rc=0
for pair in tests/bench/pair-*.sh; do
    word=${pair##*/pair-}
    case " ${*:-${word%.sh}} " in
    *" ${word%.sh} "*) (run_pair "$pair") || rc=1 ;;
    esac
done
exit "$rc"
