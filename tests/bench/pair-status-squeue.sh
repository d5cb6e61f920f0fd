# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='status of 10,000 held tasks'
[ "$(id -u)" = 0 ] || skip 'the test cluster needs root'
command -v slurmctld >/dev/null || skip 'there is no Slurm here; type: make deps-check'
measure()
{
    local rc=0
    tests/cluster/with.sh python3 tests/bench/status_squeue.py || rc=$?
    [ "$rc" != 77 ] || skip 'the test cluster or Ray cannot be had'
    return "$rc"
}
