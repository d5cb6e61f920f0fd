#!/bin/bash
# What a sweep will cost, before it is submitted: calls, limits and who sets them, warnings,
# what is kept of the site. Slurm's commands are stand-ins here that print what those of
# Slurm 22.05 printed; the real ones are in tests/cluster/t9320-limits.t.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir -p "$WORK/play" && cd "$WORK/play" || exit 1
use_slurm_stand_in
answers=$STAND_IN
config()
{
    {
        printf '%s\n' 'SLURM_VERSION           = 22.05.8' 'ClusterName             = far' \
            'AccountingStorageType   = accounting_storage/slurmdbd' \
            'AccountingStorageEnforce = associations,limits,qos' 'MaxArraySize            = 101' \
            'MaxJobCount             = 20000' 'MessageTimeout          = 10 sec' "$@"
    } >"$answers/config"
}
config
echo 'gpu*|up|infinite|3|32|64000|gpu:2|
cpu|up|1:00:00|3|32|64000|(null)|' >"$answers/sinfo"
echo 'PartitionName=gpu Default=YES QoS=N/A MaxTime=UNLIMITED State=UP
PartitionName=cpu Default=NO QoS=N/A MaxTime=01:00:00 State=UP' >"$answers/partition"
echo 'No reservations in the system' >"$answers/reservation"
echo 'normal|||||||||||
big|20|5|||||3-00:00:00|DenyOnLimit|||' >"$answers/qos"
echo 'lab|lab||50|||||normal|normal,big||' >"$answers/user"
echo 'root||||
lab|root|60||' >"$answers/accounts"
plan()
{
    run "$RAYLAUNCH_BIN" sweep --dry-run --no-ray --nodes 1 --cpus-per-task 1 --gpus-per-task 0 \
        --mem 100M --time 5 "$@"
}
said() { sed -n 's/^calls to the controller: //p' "$err"; }
calls() { cut -d' ' -f1 "$answers/calls" 2>/dev/null | sort | uniq -c | awk '{printf "%s%s:%s", (NR > 1 ? " " : ""), $2, $1}'; }

# Bad input first.
: >"$answers/config"
plan -- true 'x=range(0,3)'
is_rc 0 'a site that says nothing is no error'
err_has 'calls to the controller: 3 sbatch' 'the calls are known anyway'
[ ! -e "$HOME/.cache/raylaunch" ]
ok $? 'a cluster without a name is not kept'
rm "$answers/config"
plan -- true 'x=range(0,3)'
is_rc 0 'nor is one that does not answer'
err_has "the site's limits are not known here" 'and this is said'
config 'SlurmctldParameters = rl_enable,rl_bucket_size=x,rl_refill_rate=-7,rl_refill_period=0'
printf '\377|||\n|||||||||||||||||||||||||||\nnormal|a|b|c\n' >"$answers/qos.bad"
mv "$answers/qos" "$answers/qos.good" && mv "$answers/qos.bad" "$answers/qos"
plan -- true 'x=range(0,60)'
is_rc 0 'rubbish of sacctmgr is passed over'
is "$(said)" '60 sbatch (about 15s; the site allows 30 at once, then 2 a second), 1 squeue a poll' \
    'a rate limit of rubbish is the default one'
mv "$answers/qos.good" "$answers/qos"
rm -r "$HOME/.cache/raylaunch"

# Limits, and who says so.
config
: >"$answers/calls"
plan -- true 'x=range(0,200)'
is_rc 0 'a plan'
is "$(said)" '200 sbatch (about 4s), 1 squeue a poll' 'what it costs'
err_has "the site's limit of 50 jobs \\(your association with lab, MaxSubmitJobs\\): 200 points go in 4 batches" 'what binds'
err_has 'cheaper with --mode array: 4 sbatch calls instead of 200' 'what is cheaper'
is "$(calls)" 'sacctmgr:3 scontrol:3 sinfo:1' 'what was asked'
: >"$answers/calls"
plan --qos big -- true 'x=range(0,200)'
err_has 'limit of 20 jobs \(QoS big, MaxSubmitJobsPerUser\): 200 points go in 10 batches' 'the QoS goes first'
err_has 'at most 5 run at once \(QoS big, MaxJobsPerUser\)' 'and how many run'
is "$(calls)" 'scontrol:1' 'the second time only the configuration is asked'
plan --mode array -- true 'x=range(0,200)'
err_has '^calls to the controller: 4 sbatch \(about 1s\)' 'arrays'
! grep -q cheaper "$err"
ok $? 'for them nothing is cheaper'
plan -- true 'x=range(0,50)'
! grep -qE 'cheaper|batches' "$err"
ok $? 'fifty points fit, and nothing more is said'
plan --qos big --json -- true 'x=range(0,200)'
is "$(head -1 "$out")" "$(printf '%s' '{"type":"plan","sweep":"true-'"$(sed -n '1s/.*"sweep":"true-\([0-9a-f]*\)".*/\1/p' "$out")"'","points":200,"n_submit":200,"submit":200,"mode":"jobs","sbatch_calls":200,"squeue_calls_per_poll":1,"batches":10,"fills":10,"submit_seconds":4.0,"limits_known":true,"queue_limit":{"jobs":20,"from":"QoS big, MaxSubmitJobsPerUser"},"binds":{"jobs":20,"from":"QoS big, MaxSubmitJobsPerUser"},"max_running":{"jobs":5,"from":"QoS big, MaxJobsPerUser"},"cheaper":{"mode":"array","sbatch_calls":10},"gpu_hours":0.0,"cpu_hours":16.666666666666668,"timeout_seconds":300,"files_at_most":1020,"active_jobs":null}')" \
    'the plan as JSON'
