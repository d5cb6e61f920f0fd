#!/bin/bash
# Who waits is told why, and does not wait for what never comes. Slurm's commands are stand-ins
# that print what those of Slurm 22.05 printed; it stands here, as it takes half a minute.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
mkdir -p "$WORK/play" && cd "$WORK/play" || exit 1
use_slurm_stand_in
answers=$STAND_IN
printf '%s\n' 'ClusterName             = far' 'AccountingStorageType   = (null)' >"$answers/config"
echo 'gpu*|up|infinite|3|32|64000|gpu:2|' >"$answers/sinfo"
echo 'PartitionName=gpu Default=YES MaxTime=UNLIMITED TotalNodes=3 State=UP' >"$answers/partition"
echo 'No reservations in the system' >"$answers/reservation"
queue() # REASON
{
    echo "$1" >"$answers/reason"
    echo 'JOBID:SEP:STATE:SEP:REASON:SEP:S:SEP:S:SEP:E:SEP:N:SEP:NAME:SEP:C:SEP:' >"$answers/queue"
}

# Each has answers of its own, so that all wait at the same time: NAME WORD… as $name.rc, .out and .err
begin() # NAME REASON COMMAND…
{
    local name=$1
    cp -r "$answers" "$WORK/answers-$name"
    STAND_IN=$WORK/answers-$name
    answers=$STAND_IN queue "$2"
    shift 2
    ("$@" >"$name.out" 2>"$name.err" </dev/null; echo $? >"$name.rc") &
}
ended() # NAME RC WHAT
{
    rc=$(cat "$1.rc") out=$1.out err=$1.err
    is_rc "$2" "$3"
}
sweep() # NAME OPTION…
{
    local name=$1
    shift
    timeout 120 "$RAYLAUNCH_BIN" sweep --no-ray --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M \
        --time 5 --poll 1 --name "$name" "$@"
}
points=(-- true 'x=1,2')
begin never PartitionTimeLimit sweep never --wait "${points[@]}"
begin account "Job's account not permitted to use this partition (gpu allows other not lab)" sweep account --wait "${points[@]}"
# While nodes are down Slurm says the same word as for too many nodes.
begin down PartitionNodeLimit sweep down --wait --wait-timeout 10 "${points[@]}"
begin many PartitionNodeLimit sweep many --nodes 4 --wait --submit-anyway "${points[@]}"
begin after Dependency sweep after --wait --wait-timeout 10 "${points[@]}"
wait

ended never 4 'all that is left can never run: nobody waits'
err_has '^0 of 2 final: 2 pending; waiting: 2 PartitionTimeLimit \(will never run: its time limit is above' 'the reason is shown'
err_has 'nothing that is left can ever run.*: 2 PartitionTimeLimit .*raylaunch cancel never.*raylaunch retry never --cancelled' \
    'and what to type, with the name'
ended account 4 'a reason of many words'
ended down 5 'the nodes may come back'
ended many 4 'so many nodes there will never be'
ended after 5 'what it depends on may end'
export STAND_IN=$WORK/answers-after
run "$RAYLAUNCH_BIN" status after --why 'x=1*'
out_has 'waits +Dependency: a job that it depends on has not ended' 'status says the same'

# The verb wait, and one of two that may run.
export STAND_IN=$WORK/answers-never
(timeout 120 "$RAYLAUNCH_BIN" wait never --poll 1 >verb.out 2>verb.err </dev/null; echo $? >verb.rc) &
export STAND_IN=$WORK/answers-mixed
cp -r "$WORK/answers-never" "$STAND_IN"
sed -i '2s/PartitionTimeLimit/Priority/' "$STAND_IN/queue"
cp -r slurm_outputs/never slurm_outputs/mixed
(timeout 120 "$RAYLAUNCH_BIN" wait mixed --poll 1 --wait-timeout 10 >mixed.out 2>mixed.err </dev/null; echo $? >mixed.rc) &
wait
ended verb 4 'the verb wait as well'
ended mixed 5 'one that may run is waited for'
err_has 'waiting: 1 .*Priority \(others are before it\)' 'and its reason is shown'

export STAND_IN=$WORK/answers-held
answers=$STAND_IN
cp -r "$WORK/answers-never" "$STAND_IN"
queue JobHeldUser
sweep held "${points[@]}" >/dev/null 2>&1
run "$RAYLAUNCH_BIN" status held --why 'x=1*'
out_has 'what to do .scontrol release [0-9]+.$' 'advice has the id of the job'
finish
