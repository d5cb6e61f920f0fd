#!/bin/bash
# max_active_jobs: beside so many other jobs of the user's nothing is submitted, beside fewer
# the sweep is throttled. Slurm's commands are stand-ins here: squeue prints what that of Slurm
# 22.05 printed, sbatch puts a line of that kind into the queue; tests/cluster/t9315-throttle.t
# has the real ones.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir -p "$WORK/play" && cd "$WORK/play" || exit 1
use_slurm_stand_in
# What squeue said of a job that ended, a held array of three, a held job and one that ran.
queue()
{
    cat >"$STAND_IN/queue" <<'END'
JOBID:SEP:STATE:SEP:REASON:SEP:SUBMIT_TIME:SEP:START_TIME:SEP:END_TIME:SEP:NODELIST:SEP:NAME:SEP:COMMAND:SEP:
1:SEP:COMPLETED:SEP:None:SEP:1795279894:SEP:1795279895:SEP:1795279895:SEP:rl1:SEP:done:SEP:(null):SEP:
4_0:SEP:PENDING:SEP:JobHeldUser:SEP:1795279894:SEP:N/A:SEP:N/A:SEP::SEP:arr:SEP:(null):SEP:
4_1:SEP:PENDING:SEP:JobHeldUser:SEP:1795279894:SEP:N/A:SEP:N/A:SEP::SEP:arr:SEP:(null):SEP:
4_2:SEP:PENDING:SEP:JobHeldUser:SEP:1795279894:SEP:N/A:SEP:N/A:SEP::SEP:arr:SEP:(null):SEP:
3:SEP:PENDING:SEP:JobHeldUser:SEP:1795279894:SEP:N/A:SEP:N/A:SEP::SEP:held:SEP:(null):SEP:
2:SEP:RUNNING:SEP:None:SEP:1795279894:SEP:1795279895:SEP:1795280195:SEP:rl1:SEP:run:SEP:(null):SEP:
END
    rm -f "$STAND_IN/down"
    : >"$STAND_IN/calls"
}
common=(--no-ray --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --fs-grace 0)
sweep() # NAME POINTS OPTION…
{
    run "$RAYLAUNCH_BIN" sweep "${common[@]}" "${@:3}" --name "$1" -- true "i=range(0,$2)"
}
calls() { grep -c '^sbatch ' "$STAND_IN/calls"; }
looks() { grep -c '^squeue ' "$STAND_IN/calls"; }

# Bad input first.
queue
sweep bad 2 --max-active-jobs -1
is_rc 2 'a limit below nothing'
sweep bad 2 --max-active-jobs many
is_rc 2 'a word'
: >"$STAND_IN/down"
sweep bad 2 --max-active-jobs 9
is_rc 4 'squeue fails: nobody knows, so'
err_has "'max_active_jobs' \(flag --max-active-jobs\) is 9, .* nothing is submitted: squeue: exit code 1: .*Unable to contact slurm controller" \
    "in Slurm's words"
[ "$(calls)" = 0 ] && [ ! -e slurm_outputs ]
ok $? 'nothing is submitted or made'
run "$RAYLAUNCH_BIN" run "${common[@]}" --max-active-jobs 9 --name bad -- true i=1
is_rc 4 'run: the same'
[ "$(calls)" = 0 ] && [ ! -e slurm_outputs ]
ok $? 'nothing is submitted or made'
sweep bad 2 --max-active-jobs 9 --dry-run
is_rc 0 'a dry run shows it'
err_has 'max_active_jobs 9: your jobs in the queue cannot be counted \(squeue: .*would be refused' 'in words'
sweep bad 2 --max-active-jobs 9 --dry-run --json
out_has '"active_jobs":\{"limit":9,"active":null,"blocked":null,"at_once":null\}' 'and as JSON'

# As many others as allowed.
queue
sweep full 3 --max-active-jobs 5
is_rc 7 'five others of five: blocked'
err_has "^raylaunch: 5 other jobs of yours are in the queue, .* 'max_active_jobs' \(flag --max-active-jobs\) allows 5, so nothing is submitted; type the command again when fewer than 5 are left" \
    'in words'
[ ! -s "$out" ]
ok $? 'and nothing on stdout'
sweep full 3 --max-active-jobs 4 --json
is_rc 7 'five others of four'
is "$(cat "$out")" '{"type":"blocked","status":"blocked","reason":"Max 4 jobs reached","sweep":"full","active":5,"limit":4}' \
    '--json: one object'
err_has '"type":"error","kind":"policy","code":7,' 'and the error'
run "$RAYLAUNCH_BIN" run "${common[@]}" --max-active-jobs 4 --json --name full -- true i=1
is_rc 7 'run: the same'
out_has '"status":"blocked","reason":"Max 4 jobs reached"' 'with the object'
[ "$(calls)" = 0 ] && [ ! -e slurm_outputs ]
ok $? 'nothing is submitted or made'
is "$(looks)" 3 'one look each'
sweep full 3 --max-active-jobs 5 --dry-run
is_rc 0 'a dry run'
err_has 'max_active_jobs 5: 5 other jobs of yours are in the queue; a submission now would be blocked' 'shows it'
sweep full 3 --max-active-jobs 5 --dry-run --json
out_has '"active_jobs":\{"limit":5,"active":5,"blocked":true,"at_once":0\}' 'as JSON too'
run env RAYLAUNCH_SET_MAX_ACTIVE_JOBS=5 "$RAYLAUNCH_BIN" sweep "${common[@]}" --name full -- true i=1,2
is_rc 7 'a limit from the environment'
err_has 'environment RAYLAUNCH_SET_MAX_ACTIVE_JOBS' 'is named'

