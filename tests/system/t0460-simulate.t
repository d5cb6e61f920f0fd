#!/bin/bash
# Sweeps through the scheduler `simulate`, which runs nothing: answers that are late, lost or
# doubled, what a scheduler without arrays, dependencies and a site is asked for, and that
# every row says so.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
: >fit.py
export RAYLAUNCH_SET_FS_GRACE=0
verb() { run "$RAYLAUNCH_BIN" "$1" --scheduler simulate "${@:2}"; }
sweep() { verb sweep --no-ray --nodes 1 "$@"; }
turn() { echo "clock $1" >>"$RAYLAUNCH_SIMULATE"; }
submitted() { grep -c '^job' "$RAYLAUNCH_SIMULATE"; }
# A run of a job that was never run: what its script would have left.
complete()
{
    local point=$1
    echo 'TMGG_RESULT:{"status":"completed","metrics":{"loss":1}}' >"$point.out"
    : >"$point.err"
}

sweep -- python3 fit.py a=1
is_rc 2 'without RAYLAUNCH_SIMULATE it is refused'
err_has 'RAYLAUNCH_SIMULATE' 'and says what it wants'
run "$RAYLAUNCH_BIN" sweep --scheduler nosuch -- python3 fit.py a=1
err_has 'flag --scheduler.*there are: auto, slurm, local' 'and so is what is no scheduler'
err_lacks simulate 'its name is in no list'
for verb in '' sweep config completion; do
    # shellcheck disable=SC2086
    "$RAYLAUNCH_BIN" help $verb 2>&1
done >"$out"
out_lacks 'simulat' 'help does not show it'

export RAYLAUNCH_SIMULATE=$WORK/jobs
cat >jobs.answers <<'ANSWERS'
ok
never
twice
never 0 5
ANSWERS
sweep --name one --dry-run -- python3 fit.py a=1,2,3,4
is_rc 0 'a dry run'
[ ! -e jobs ]
ok $? 'submits nothing'
err_lacks 'sbatch' 'no call of Slurm is counted'
sweep --name one -- python3 fit.py a=1,2,3,4
is_rc 0 'four points are submitted'
is "$(submitted)" 5 'the one whose job was neither answered nor seen a second time'
err_has '1 jobs of an interrupted call were found again' 'the one that was not answered but seen is taken over'
verb status --json one
is "$(json_count state pending "$out")" 4 'all wait'
is "$(grep -c '"job_id":"simulated-[0-9]*"' "$out")" 4 'each row names a simulated job'
is "$(grep -c '"pending_reason":"simulated: nothing ran"' "$out")" 4 'and says that nothing runs'
sweep --name one -- python3 fit.py a=1,2,3,4
is "$(submitted)" 5 'typed again, nothing is submitted'
turn 1
verb status one
out_has '4 points = 4 running' 'the clock starts them'
for point in slurm_outputs/one/points/a=[123]-*.sbatch; do complete "${point%.sbatch}"; done
turn 6
verb wait --json one
is_rc 1 'one point left nothing'
is "$(json_count state completed "$out")" 3 'those with a result are completed'
is "$(json_count state missing "$out")" 1 'the other never ran'
is "$(grep -c '"warnings":\["simulated: nothing ran"' "$out")" 4 'every row says so'
is "$(grep -c '"job_id":"simulated-3"' "$out")" 1 'of the two jobs of one answer the first counts'
verb retry --failed one
is_rc 0 'it is tried again'
is "$(submitted)" 6 'by one job'
verb cancel --yes one
grep -qx 'cancel simulated-6' jobs
ok $? 'and cancelled'
verb wait --json one
is "$(json_count state cancelled "$out")" 1 'which its row says'
run "$RAYLAUNCH_BIN" collect --json one
is "$(grep -c 'simulated: nothing ran' "$out")" 4 'the collected table, too'

# An answer that is late, for as long as the clock stands.
rm jobs
echo 'late 10' >jobs.answers
sweep --name late -- python3 fit.py a=1 &
child=$!
wait_for() { for ((i = 0; i < 200; i++)); do "$@" && return; sleep 0.05; done; return 1; }
wait_for grep -qs '^job' jobs
ok $? 'a submission has begun'
kill -0 "$child" && ! grep -q '"submitted"' slurm_outputs/late/journal.jsonl
ok $? 'and waits for its answer'
turn 10
wait "$child"
grep -q '"simulated-1"' slurm_outputs/late/journal.jsonl
ok $? 'which came'

# What this scheduler lacks is said before anything is submitted.
while read -r words; do
    # shellcheck disable=SC2086
    sweep --name never ${words%%|*} -- python3 fit.py a=1,2,3
    is_rc 2 "refused: ${words%%|*}"
    err_has "${words#*|}" "because of what it lacks: ${words#*|}"
done <<'LACKS'
--after 12|cannot start jobs after others
--collect-job|cannot start jobs after others
--max-concurrent 2|cannot start jobs after others
--smoke|cannot start jobs after others
--throttle array --mode array --max-concurrent 2|no job arrays
LACKS
is "$(submitted)" 1 'nothing was submitted'
sweep --name jobs --mode array -- python3 fit.py a=1,2
err_has 'the simulate scheduler has no job arrays' 'an array becomes jobs'
is "$(submitted)" 3 'one each'
verb status --why a=1 jobs
is_rc 0 'status --why'
out_has 'simulated: nothing ran' 'shows the reason'
out_lacks 'partition|limit|reserved' 'and nothing of a site'
verb status --why a=1 --json jobs
out_lacks '"reservations"' 'no line of reservations'
verb attach jobs a=1
must_fail 'no job can be entered'
err_has "scheduler 'simulate' cannot enter a job" 'says so'
verb check
err_has 'findings' 'check'
out_lacks 'sbatch|partition|controller' 'looks for nothing of a site'

# Many jobs are not ended by a slip.
sweep --name many -- python3 fit.py 'a=range(0,12)'
verb cancel many
is_rc 2 'cancel of 12 jobs, and nobody at a terminal'
err_has 'would cancel 12 jobs; say --yes' 'wants a word'
! grep -q '"event":"cancel"' slurm_outputs/many/journal.jsonl
ok $? 'and none was asked to end'
verb cancel many --yes
is_rc 0 'with it'
is "$(grep -c '"event":"cancel"' slurm_outputs/many/journal.jsonl)" 12 'all are'
finish
