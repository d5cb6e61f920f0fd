#!/bin/bash
# status: a screenful whatever the size, --all, --why, --watch; without a cluster.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
mkdir slurm_outputs
python3 "$(dirname "$RAYLAUNCH_BIN")/../../tests/bench/big_sweep.py" slurm_outputs/big 3000 3000 2>/dev/null ||
    python3 "$OLDPWD/tests/bench/big_sweep.py" slurm_outputs/big 3000 3000
# The scheduler is not asked: there is none of that name.
status=("$RAYLAUNCH_BIN" status --scheduler local)

run "${status[@]}" big
is_rc 0 'status of 3,000 points'
out_has '^big: 3000 points = 2850 completed \+ 150 failed \(entrypoint_exit\)$' 'its counts'
out_has '150 x entrypoint_exit: i=0-5feceb66ffc8, i=20-[^,]*, i=40-[^,]*, …$' 'failures by cause, with examples'
is "$(wc -l <"$out")" 3 'not a line for each'
run "${status[@]}" big --all
is "$(grep -c '^  failed ' "$out")" 150 '--all: a line for each'
run "${status[@]}" big --json
is "$(grep -c '"type":"row"' "$out")" 3000 '--json: a row for each'

run "${status[@]}" big --why 1021
is_rc 0 '--why with the id of a job'
out_has '^i=20-.*: failed, job 1021, attempt 1$' 'names the point'
out_has 'entrypoint_exit: Traceback' 'and what became of it'
run "${status[@]}" big --why 'i=20-*'
is_rc 0 '--why with a glob that matches one'
run "${status[@]}" big --why 'i=2*'
is_rc 2 '--why with one that matches many'
err_has '1111 points match' 'is an error that says how many'

# A running point, watched until it ends; and Ctrl-C.
cat >slow.sh <<'SH'
echo "TMGG_RESULT:{\"metrics\":{\"step\":1}}"
while [ ! -e go ]; do sleep 0.1; done
echo "TMGG_RESULT:{\"metrics\":{\"step\":2}}"
SH
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --detach --name slow -- bash slow.sh a=1,2
is_rc 0 'a sweep that runs'
# until_true WHAT CMD…: wait for what goes on beside this test, up to 30 s.
until_true()
{
    local what=$1 i
    shift
    for ((i = 0; i < 300; i++)); do
        ! "$@" || return 0
        sleep 0.1
    done
    ok 1 "$what"
}
both_run() { [ "$(cat slurm_outputs/slow/points/*.out 2>/dev/null | grep -c TMGG_RESULT)" = 2 ]; }
has_looks() { [ "$(grep -c '^slow: ' "$out")" -ge "$1" ]; }

until_true 'both points run' both_run
run "$RAYLAUNCH_BIN" status slow
out_has '^\[\.+\] 0 % final$' 'a bar'
out_has '^  running +a=1-.*, entrypoint: \{"metrics":\{"step":1\}\}$' 'phase and last result of what runs'
# With job control, as what a shell starts in the background is else deaf to Ctrl-C.
set -m
"$RAYLAUNCH_BIN" status slow --watch --poll 1 >"$out" 2>"$err" </dev/null &
pid=$!
set +m
until_true 'there is a third look' has_looks 3
kill -INT "$pid"
wait "$pid"
rc=$?
is_rc 130 '--watch ends by Ctrl-C with 130'
out_has '^  running +a=1-' 'each look is a whole status'
: >go
run timeout 60 "$RAYLAUNCH_BIN" status slow --watch --poll 1
is_rc 0 '--watch ends when nothing lives'
out_has '^slow: 2 points = ' 'with the last counts'
finish