# Fewer: throttled.
lanes() { grep -o -e '--dependency=afterany:[0-9]*' "$STAND_IN/calls" | cut -d: -f2 | sort | uniq -c | awk '{print $1}' | sort -u; }
sweep some 6 --max-active-jobs 7
is_rc 0 'five others of seven: submitted'
err_has '^at most 2 at once: all are queued, in so many chains of afterany$' 'throttled to two'
err_has '^max_active_jobs 7: 5 other jobs of yours are in the queue$' 'and why'
is "$(calls) $(grep "^sbatch " "$STAND_IN/calls" | grep -vc afterany) $(lanes)" '6 2 1' 'six jobs in two chains'
sweep some 6 --max-active-jobs 7
is_rc 0 "typed again: the sweep's own six do not count"
err_has '^0 submitted, 0 already done, 6 running$' 'and nothing is to do'
sweep some 6 --max-active-jobs 5
is_rc 0 'nothing to do is never blocked'
sweep some 7 --max-active-jobs 5
is_rc 7 'one more point is'
is "$(calls)" 6 'and not submitted'
is "$(wc -l <slurm_outputs/some/points.jsonl)" 6 'nor written down'
sed -i '/^101:SEP:/s/PENDING/NODE_FAIL/' "$STAND_IN/queue"
sweep some 6 --max-active-jobs 5
is_rc 7 'so is a point whose node failed'
out_lacks . 'which no plan is told of'
is "$(calls)" 6 'it is not submitted'
sweep some 6 --max-active-jobs 6
err_has '^at most 1 at once' 'until there is room'
is "$(calls)" 7 'and then it is'
sweep more 2 --max-active-jobs 11
is_rc 7 'jobs of another sweep count: eleven'
queue
sweep more 6 --max-active-jobs 9 --max-concurrent 3
err_has '^at most 3 at once' 'the lower one counts: --max-concurrent'
queue
sweep array 6 --max-active-jobs 7 --max-concurrent 3 --mode array
is_rc 0 'an array'
err_has '^at most 2 at once: the array starts no more tasks' 'the lower one counts: what is left'
is "$(grep -o -e '--array=[^ ]*' "$STAND_IN/calls")" '--array=0-5%2' 'as %2'
queue
sweep plan 6 --max-active-jobs 7 --dry-run
err_has 'max_active_jobs 7: 5 other jobs of yours are in the queue; at most 2 of this sweep at once' 'a dry run'
sweep plan 6 --max-active-jobs 7 --max-concurrent 1 --dry-run --json
out_has '"active_jobs":\{"limit":7,"active":5,"blocked":false,"at_once":1\}' 'as JSON'
sweep plan 6 --dry-run --json
out_has '"active_jobs":null' 'null without a limit'
is "$(looks)" 2 'and without a look'

# A point that failed, and retry.
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --no-archive --name bad -- false i=1,2
is_rc 1 'a sweep that failed'
retry() { run "$RAYLAUNCH_BIN" retry bad --scheduler slurm --failed --no-require-result "$@"; }
queue
retry --max-active-jobs 5 --json
is_rc 7 'retry is blocked'
out_has '^\{"type":"blocked","status":"blocked","reason":"Max 5 jobs reached","sweep":"bad","active":5,"limit":5\}$' 'with the object'
is "$(calls)" 0 'and submits nothing'
retry --max-active-jobs 5 --dry-run
is_rc 0 'its dry run'
err_has 'max_active_jobs 5: .* would be blocked' 'shows it'
retry --max-active-jobs 5 --dry-run --json
is "$(head -n 1 "$out")" '{"type":"active_jobs","limit":5,"active":5,"blocked":true,"at_once":0}' 'as JSON'
retry --max-active-jobs 5 --point 'none*'
is_rc 0 'nothing to retry is never blocked'
retry --max-active-jobs 6
is_rc 0 'retry is throttled'
err_has '^at most 1 at once: all are queued, in so many chains' 'to one'
is "$(calls) $(grep -c afterany "$STAND_IN/calls")" '2 1' 'one behind the other'

# Local: the other jobs are those on this machine, which may have some of other tests, too.
here=("$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --no-archive --no-require-result)
run "${here[@]}" --detach --name first -- bash -c 'while [ ! -e go ]; do sleep 0.1; done' i=1
for ((i = 0; i < 300; i++)); do
    ! "$RAYLAUNCH_BIN" status first --json 2>/dev/null | grep -q '"state":"running"' || break
    sleep 0.1
done
run "${here[@]}" --max-active-jobs 1 --name second -- true i=1
is_rc 7 'local: another local job'
err_has "^raylaunch: [0-9]+ other local jobs? of yours (is|are) running here, and 'max_active_jobs'" 'in its words'
[ ! -e slurm_outputs/second ]
ok $? 'nothing is made'
run "${here[@]}" --max-active-jobs 1000 --max-concurrent 1 --name second -- true i=1,2
is_rc 0 'local: less than a thousand'
err_has '^at most 1 at once: jobs are started as others end$' 'one at a time'
run "${here[@]}" --max-active-jobs 1 --name second -- true i=1,2
is_rc 0 'a finished one again, beside the other job'
: >go
run "$RAYLAUNCH_BIN" wait first --no-archive
finish
