#!/bin/bash
# The faults of t9360-controller.t in sweeps of 200 points, then those of t9390-files.t with the
# journal cut at every byte.
here=$(dirname "$0")/../cluster
out=$(mktemp "${TMPDIR:-/tmp}/raylaunch-faults.XXXXXX")
trap 'rm -f "$out"' EXIT
number=0
for test in t9360-controller.t t9390-files.t; do
    RAYLAUNCH_POINTS=200 RAYLAUNCH_TORTURE=1 bash "$here/$test" >"$out" 2>&1
    rc=$?
    sed 's/^/# /' "$out"
    number=$((number + 1))
    [ $rc = 0 ] && echo "ok $number - $test" || echo "not ok $number - $test"
done
echo "1..$number"
