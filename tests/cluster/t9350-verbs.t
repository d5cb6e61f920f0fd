#!/bin/bash
# The verbs on a real queue: --smoke without anybody waiting, --after a job and a sweep,
# --collect-job, cancel by job and of a whole array, retry with factors, caps and bad nodes.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require

folder=$(work_folder rlalice t9350)
cd "$folder" || exit 1
cat >point.sh <<'SH'
# point.sh KEY=VALUE: "bad" fails, "mute" has no result, a number sleeps so long
value=${1#*=}
echo "$1" >>ran
case $value in bad*) exit 7 ;; mute*) exit 0 ;; good*) ;; *) sleep "$value" ;; esac
echo 'TMGG_RESULT:{"metrics":{"x":1}}'
SH
chmod -R a+rX .
export RAYLAUNCH_SET_POLL=1
sweep() { # NAME OPTION… -- WORDS…
    local name=$1
    shift
    run as_user rlalice raylaunch sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 \
        --shared --no-ray --poll 1 --name "$name" "$@"
}
rl() { run as_user rlalice raylaunch "$@"; }
states() { row_of rlalice "$1" "$2" state; }
is_state() { [ "$(states "$1" "$2")" = "$3" ]; }
ids_of() { grep -o '"event":"submitted".*"job_id":"[0-9]*"' "slurm_outputs/$1/journal.jsonl" | grep -o '[0-9]*"$' | tr -d '"'; }

# ---- --smoke, detached: the first fails, Slurm drops the rest
sweep smoke --smoke -- bash point.sh a=bad,0,0.1
is_rc 0 '--smoke, detached'
err_has '2 points start when' 'says what the rest waits for'
sweep mute --smoke -- bash point.sh a=mute,0
is_rc 0 '--smoke, detached: a first point that will have no result'
# ---- meanwhile: a long sweep, and one after it
sweep first -- bash point.sh a=6,6.5
is_rc 0 'a sweep of two'
sweep second --after first -- bash point.sh b=0,0.1
is_rc 0 'one after it'
# shellcheck disable=SC2046 # two ids
want=$(printf 'afterok:%s' $(ids_of first | head -n 1))
as_user root squeue -h -u rlalice -o '%j %E' >queue
is "$(grep -c "^second-.*$want" queue)" 2 'its jobs depend on the first one'
sweep third --after 999999 -- bash point.sh b=0
is_rc 2 'a job that nobody knows is refused'
err_has 'job 999999 is not among your jobs' 'by name'
[ ! -d slurm_outputs/third ]
ok $? 'and nothing was made'
wait_for 30 is_state smoke a=0- cancelled
rl wait smoke
is_rc 1 'the smoke sweep ends'
err_has '3 points = 1 failed .* \+ 2 cancelled' 'one failed, two were dropped by Slurm'
wait_for 30 is_state mute a=0- cancelled
is "$(row_of rlalice mute a=mute state cause)" failed/no_result 'no result: exit code 0, and not good enough'
[ "$(grep -c a=0 ran)" = 0 ]
ok $? 'what was dropped never ran'
sweep third --after smoke -- bash point.sh b=0
is_rc 2 'a sweep that failed is refused'
err_has 'after-any' 'with advice'
smoke() { sweep smoke --smoke "$@" -- bash point.sh a=bad,0,0.1; }
smoke --wait --no-archive
is_rc 1 'typed again: the first one still is what it was'
err_has 'correct it, then' 'and what to do is said'
sed -i 's/bad\*) exit 7/bad) ;; bad?*) exit 7/' point.sh # what the user corrects
rl retry smoke --point a=bad --wait
err_has '3 points = 1 completed .* 2 cancelled' 'the first one again, and it completes'
smoke --wait --no-archive
is_rc 0 'typed again: the rest runs too, as Slurm dropped it and not the user'
err_has '3 points = 3 completed' 'all completed'

# ---- --collect-job: the table comes with nobody there
sweep many --mode array --collect-job -- bash point.sh a=0,1
is_rc 0 'an array with a collect job'
err_has 'job [0-9]+ collects the results' 'which is named'
sweep many --mode array --collect-job -- bash point.sh a=0,1
is_rc 0 'typed again'
is "$(grep -c '"event":"collect_job".*"phase":"submitted"' slurm_outputs/many/journal.jsonl)" 1 'one collect job'
wait_for 40 test -s slurm_outputs/many/results.csv
ok $? 'the table is there, and nobody waited'
is "$(grep -c completed slurm_outputs/many/results.csv)" 2 'with both points'

# ---- cancel: a job, a whole array, more than ten
sweep long -- bash point.sh a=60,61,62
job=$(ids_of long | head -n 1)
rl cancel "$job"
is_rc 0 'cancel of one job'
out_has '^asked for the end of 1 jobs of long$' 'finds its sweep'
wait_for 20 is_state long a=60 cancelled
rl cancel 999999
must_fail 'cancel of a job of nobody'
sweep array --mode array --max-concurrent 1 -- bash point.sh 'a=range(50,62)'
rl cancel array long
is_rc 2 'over ten needs --yes'
err_has 'this would cancel 14 jobs' 'and counts all sweeps'
rl cancel array long --yes
is_rc 0 'cancel of two sweeps'
out_has '^asked for the end of 12 jobs of array$' 'the array'
ended() { ! as_user root squeue -h -u rlalice -t PD,R -o %j | grep -Eq '^(array|long)-'; }
wait_for 30 ended
ok $? 'all end'
rl wait array
err_has '12 points = 12 cancelled' 'as cancelled'

# ---- retry
rl wait second
is_rc 0 'what waited has run'
sweep limits --partition cpu --wait --no-archive -- bash point.sh a=bad1,bad2
is_rc 1 'two fail'
rl retry limits --failed --time-factor 30 --mem-factor 2 --dry-run
is_rc 0 'retry --dry-run'
out_has 'a=bad1.* failed \(entrypoint_exit\) +2 +100M -> 200M +00:05:00 -> 01:00:00 \(most\)' 'a table: twice the memory, time up to the limit of the partition'
node=$(grep -o '"event":"final".*"nodes":"[^"]*"' slurm_outputs/limits/journal.jsonl | head -n 1 | sed 's/.*"nodes":"\(.*\)"/\1/')
case $node in rl[123]) true ;; *) false ;; esac
ok $? 'the journal names the node'
rl retry limits --point a=bad1 --time-factor 3 --wait
is_rc 1 'retry of one'
has_limit() { as_user root sacct -n -X -P -S now-10minutes -u rlalice -o JobName,Timelimit | grep '^limits-' | grep -q '|00:15:00'; }
wait_for 10 has_limit # accounting lags
ok $? 'three times its time'
rl retry limits --failed --exclude-bad-nodes --dry-run --json
out_has '"point":"a=bad1.*"attempt":3.*"time":"00:15:00","new_time":"00:15:00".*"exclude":""' 'what was adjusted stays; a failed program is not its node'"'"'s fault'
end_jobs rlalice
finish