is "$(wc -l <"$out")" 201 'and a point a line'

# Without enforcement, and without accounting.
config 'AccountingStorageEnforce = none'
sed -i '4d' "$answers/config"
plan -- true 'x=range(0,200)'
! grep -q batches "$err"
ok $? 'limits that Slurm does not enforce do not count'
config
sed -i 's/accounting_storage.slurmdbd/(null)/' "$answers/config"
rm -r "$HOME/.cache/raylaunch"
: >"$answers/calls"
plan -- true 'x=range(0,200)'
is_rc 0 'a site without slurmdbd'
is "$(calls)" 'scontrol:3 sinfo:1' 'is not asked for accounts'
rm -r "$HOME/.cache/raylaunch"
config

# Warnings.
plan --partition cpu --time 2:00:00 -- true x=1
err_has 'warning: the time limit 02:00:00 \(flag --time\) is above 01:00:00 \(partition cpu, MaxTime\): .*say --time 01:00:00' 'the time limit'
plan --partition cpu --gpus-per-task 2 -- true x=1
err_has "warning: 2 GPUs are asked in partition 'cpu', which has none: .*a partition with GPUs: gpu" 'GPUs'
plan --mem 100G -- true x=1
err_has "warning: 102400 MiB of memory are asked on each node, and the largest node of partition 'gpu' has 64000 MiB" 'memory'
plan --cpus-per-task 33 -- true x=1
err_has "warning: 33 CPUs are asked, and the largest node of partition 'gpu' has 32" 'CPUs'
plan --nodes 4 -- true x=1
err_has "warning: 4 nodes are asked, and partition 'gpu' has 3" 'nodes'
plan --partition nosuch -- true x=1
is_rc 0 'a partition that is not there is a warning of a dry run'
err_has "warning: this cluster has no partition 'nosuch' \\(flag --partition\\); there are: gpu \\(default\\), cpu" 'with those that are'
run "$RAYLAUNCH_BIN" sweep --no-ray --partition nosuch -- true x=1
is_rc 4 'and an error of a sweep'
run "$RAYLAUNCH_BIN" sweep --dry-run --nodes 4 --time 4:05:00 --timeout 14400 -- true x=1
err_has 'warning: the timeout of 14400 s \(flag --timeout\) leaves less than 600 s .* raise --time to 250 minutes' "Ray's start"

# When a job ends its program: with the limit, or as a number says.
plan --time 2-00:00:00 -- true x=1
err_has 'at most 48:00:00 each = 48 CPU-hours, timeout as the limit$' 'auto is the time limit'
out_has '^rl_timeout=172800$' 'in the job, too'
err_lacks 'warning: the timeout' 'and nothing is warned of'
plan --time unlimited -- true x=1
err_has 'no time limit, no timeout$' 'no limit, no timeout'
plan --time 2-00:00:00 --timeout 28800 -- true x=1
err_has ', timeout 28800 s$' 'a number stands as typed'
err_has 'warning: the timeout of 28800 s \(flag --timeout\) lies below the time limit 2-00:00:00: .*--timeout auto' 'below the limit'
plan --time 5 --timeout 301 -- true x=1
err_has 'warning: the timeout of 301 s \(flag --timeout\) lies beyond the time limit 5, which strikes first' 'beyond it'
printf 'slurm_time_limit: "12:00:00"\ntimeout_seconds: 28800\n' >launcher.yaml
run "$RAYLAUNCH_BIN" sweep --dry-run --no-ray --json --file launcher.yaml -- true x=1
out_has '"timeout_seconds":28800' "a launcher's file keeps its number"
err_has 'lies below the time limit 12:00:00' 'and is warned of'
run "$RAYLAUNCH_BIN" sweep --dry-run --no-ray --json --time 90 -- true x=1
out_has '"timeout_seconds":5400' 'as JSON'
run "$RAYLAUNCH_BIN" sweep --dry-run --no-ray --json --time unlimited -- true x=1
out_has '"timeout_seconds":null' 'and never is null'
now=$(date +%s)
echo "ReservationName=repair StartTime=$((now + 7200)) EndTime=$((now + 9000)) NodeCnt=2 Flags=MAINT,SPEC_NODES" >"$answers/reservation"
plan --time 3:00:00 -- true x=1
! grep -q maintenance "$err"
ok $? 'a reservation is asked once an hour'
rm -r "$HOME/.cache/raylaunch"
plan --time 3:00:00 -- true x=1
err_has "warning: maintenance 'repair' takes 2 nodes from .*--time 0[12]:[0-9:]* still fits" 'a maintenance'
plan --time 1:00:00 -- true x=1
! grep -q maintenance "$err"
ok $? 'that a shorter job does not reach'

# local has no controller.
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --name here --json -- true x=1
is "$(sed -nE '1s/.*"type":"plan".*"sbatch_calls":([0-9]+),"squeue_calls_per_poll":([0-9]+).*/\1 \2/p' "$out")" '0 0' \
    'local has no calls'
! grep -q '^calls to' "$err"
ok $? 'and says none'
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --name here --no-require-result --dry-run -- true x=1,2
err_has '^1 of them to be submitted, the others are done or under way' 'a dry run knows what is done'
finish
