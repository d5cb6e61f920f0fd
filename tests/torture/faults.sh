#!/bin/bash
# faults.sh COUNT [TEST…]: the fault tests of tests/cluster (t936x to t939x, or TEST…) so many
# times in a row on one cluster, and how often each of their tests failed. As root; the cluster
# (RAYLAUNCH_LAB, default /opt/raylaunch-torture) is taken down at the end unless it was up before.
# Exit: 0 none failed, 1 some did, 2 usage.
set -eu
cd "$(dirname "$0")/../.."
case ${1:-} in
'' | *[!0-9]*)
    echo 'usage: faults.sh COUNT [TEST…]' >&2
    exit 2
    ;;
esac
count=$1
shift
[ $# -gt 0 ] || set -- tests/cluster/t93[6-9]*.t
export RAYLAUNCH_LAB="${RAYLAUNCH_LAB:-/opt/raylaunch-torture}"
if [ -z "${RAYLAUNCH_FAULTS_INSIDE:-}" ]; then
    RAYLAUNCH_FAULTS_INSIDE=1 exec tests/cluster/with.sh bash "$0" "$count" "$@"
fi
count_all()
{
    # "t9360-controller.t 7: ok 3 - what it says" -> "t9360-controller.t ok what it says", counted
    sed -nE 's/^([^ ]+) [0-9]+: (ok|not ok) [0-9]+ - (.*)/\2\t\1: \3/p' "$log" |
        sed -E 's/ (at )?[0-9]+ (of its|writes|times).*//; s/ \(exit code .*//' | sort | uniq -c |
        sort -k 2,2r -k 1,1n
}
log=$(mktemp "${TMPDIR:-/tmp}/raylaunch-faults.XXXXXX")
# Broken off, it still says what it has counted.
trap 'count_all; rm -f "$log"' EXIT
trap 'exit 143' HUP INT TERM
for ((i = 1; i <= count; i++)); do
    for test in "$@"; do
        timeout -k 10 900 "$test" 2>&1 | sed "s|^|${test##*/} $i: |" | tee -a "$log" | grep ': not ok' || :
    done
done
! grep -q ': not ok' "$log"
