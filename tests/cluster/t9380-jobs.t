#!/bin/bash
# Jobs that others lay hands on: requeued, cancelled, their node taken away.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
fault_folder t9380
job_of() { row_of rlalice "$1" "i=$2" job_id; }
runs_of() { grep -c "^i=$2 " "ran.$1"; } # how often point i=$2 has begun

# ---- a job requeued by hand
held requeued 2 --requeue
run as_user root scontrol requeue "$(job_of requeued 0)"
is_rc 0 'a job requeued by hand (--requeue)'
wait_for 10 pends requeued
rm hold.requeued
start_again requeued
run as_user rlalice raylaunch wait requeued --wait-timeout 60
is_rc 0 'requeued: both points are completed'
grep -q '^raylaunch: start 2 of job' slurm_outputs/requeued/points/i=0*.out
ok $? 'requeued: its output says which start it is'
is "$(runs_of requeued 0) $(runs_of requeued 1)" '2 1' 'requeued: run by Slurm once more, and only that one'
fault_words requeued 2 --requeue --wait
run as_user rlalice "${words[@]}"
err_has '0 submitted, 2 already done' 'requeued: nothing is submitted again'
is "$(events requeued submitting)" 2 'requeued: one attempt a point'

held stays 1
run as_user root scontrol requeue "$(job_of stays 0)"
must_fail 'without --requeue Slurm cannot requeue it'
rm hold.stays
run as_user rlalice raylaunch wait stays --wait-timeout 60
is_rc 0 'stays: completed'
once stays 1 'stays: ran once'

# ---- a job that was not to be requeued, and is
held moved 1
as_user root scontrol update "JobId=$(job_of moved 0)" Requeue=1
run as_user root scontrol requeue "$(job_of moved 0)"
is_rc 0 'without --requeue the administrator requeues it all the same'
wait_for 10 pends moved
rm hold.moved
start_again moved
run as_user rlalice raylaunch wait moved --wait-timeout 60
is_rc 0 'moved: completed'
grep -q '^raylaunch: start 2 of job' slurm_outputs/moved/points/i=0*.out
ok $? 'moved: its output says that this is another start'

# ---- a job that is suspended longer than its timeout: only the time that it ran counts
held suspended 1 --timeout 15
as_user root scontrol suspend "$(job_of suspended 0)"
sleep 17
as_user root scontrol resume "$(job_of suspended 0)"
rm hold.suspended
run as_user rlalice raylaunch wait suspended --wait-timeout 60
is_rc 0 'a job that was suspended for longer than its timeout is completed'

# ---- a job cancelled by the administrator
held cancelled 2
first=$(job_of cancelled 0)
as_user root scancel "$first"
rm hold.cancelled
run as_user rlalice raylaunch wait cancelled --wait-timeout 60
is_rc 1 'a job cancelled by the administrator: exit code 1'
is "$(row_of rlalice cancelled i=0 state cause)" cancelled/by_other 'cancelled: state and cause'
fault_words cancelled 2 --wait
run as_user rlalice "${words[@]}"
is_rc 0 'cancelled: the same command finishes the sweep'
is "$(row_of rlalice cancelled i=0 state attempt)" completed/2 'cancelled: by a second attempt'
is "$(row_of rlalice cancelled i=1 state attempt)" completed/1 'cancelled: the other point stays'

