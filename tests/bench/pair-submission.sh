# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='held jobs submitted'
[ "$(id -u)" = 0 ] || skip 'the test cluster needs root'
command -v slurmctld >/dev/null || skip 'there is no Slurm here; type: make deps-check'
# The program of an older commit, built in $BENCH/before; nothing where git does not have it.
build_before()
{
    local commit=${RAYLAUNCH_BENCH_BEFORE:-527ec89} folder=$BENCH/before
    if [ "$(cat "$folder/commit" 2>/dev/null)" != "$commit" ]; then
        git cat-file -e "$commit^{commit}" 2>/dev/null || return 0
        rm -rf "$folder"
        mkdir -p "$folder"
        git archive "$commit" | tar -x -C "$folder"
        make -s -C "$folder" -j2 all >"$folder/log" 2>&1 || return 0
        echo "$commit" >"$folder/commit"
    fi
    export RAYLAUNCH_BEFORE=$folder/build/release/raylaunch RAYLAUNCH_BEFORE_NAME=$commit
}
measure()
{
    local rc=0
    build_before
    # 44,000 held and cancelled jobs: more than a controller keeps by default.
    export RAYLAUNCH_SLURM_CONF_EXTRA=$'MaxJobCount=100000\nMinJobAge=2'
    tests/cluster/with.sh python3 tests/bench/submission.py || rc=$?
    [ "$rc" != 77 ] || skip 'the test cluster or Ray cannot be had'
    return "$rc"
}
