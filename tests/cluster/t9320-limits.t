#!/bin/bash
# The site's limits, set on the real cluster: MaxArraySize 100, 1,001 and 10,001 and MaxSubmitJobs 20
# through sacctmgr; 200 points all complete without a hand. What the plan says of them, who is named,
# what is asked of the site, and what Slurm would never start.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../system/harness.sh"
. "$(dirname "$0")/lib.sh"
cluster_require
work=$(work_folder rlalice t9320)
cd "$work" || exit 1
cat >job.sh <<'SH'
echo "TMGG_RESULT:{\"metrics\":{\"job\":\"$SLURM_JOB_ID\"}}"
SH
small=(--nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray --no-archive)
manager() { as_user root sacctmgr -i "$@" >>"$WORK/sacctmgr.log" 2>&1; }
# What is kept of the site is a day old at most; here it changes every minute.
limits() { as_user rlalice rm -rf "$LAB/home/rlalice/.cache/raylaunch"; }
tidy()
{
    end_jobs rlalice
    manager modify account lab set GrpSubmitJobs=-1
    manager modify user rlalice set MaxSubmitJobs=-1 MaxJobs=-1 qos=normal defaultqos=-1
    manager delete qos tight
    as_user root scontrol delete reservationname=t9320 2>/dev/null
    "$CLUSTER_SH" config --restore >/dev/null
    limits
}
trap 'tidy; rm -rf "$WORK"' EXIT
sweep() { run as_user rlalice raylaunch sweep "${small[@]}" "$@"; }
member() { sed -nE "s/.*\"type\":\"$1\".*\"$2\":([^,}]*).*/\\1/p" "$out"; }
# all_done N: N rows, all completed, each with a job of its own.
all_done()
{
    is "$(grep -c '"type":"row".*"state":"completed"' "$out")" "$1" "$1 points are completed"
    is "$(grep -o '"job_id":"[^"]*"' "$out" | sort -u | wc -l)" "$1" 'each by a job of its own'
}
end_jobs rlalice
limits

# Bad input: limits that nothing fits in.
manager add qos tight MaxSubmitJobsPerUser=20 MaxJobsPerUser=5 MaxWall=00:03:00 Flags=DenyOnLimit
manager modify user rlalice set qos=normal,tight
sweep --dry-run --qos tight --wait -- sh job.sh 'x=range(0,200)'
is_rc 0 'a plan'
err_has 'limit of 20 jobs \(QoS tight, MaxSubmitJobsPerUser\): 200 points go in 10 batches' 'a QoS and its limit are named'
err_has 'at most 5 run at once \(QoS tight, MaxJobsPerUser\)' 'and how many run at once'
err_has 'warning: the time limit 00:05:00 \(flag --time\) is above 00:03:00 \(QoS tight, MaxWall\)' 'a time limit that it would refuse'
manager modify account lab set GrpSubmitJobs=17
limits
sweep --dry-run -- sh job.sh 'x=range(0,200)'
err_has 'limit of 17 jobs \(account lab, GrpSubmitJobs\)' 'an account and its limit'
manager modify account lab set GrpSubmitJobs=-1
sweep --dry-run --partition cpu --time 2:00:00 -- sh job.sh x=1
err_has 'is above 01:00:00 \(partition cpu, MaxTime\)' 'a partition and its limit'
as_user root scontrol create reservationname=t9320 starttime=now+2hours duration=60 flags=maint,ignore_jobs nodes=rl1 users=root >/dev/null
limits
sweep --dry-run --time 3:00:00 -- sh job.sh x=1
err_has "warning: maintenance 't9320' takes 1 node from " 'a maintenance'
as_user root scontrol delete reservationname=t9320
limits
run as_user rlalice raylaunch check --gpus-per-task 0 --nodes 1 --qos tight --time 3
is_rc 0 'check'
out_has '^ok +cluster +jobs in queue +20 \(QoS tight, MaxSubmitJobsPerUser\)' 'shows the limit'
[ -s "$LAB/home/rlalice/.cache/raylaunch/rltest.json" ]
ok $? 'and keeps what it heard'

# Nothing is asked twice.
sweep --verbose -- sh job.sh x=1,2
is_rc 0 'a sweep'
err_has '^calls spent: 2 sbatch, .* 1 scontrol, sinfo and sacctmgr$' 'that asks the configuration, and nothing else of the site'

# MaxArraySize.
for size in 100 1001 10001; do
    "$CLUSTER_SH" config "MaxArraySize=$size" >/dev/null
    limits
    sweep --mode array --name "array-$size" --wait --json -- sh job.sh 'x=range(0,200)'
    is_rc 0 "MaxArraySize=$size: 200 points"
    all_done 200
    is "$(member plan sbatch_calls) $(member calls sbatch)" "$(((200 + size - 1) / size)) $(((200 + size - 1) / size))" \
        'with as many calls of sbatch as the plan said'
done
"$CLUSTER_SH" config --restore >/dev/null

# MaxSubmitJobs 20: what does not fit is submitted as jobs end.
manager modify user rlalice set MaxSubmitJobs=20
limits
sweep --name fed --wait --json -- sh job.sh 'x=range(0,200)'
is_rc 0 'MaxSubmitJobs=20: 200 points as jobs'
all_done 200
is "$(member plan batches)" 10 'in as many rounds as the plan said'
# A job that completes counts for Slurm a moment longer than for us: a call may be refused for now.
n=$(member calls sbatch)
[ "${n:-999}" -ge 200 ] && [ "$n" -le 220 ]
ok $? "and hardly a refused call of sbatch ($n)"
sweep --mode array --name fed-array --wait --json -- sh job.sh 'x=range(0,60)'
is_rc 0 '60 points as arrays'
all_done 60
# The same, unknown to raylaunch: sbatch is refused, and that is a wait, no error.
manager modify user rlalice set MaxSubmitJobs=-1
limits
sweep --dry-run -- sh job.sh x=1
manager modify user rlalice set MaxSubmitJobs=20
sweep --name surprised --wait --json -- sh job.sh 'x=range(0,40)'
is_rc 0 'a limit that is newer than what is known of it'
all_done 40
# Nobody waits for results, but the rest is submitted.
limits
sweep --name detached -- sh job.sh 'x=range(0,40)'
is_rc 0 'a detached sweep stays until all is submitted'
run as_user rlalice raylaunch wait detached --json
all_done 40
finish
