#!/bin/bash
# run.sh [TEST…]: the long tests, tests/torture/*.t, by prove(1) on a cluster of their own
# (`make torture`). As root; wants about 16 GB of free memory.
#
# The cluster is the one of RAYLAUNCH_LAB (default /opt/raylaunch-torture), not the one
# that `make check` uses; it is taken down at the end unless it was up before.
# Exit: 0 all good, 1 a test failed, or the cluster left something behind.
set -eu
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || {
    echo 'run: the tests of tests/torture need a cluster of their own, and so root' >&2
    exit 1
}
[ $# -gt 0 ] || set -- tests/torture/*.t
export RAYLAUNCH_LAB="${RAYLAUNCH_LAB:-/opt/raylaunch-torture}"
# A test file that hangs must not hang the rest: TERM after this long, then KILL.
exec tests/cluster/with.sh prove --verbose --exec 'timeout -k 10 1800' "$@"
