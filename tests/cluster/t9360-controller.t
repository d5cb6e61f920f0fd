#!/bin/bash
# The controller stops, dies and comes back; accounting is down; munge is restarted: no point is
# lost and none runs twice. RAYLAUNCH_POINTS sets another size of the sweeps that it happens in.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
fault_folder t9360
fault_timeouts
points=${RAYLAUNCH_POINTS:-20}
nobody() { [ -z "$(jobs_of rlalice)" ]; }

# ---- slurmctld stopped while sbatch waits, then let go: sbatch reports failure, the job exists
# stopped NAME: a detached sweep in the background, $raylaunch, whose fourth call meets that
stopped()
{
    fault_sbatch ok ok ok gate
    fault_words "$1" 6
    (as_user_exec rlalice env PATH="$folder/bin:$LAB/prefix/bin:/usr/bin:/bin" "${words[@]}" \
        >"$out" 2>"$err" </dev/null) &
    raylaunch=$!
    wait_for 10 test -e at-gate
    controller=$("$CLUSTER_SH" pid slurmctld)
    kill -STOP "$controller"
    touch go
    wait_for 30 grep -q 'does not answer, so submission waits' "$err"
    ok $? "$1: slurmctld stopped while sbatch waits, and raylaunch waits for it"
}
stopped asked
kill -INT $raylaunch
wait $raylaunch
rc=$?
is_rc 130 'Ctrl-C ends that'
err_has 'cannot tell whether jobs of an earlier run exist' 'and raylaunch says what it cannot tell'
kill -CONT "$controller"
grep -q 'Socket timed out' slurm_outputs/asked/journal.jsonl
ok $? 'sbatch reported failure'
fault_words asked 6 --wait
run as_user rlalice "${words[@]}"
is_rc 0 'let go: the same command finishes the sweep'
has_events asked adopted 1
ok $? 'and adopts the job that sbatch denied'
once asked 6 'one job a point'
stopped patient
kill -CONT "$controller"
wait $raylaunch
rc=$?
is_rc 0 'let go: it goes on by itself'
has_events patient adopted 1
ok $? 'and adopts the job, too'
fault_words patient 6 --wait
run as_user rlalice "${words[@]}"
is_rc 0 'patient: all points are completed'
once patient 6 'patient: one job a point'

# ---- slurmctld killed and restarted during a sweep
fault_words killed "$points" --wait --wait-timeout 100
as_user rlalice "${words[@]}" >"$out" 2>"$err" </dev/null &
raylaunch=$!
wait_for 10 has_events killed submitted 3
"$CLUSTER_SH" stop slurmctld
sleep 2
"$CLUSTER_SH" start slurmctld
# The new one may know nothing of the last seconds and give their job ids once more; where such
# a job still runs, it drains the node ("Duplicate jobid").
while sleep 1; do nodes_back; done &
administrator=$!
wait $raylaunch
echo "# slurmctld killed and restarted: exit code $?: $(grep 'points = ' "$err")"
retype 200
kill $administrator
wait $administrator 2>/dev/null
is_rc 0 "slurmctld killed and restarted during a sweep: finished, typed $typed times more"
once killed "$points" 'slurmctld killed: each point ran once' again
wait_for 30 no_step_daemon # whose job ids come once more
sleep 1.5

# ---- slurmdbd down from start to end
"$CLUSTER_SH" stop slurmdbd
fault_words unaccounted 4 --wait
run as_user rlalice "${words[@]}"
is_rc 0 'slurmdbd down from start to end: the sweep is finished'
run as_user rlalice "${words[@]}"
is_rc 0 'and typed again'
err_has '0 submitted, 4 already done' 'nothing is submitted'
"$CLUSTER_SH" start slurmdbd
once unaccounted 4 'slurmdbd down: each point ran once'

# ---- munge restarted
fault_words munge "$points" --wait
as_user rlalice "${words[@]}" >"$out" 2>"$err" </dev/null &
raylaunch=$!
wait_for 10 has_events munge submitted 3
"$CLUSTER_SH" stop munged
"$CLUSTER_SH" start munged
wait $raylaunch
echo "# munge restarted: exit code $?: $(grep 'points = ' "$err")"
retype 60
is_rc 0 "munge restarted during a sweep: finished, typed $typed times more"
once munge "$points" 'munge restarted: each point ran once'
wait_for 10 nobody
ok $? 'no job is left'
finish
