# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='node-seconds of overhead a point'
[ "$(id -u)" = 0 ] || skip 'the test cluster needs root'
command -v slurmctld >/dev/null || skip 'there is no Slurm here; type: make deps-check'
measure()
{
    local rc=0
    tests/cluster/with.sh python3 tests/bench/ray_overhead.py || rc=$?
    [ "$rc" != 77 ] || skip 'the test cluster or Ray cannot be had'
    return "$rc"
}
