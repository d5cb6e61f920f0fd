#!/bin/bash
# How a sweep is looked at on a real cluster: why points wait, in words and with the number that
# binds; a controller that falls silent and comes back while raylaunch waits; a controller that
# forgets ended jobs after two seconds, with slurmdbd down: verdicts and results decide.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require

unreserve()
{
    for name in t9335others t9335repair t9335course; do
        as_user root scontrol delete reservationname=$name >/dev/null 2>&1
    done
}
restore()
{
    unreserve
    kill -CONT "$("$CLUSTER_SH" pid slurmctld)" 2>/dev/null
    "$CLUSTER_SH" start slurmdbd 2>/dev/null
    as_user root sacctmgr -i modify user rlalice set MaxJobs=-1 >/dev/null 2>&1
    "$CLUSTER_SH" config --restore
}
trap 'restore; rm -rf "$WORK"' EXIT
folder=$(work_folder rlalice t9335)
cd "$folder" || exit 1
cat >point.sh <<'SH'
sleep "$1"
echo "TMGG_RESULT:{\"metrics\":{\"val_loss\":1}}"
SH
chmod -R a+rX .
words=(raylaunch sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --shared --no-ray)

# ---- reasons
as_user root sacctmgr -i modify user rlalice set MaxJobs=1 >/dev/null
as_user rlalice "${words[@]}" --time 5 --name limited -- bash point.sh 30 i=1,2,3 >/dev/null 2>&1
waits_for() { as_user rlalice squeue -h -o %r | grep -q "$1"; }
wait_for 20 waits_for AssocMaxJobsLimit
run as_user rlalice raylaunch status limited
is_rc 0 'status'
out_has '3 points = 1 running \+ 2 pending' 'counts'
out_has 'running .* on rl[123], for ' 'what runs, where, how long'
out_has '2 x AssocMaxJobsLimit: your account lets no more of your jobs run at once \(.*MaxJobs.*: 1; 1 of this sweep run now\)' \
    'why the others wait, and the number that binds'
run as_user rlalice raylaunch status limited --why 'i=3'
out_has 'waits +AssocMaxJobsLimit' '--why: the reason'
out_has 'limit +your jobs that run at once: 1' 'the limit'
out_has 'partition +gpu is up: 3 nodes' 'the partition'
run as_user rlalice raylaunch status limited --why nothing
is_rc 2 '--why of no point is an error'
run as_user rlalice raylaunch status limited --json
out_has '"state":"pending".*"pending_reason":"AssocMaxJobsLimit"' 'rows say it, too'
out_has '"state":"running".*"phase":"entrypoint"' 'and how far a job has come'
as_user rlalice raylaunch cancel limited --yes >/dev/null 2>&1
as_user root sacctmgr -i modify user rlalice set MaxJobs=-1 >/dev/null
as_user rlalice "${words[@]}" --time 600 --partition cpu --submit-anyway --name long -- bash point.sh 1 i=1 >/dev/null 2>&1
wait_for 20 waits_for PartitionTimeLimit
run as_user rlalice raylaunch status long
out_has 'PartitionTimeLimit: will never run: .*partition cpu, MaxTime: 1h00m' 'what will never run'
as_user rlalice raylaunch cancel long --yes >/dev/null 2>&1

# ---- reservations: of others, for maintenance, of this user
reserve() { as_user root scontrol create reservation "$@" >/dev/null; }
reserve reservationname=t9335others starttime=now duration=20 users=rlbob nodes=rl2 flags=ignore_jobs
reserve reservationname=t9335repair starttime=now+2hours duration=60 users=root nodes=rl1,rl3 flags=maint,ignore_jobs
reserve reservationname=t9335course starttime=now+4hours duration=60 users=rlalice nodes=rl3
as_user rlalice "${words[@]}" --time 150 --name held -- bash point.sh 1 i=1 >/dev/null 2>&1
wait_for 20 waits_for ReqNodeNotAvail
run as_user rlalice raylaunch status held
out_has 'ReqNodeNotAvail' 'what the reservations keep waiting'
out_has 'status --why POINT` lists the reservations' 'and where they are told'
run as_user rlalice raylaunch status held --why 'i=1*'
out_has 't9335others: 1 node \(rl2\), .*, active, ends in 1[0-9]m[0-9]+s; for others$' 'one of others'
out_has 't9335repair: maintenance of 2 nodes \(rl\[1,3\]\), .*; your time limit reaches into it$' 'a maintenance'
out_has 't9335course: 1 node \(rl3\), .*; yours: --reservation t9335course$' 'one of this user'
run as_user rlalice raylaunch status held --why 'i=1*' --json
out_has '"type":"reservations","reservations":\[\{"name":"t9335others",.*"yours":true' 'as JSON'
as_user rlalice raylaunch cancel held --yes >/dev/null 2>&1
unreserve

# ---- the controller falls silent
"$CLUSTER_SH" config MessageTimeout=2 MinJobAge=2 || exit 1
as_user_exec rlalice "${words[@]}" --time 5 --name silent --wait -- bash point.sh 8 i=1,2 >silent.out 2>silent.err &
waiter=$!
runs() { [ "$(as_user rlalice squeue -h -t R | wc -l)" = 2 ]; }
wait_for 20 runs
kill -STOP "$("$CLUSTER_SH" pid slurmctld)"
said() { grep -q "$1" silent.err; }
wait_for 20 said 'does not answer since [0-9][0-9]:[0-9][0-9]'
ok $? 'it is said that the controller does not answer, and since when'
sleep 10
kill -CONT "$("$CLUSTER_SH" pid slurmctld)"
wait $waiter
is $? 0 'the sweep completes'
is "$(grep -c 'does not answer since' silent.err)/$(grep -c 'answers again' silent.err)" 1/1 'each is said once'
grep -q '2 points = 2 completed' silent.err
ok $? 'two completed points'

# ---- no slurmdbd, and a controller that forgets
"$CLUSTER_SH" stop slurmdbd
as_user rlalice "${words[@]}" --time 5 --name blind -- bash point.sh 1 i=1,2 >/dev/null 2>&1
forgotten() { [ -z "$(as_user root squeue -h -t all -u rlalice)" ]; }
wait_for 60 forgotten
ok $? 'the controller has forgotten its jobs'
run as_user rlalice raylaunch wait blind --poll 1
is_rc 0 'verdicts and results decide'
err_has '2 points = 2 completed' 'two completed points'
finish
