# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='held jobs submitted'
[ "$(id -u)" = 0 ] || skip 'the test cluster needs root'
command -v slurmctld >/dev/null || skip 'there is no Slurm here; type: make deps-check'
measure()
{
    local rc=0
    tests/cluster/with.sh python3 tests/bench/submission.py || rc=$?
    [ "$rc" != 77 ] || skip 'the test cluster or Ray cannot be had'
    return "$rc"
}
