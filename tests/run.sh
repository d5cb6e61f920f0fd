#!/bin/bash
# run.sh fast|all: the tests, in one call of prove(1), whose summary is the last output.
#
#   fast   unit and system tests: no root, no Slurm, under a minute
#   all    and tests/cluster on a real Slurm with a real Ray: as root it brings the
#          cluster up, installs the program for its users, and takes the cluster down
#          again, unless it was up before
#
# The built program is build/$MODE/raylaunch ("release" by default), or RAYLAUNCH_BIN.
# Where the cluster or Ray cannot be had, their tests are skipped with the reason, or
# fail if RAYLAUNCH_REQUIRE names "slurm" or "ray".
# Exit: 0 all good, 1 a test failed or the cluster left something behind, 2 usage.
set -eu
cd "$(dirname "$0")/.."
B=build/${MODE:-release}
export RAYLAUNCH_BIN="${RAYLAUNCH_BIN:-$PWD/$B/raylaunch}"
cluster=tests/cluster/cluster.sh
log=$B/cluster.log
# A test file that hangs must not hang the rest: TERM after this long, then KILL.
limit='timeout -k 10 900'

shopt -s nullglob
tests=()
for source in tests/unit/test_*.c; do
    program=$B/${source%.c}
    [ -x "$program" ] || {
        echo "run: '$program' is not built; type: make check-fast" >&2
        exit 1
    }
    tests+=("$program")
done
tests+=(tests/system/t*.t)

case ${1:-} in
fast) exec prove -j 2 --exec "$limit" "${tests[@]}" ;;
all) tests+=(tests/templates/plain.sh tests/cluster/t*.t) ;;
*)
    echo 'usage: run.sh fast|all' >&2
    exit 2
    ;;
esac

LAB=$(realpath -m "${RAYLAUNCH_LAB:-/opt/raylaunch-test}")
# Its words only matter if something is left: prove's are to be the last ones.
# shellcheck disable=SC2317 # called by the trap
take_down()
{
    trap - EXIT
    "$cluster" down >>"$log" 2>&1 || {
        cat "$log"
        exit 1
    }
}
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$B"
    : >"$log"
    if ! "$cluster" status >/dev/null 2>&1; then
        trap take_down EXIT
        trap 'exit 129' HUP
        trap 'exit 130' INT
        trap 'exit 143' TERM
        "$cluster" up || echo 'run: the cluster did not come up' >&2
    fi
    if "$cluster" status >/dev/null 2>&1; then
        "${MAKE:-make}" -s install PREFIX="$LAB/prefix"
        tests/deps/venv.sh "$LAB/venv-ray" ray || echo 'run: no Ray' >&2
        for release in 2.49.2 2.53.0 2.54.0; do # what t9240-versions.t and t9250-faults.t compare
            tests/deps/venv.sh "$LAB/venv-ray-$release" ray "$release" || echo "run: no Ray $release" >&2
        done
    fi
fi

rc=0
prove --timer --exec "$limit" "${tests[@]}" || rc=1
exit "$rc"
