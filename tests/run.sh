#!/bin/bash
# run.sh fast|all: the tests, in one call of prove(1), whose summary is the last output.
#
#   fast   unit and system tests: no root, no Slurm, under a minute
#   all    and tests/templates, tests/contribute, and tests/cluster on a real Slurm with a real Ray: as root it brings two
#          clusters up, installs the program for their users, and takes the clusters down
#          again, unless they were up before. The tests mostly wait, so there are always
#          two that run, one on each cluster
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
one=tests/one.sh

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
fast) exec prove -j 2 --exec "$one" "${tests[@]}" ;;
all) tests+=(tests/templates/plain.sh tests/contribute/apply.t tests/cluster/t*.t) ;;
*)
    echo 'usage: run.sh fast|all' >&2
    exit 2
    ;;
esac

LAB=$(realpath -m "${RAYLAUNCH_LAB:-/opt/raylaunch-test}")
ours=()
# Its words only matter if something is left: prove's are to be the last ones.
# shellcheck disable=SC2317 # called by the trap
take_down()
{
    trap - EXIT
    local lab failed=0
    for lab in "${ours[@]}"; do
        RAYLAUNCH_LAB=$lab "$cluster" down >>"$log" 2>&1 || failed=1
    done
    [ "$failed" = 0 ] || {
        cat "$log"
        exit 1
    }
}

bring_up() # LAB
{
    export RAYLAUNCH_LAB=$1
    if ! "$cluster" status >/dev/null 2>&1; then
        ours+=("$1")
        "$cluster" up || echo "run: the cluster in '$1' did not come up" >&2
    fi
    if "$cluster" status >/dev/null 2>&1; then
        "${MAKE:-make}" -s install PREFIX="$1/prefix"
    fi
}

# The newest, and what t9240-versions.t and t9250-faults.t compare it with.
install_rays()
{
    local release
    for release in '' 2.49.2 2.53.0 2.54.0; do
        tests/deps/venv.sh "$LAB/venv-ray${release:+-$release}" ray "$release" ||
            echo "run: no Ray $release" >&2 &
    done
    wait
}

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$B"
    : >"$log"
    trap take_down EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    bring_up "$LAB"
    bring_up "$LAB-2"
    install_rays
fi

# Each cluster has its tests one after the other; the same division is in one.sh.
export RAYLAUNCH_LAB=$LAB RAYLAUNCH_RAYS=$LAB
rc=0
prove --timer --failures --comments -j 2 --exec "$one" --rules 'seq=**/t9{0,1,20,21,22,23,24,25,26,27}*' \
    --rules 'seq=**/{plain,t9}*' --rules 'par=**' "${tests[@]}" || rc=1
exit "$rc"
