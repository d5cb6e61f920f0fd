#!/bin/bash
# `cancel SWEEP` while a window, lanes, an array, a --wait with --retries and a submission that
# hangs in sbatch are at work elsewhere: the jobs end, no point comes back, and who waits ends.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
fault_folder t9355
fault_timeouts MaxArraySize=4

behind() { as_user_exec rlalice "${words[@]}" >"behind.$1" 2>&1 </dev/null & child=$!; }
wait_until() { for ((i = 0; i < 600; i++)); do "$@" 2>/dev/null && return; sleep 0.1; done; return 1; }
queued() { as_user root squeue -h -r -u rlalice -o %j | grep -c "^$1-"; }
none_queued() { [ "$(queued "$1")" = 0 ]; }
hold() { : >"hold.$1"; chmod 666 "hold.$1"; }
runs() { grep -qs . "ran.$1"; }

# ended NAME POINTS SUBMITTED WHAT: all points are final, so many were ever submitted, none lives.
ended()
{
    wait_until none_queued "$1"
    ok $? "$4: nothing is left in the queue"
    run as_user rlalice raylaunch wait "$1" --poll 1 --no-archive --json
    is "$(grep -c '"type":"row"' "$out")" "$2" "$4: as many rows as points"
    is "$(grep -c '"state":"\(cancelled\|completed\)"' "$out")" "$2" "$4: all are cancelled, or had completed"
    is "$(events "$1" submitting)" "$3" "$4: no more was submitted"
}

# ---- a window elsewhere
hold window
fault_words window 8 --max-concurrent 2 --wait --retries 2 --no-archive
behind window
wait_until has_events window submitted 2
ok $? 'window: two jobs of eight'
run as_user rlalice raylaunch cancel window --yes --json
is_rc 0 'window: cancel'
out_has '"sweep":"window","jobs":2,"planned":6' 'window: two jobs, six points'
wait $child
is $? 1 'window: the one that waits ends'
grep -q '6 points are not submitted: cancelled meanwhile' behind.window
ok $? 'window: and says why'
ended window 8 2 window
fault_words window 9
rm hold.window
run as_user rlalice "${words[@]}"
is_rc 0 'window: typed again, with one point more'
err_has '1 submitted, ' 'window: that one is submitted'
err_has '8 cancelled stay so: raylaunch retry window --cancelled' 'window: the others are not'
run as_user rlalice raylaunch retry window --cancelled --wait --poll 1 --no-archive
is_rc 0 'window: retry --cancelled'
run as_user rlalice raylaunch collect window --json
is "$(grep -c '"state":"completed"' "$out")" 9 'window: runs them all'

# ---- lanes: all are in the queue, each behind another
hold lanes
fault_words lanes 9 --max-concurrent 2
run as_user rlalice "${words[@]}"
is "$(queued lanes)" 9 'lanes: nine are queued'
wait_until runs lanes
run as_user rlalice raylaunch cancel lanes --yes
is_rc 0 'lanes: cancel'
ended lanes 9 9 lanes
[ "$(sort -u ran.lanes | grep -c .)" -le 2 ]
ok $? 'lanes: none ran because the one before it had ended'

# ---- arrays: two of four tasks and one of two, and somebody who waits
hold array
fault_words array 10 --mode array --max-concurrent 2 --wait --no-archive
behind array
wait_until runs array
ok $? 'arrays: a task runs'
run as_user rlalice raylaunch cancel array --yes
is_rc 0 'arrays: cancel'
wait $child
is $? 1 'arrays: the one that waits ends'
ended array 10 10 arrays

# ---- single points while somebody waits with a window
hold some
fault_words some 6 --max-concurrent 2 --wait --no-archive
behind some
wait_until has_events some submitted 2
run as_user rlalice raylaunch cancel some --point i=0 --point i=4 --json
out_has '"jobs":1,"planned":1' 'points: one has a job, one has none'
rm hold.some
wait $child
is $? 1 'points: the others run'
run as_user rlalice raylaunch collect some --json
is "$(grep '"state":"cancelled"' "$out" | grep -o '"params":{"i":".' | tr -dc 0-9 | fold -w1 | sort | tr -d '\n')" 04 'points: these two are cancelled'
is "$(grep -c '"state":"completed"' "$out")" 4 'points: four completed'

# ---- a submission under way holds the lock: it stands aside
fault_sbatch ok ok gate
fault_words aside 40
as_user_exec rlalice env PATH="$folder/bin:/usr/local/bin:/usr/bin:/bin:$LAB/prefix/bin" "${words[@]}" --in-flight 1 >behind.aside 2>&1 </dev/null &
child=$!
wait_until test -e at-gate
ok $? 'aside: the third call hangs'
as_user_exec rlalice raylaunch cancel aside --yes >cancel.aside 2>&1 </dev/null &
canceller=$!
wait_until test -e slurm_outputs/aside/lock.asked
ok $? 'aside: cancel asks for the lock'
sleep 1.5 # the submitter looks once a second
: >go
wait $canceller
is $? 0 'aside: and has it as soon as that call is answered'
wait $child
[ "$(events aside submitted)" -lt 40 ]
ok $? 'aside: the rest was not submitted'
ended aside 40 "$(events aside submitting)" aside

# ---- the newest sweep, without a name: a script is not asked
fault_words last 2
hold last
run as_user rlalice "${words[@]}"
run as_user rlalice raylaunch cancel --json
is_rc 0 'no name'
out_has '"sweep":"last","jobs":2' 'no name: the newest'
ended last 2 2 'no name'
finish