# ---- a node set down under running points, one of which Slurm may requeue
held down 1 --nodelist rl2
held again 1 --nodelist rl2 --requeue
as_user root scontrol update nodename=rl2 state=down reason=t9380
rm hold.down hold.again
run as_user rlalice raylaunch wait down --wait-timeout 60
is_rc 1 'a node set down under a running point: exit code 1'
is "$(row_of rlalice down i=0 state)" node_fail 'down: the state'
fault_words down 1 --wait
run as_user rlalice "${words[@]}"
is_rc 0 'down: the same command finishes the sweep'
is "$(row_of rlalice down i=0 state attempt)" completed/2 'down: by a second attempt'
wait_for 20 nothing_left rlalice
ok $? 'down: nothing of the jobs is left on the nodes'
is_resumed() { [ "$(as_user root sinfo -h -n rl2 -p gpu -o %t)" = idle ]; }
as_user root scontrol update nodename=rl2 state=resume 2>/dev/null # it may be back by itself
wait_for 20 is_resumed
ok $? 'the node is back'
start_again again
run as_user rlalice raylaunch wait again --wait-timeout 90
is_rc 0 'a job requeued by Slurm under --requeue: completed'
is "$(row_of rlalice again i=0 state attempt)/$(events again submitting)" completed/1/1 'again: one attempt'
is "$(runs_of again 0)" 2 'again: which was started twice'

# ---- a node set down while somebody waits: --retries, on another node
: >hold.lost
fault_words lost 1 --retries 1 --retry-delay 1 --wait --wait-timeout 60
as_user rlalice "${words[@]}" >"$out" 2>"$err" </dev/null &
raylaunch=$!
wait_for 20 has_begun lost 1
node=$(as_user root squeue -h -u rlalice -o %N)
as_user root scontrol update "nodename=$node" state=down reason=t9380
rm hold.lost
wait $raylaunch
rc=$?
is_rc 0 'a node set down while somebody waits, with --retries: completed'
is "$(row_of rlalice lost i=0 state attempt)" completed/2 'lost: by a second attempt'
other=$(row_of rlalice lost i=0 host)
[ -n "$other" ] && [ "$other" != "$node" ]
ok $? "lost: on another node than $node"
run as_user rlalice raylaunch retry lost --all --exclude-bad-nodes
is_rc 0 'lost: retry --exclude-bad-nodes'
err_has "nodes that are avoided: $node" 'says which nodes are avoided'
run as_user rlalice raylaunch wait lost --wait-timeout 60
is_rc 0 'lost: completed once more'
grep -q "^#SBATCH --exclude=$node" slurm_outputs/lost/points/i=0*.r3.sbatch
ok $? 'and Slurm was told'

# ---- more memory than asked for: --retries gives more
fault_timeouts JobAcctGatherParams=OverMemoryKill PreemptType=preempt/partition_prio \
    PreemptMode=CANCEL 'PartitionName=first Nodes=rl3 PriorityTier=10 PreemptMode=OFF'
cat >eat.py <<'PY'
import time
x = bytearray(100_000_000)
time.sleep(3)
print('TMGG_RESULT:{"metrics":{"val_loss":1}}')
PY
fault_words eat 1 --retries 2 --retry-delay 1 --wait
words=("${words[@]/%bash/python3}")
words=("${words[@]/%point.sh/eat.py}")
run as_user rlalice "${words[@]}"
is_rc 0 'a point that needs more memory than asked for, with --retries: completed'
is "$(row_of rlalice eat i=0 state attempt)" completed/2 'eat: by a second attempt'
is "$(grep -c '"cause":"out_of_memory"' slurm_outputs/eat/journal.jsonl)" 1 'eat: after one out_of_memory'

# ---- another's job takes the node: --retries
: >hold.yields
fault_words yields 1 --partition gpu --nodelist rl3 --exclusive --retries 1 --retry-delay 1 --wait --wait-timeout 60
as_user rlalice "${words[@]}" >"$out" 2>"$err" </dev/null &
raylaunch=$!
wait_for 20 has_begun yields 1
as_user rlbob sbatch -Q -p first -w rl3 --exclusive -o /dev/null --wrap 'sleep 2'
wait_for 20 has_events yields final 1
rm hold.yields
wait $raylaunch
rc=$?
is_rc 0 'a job that is preempted, with --retries: completed'
is "$(row_of rlalice yields i=0 state attempt)" completed/2 'yields: by a second attempt'
is "$(grep -c '"state":"preempted"' slurm_outputs/yields/journal.jsonl)" 1 'yields: after one preempted'
finish
