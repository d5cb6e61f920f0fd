#!/bin/bash
# with.sh CMD…: CMD beside a test cluster that has the program and a Ray. As root.
#
# Brings the cluster of RAYLAUNCH_LAB up unless it is, installs the built program (make
# install) and the newest Ray for its users, runs CMD, and takes down what it brought up.
# Its own talk goes to build/cluster-with.log, so that CMD's words stay alone.
# Exit: that of CMD; 77 if the cluster or Ray cannot be had, 1 if something is left behind.
set -eu
here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
LAB=$(realpath -m "${RAYLAUNCH_LAB:-/opt/raylaunch-test}")
log=$root/build/cluster-with.log

[ $# -gt 0 ] || {
    echo 'usage: with.sh CMD…' >&2
    exit 2
}

failed() # EXIT-CODE TEXT
{
    echo "with: $2 (log: $log)" >&2
    exit "$1"
}

# shellcheck disable=SC2317 # called by the trap
take_down()
{
    trap - EXIT
    "$here/cluster.sh" down >>"$log" 2>&1 || failed 1 'the cluster left something behind'
}

mkdir -p "$root/build"
: >"$log"
if ! "$here/cluster.sh" status >>"$log" 2>&1; then
    trap take_down EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    "$here/cluster.sh" up >>"$log" 2>&1 || failed 77 'the cluster does not come up'
fi
"${MAKE:-make}" -s -C "$root" install PREFIX="$LAB/prefix" >>"$log" 2>&1 ||
    failed 77 'the program cannot be installed'
"$root/tests/deps/venv.sh" "$LAB/venv-ray" ray >>"$log" 2>&1 || failed 77 'there is no Ray'
rc=0
"$@" || rc=$?
exit "$rc"
