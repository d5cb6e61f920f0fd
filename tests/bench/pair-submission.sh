# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='held jobs submitted'
[ "$(id -u)" = 0 ] || skip 'the test cluster needs root'
command -v slurmctld >/dev/null || skip 'there is no Slurm here; type: make deps-check'
measure()
{
    local rc=0
    # 44,000 held and cancelled jobs: more than a controller keeps by default.
    export RAYLAUNCH_SLURM_CONF_EXTRA=$'MaxJobCount=100000\nMinJobAge=2'
    tests/cluster/with.sh python3 tests/bench/submission.py || rc=$?
    [ "$rc" != 77 ] || skip 'the test cluster or Ray cannot be had'
    return "$rc"
}
