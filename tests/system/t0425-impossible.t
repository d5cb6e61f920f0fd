#!/bin/bash
# What can never run is refused before anything is made; what may run is not. Slurm's commands
# are stand-ins that print what those of Slurm 22.05 printed on the test cluster, with partitions
# added; that the real ones agree is in tests/cluster/t9295-impossible.t.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir -p "$WORK/play" && cd "$WORK/play" || exit 1
use_slurm_stand_in
answers=$STAND_IN
config()
{
    printf '%s\n' 'SLURM_VERSION           = 22.05.8' 'ClusterName             = far' \
        'AccountingStorageType   = accounting_storage/slurmdbd' \
        'AccountingStorageEnforce = associations,limits,qos' 'MaxNodeCount            = 9' \
        'SelectTypeParameters    = CR_CORE_MEMORY' 'TaskPlugin              = task/none' \
        'MessageTimeout          = 10 sec' "$@" >"$answers/config"
    rm -rf "$HOME/.cache/raylaunch"
}
config 'JobSubmitPlugins        = (null)'
echo 'gpu*|up|infinite|3|32|64000|gpu:2|
cpu|up|1:00:00|3|32|64000|(null)|
mixed|up|infinite|2|64|64000|(null)|
mixed|up|infinite|4|16|1000000|(null)|
cloud|up|infinite|1|8|16000|(null)|' >"$answers/sinfo"
line='AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL QoS=N/A MaxNodes=UNLIMITED MinNodes=0 MaxCPUsPerNode=UNLIMITED'
echo "PartitionName=gpu $line Default=YES MaxTime=UNLIMITED TotalNodes=3 State=UP
PartitionName=cpu $line Default=NO MaxTime=01:00:00 TotalNodes=3 State=UP
PartitionName=mixed $line Default=NO MaxTime=UNLIMITED TotalNodes=6 State=UP
PartitionName=cloud $line Default=NO MaxTime=UNLIMITED TotalNodes=20 State=UP" >"$answers/partition"
echo 'No reservations in the system' >"$answers/reservation"
echo 'normal|||||||||||
small|||||||00:30:00||cpu=2||
wide||||||||PartitionMaxNodes,PartitionTimeLimit|||' >"$answers/qos"
echo 'lab|lab||||||||normal,small,wide||' >"$answers/user"
echo 'root||||
lab|root|||' >"$answers/accounts"
: >"$answers/queue"
number=0
try() # OPTION…
{
    number=$((number + 1))
    run "$RAYLAUNCH_BIN" sweep --no-ray --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M \
        --time 5 --name "n$number" "$@" -- true x=1
}
never() # WORDS WHAT OPTION…
{
    local words=$1 what=$2
    shift 2
    try "$@"
    is_rc 4 "refused: $what"
    err_has "$words" 'and it is said why'
    [ ! -e "slurm_outputs/n$number" ]
    ok $? 'nothing was made'
}
may() # WHAT OPTION…
{
    local what=$1
    shift
    try "$@"
    is_rc 0 "submitted: $what"
}

# What Slurm would accept and never start, or refuse in words that do not help.
never 'partition cpu, MaxTime.*--time 01:00:00' 'more time than the partition gives' --partition cpu --time 61
never 'the time limit unlimited' 'no limit where there is one' --partition cpu --time unlimited
never 'QoS small, MaxWall' 'more time than the QoS gives' --qos small --time 31
never '4 CPUs in all are asked, and QoS small, MaxTRESPerJob gives a job 2' 'more CPUs than the QoS gives' \
    --qos small --cpus-per-task 4
never 'has 3: such jobs never start; say --nodes 3' 'more nodes than there are' --nodes 4
never '33 CPUs' 'more CPUs than a node has' --cpus-per-task 33
never '102400 MiB' 'more memory than a node has' --mem 100G
never "2 GPUs are asked in partition 'cpu', which has none" 'GPUs where there are none' --partition cpu --gpus-per-task 2
never '2 such nodes' 'nodes that are large in two ways' --partition mixed --nodes 3 --cpus-per-task 20
never 'nothing was submitted; --submit-anyway' 'none of several partitions' --partition cpu,gpu --nodes 4 --time 5:00:00
whole() # OPTION…
{
    number=$((number + 1))
    run "$RAYLAUNCH_BIN" sweep --no-ray --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --exclusive --time 5 \
        --name "n$number" "$@" -- true x=1
}
whole --mem-per-cpu 4G
is_rc 4 'memory for each CPU of a whole node'
err_has '32 x 4096 MiB = 131072 MiB, .* 64000 MiB: .*say --mem 0 .*or --mem-per-cpu 2000M' 'is computed and named'
whole --mem-per-cpu 2000M
is_rc 0 'the advice works when typed: so much a CPU'
whole --mem 0
is_rc 0 'and the whole node'

# What may run in truth.
may 'one of several partitions can' --partition cpu,gpu --time 5:00:00
may 'a QoS that lifts the time limit of partitions' --partition cpu --time 5:00:00 --qos wide
may 'a limit that Slurm may shorten' --partition cpu --time 5:00:00 --sbatch time-min=30
may 'large in one way' --partition mixed --nodes 2 --cpus-per-task 60
may 'large in the other' --partition mixed --nodes 4 --mem 900G
may 'nodes of the cloud that are not listed now' --partition cloud --nodes 20
may 'larger ones, too' --partition cloud --cpus-per-task 64
may 'who knows better' --nodes 4 --submit-anyway
err_has 'warning: 4 nodes are asked' 'is warned'
may 'from a file' --nodes 3 --constraint 'a100&nvlink' --reservation mine
echo 'submit_anyway: yes' >raylaunch.yaml
may 'a site whose numbers are wrong' --nodes 4
rm raylaunch.yaml
config 'JobSubmitPlugins        = lua'
may 'a plugin may change what is asked' --partition cpu --time 5:00:00
err_has 'warning: the time limit' 'and only a warning is given'
config 'MaxNodeCount            = 500'
sed -i '/MaxNodeCount            = 9/d' "$answers/config"
may 'nodes may yet register' --nodes 4
config

# What the site said yesterday is no ground for a refusal.
may 'all is well' --partition cpu --time 60
sed -i 's/MaxTime=01:00:00/MaxTime=02:00:00/' "$answers/partition"
may 'the partition gives more than is remembered' --partition cpu --time 90
sed -i 's/MaxTime=02:00:00/MaxTime=01:00:00/' "$answers/partition"

# Nothing to submit, nothing to refuse; and a dry run warns.
run "$RAYLAUNCH_BIN" sweep --dry-run --no-ray --nodes 4 --cpus-per-task 1 --gpus-per-task 0 --mem 1G -- true x=1
is_rc 0 'a dry run'
err_has 'warning: 4 nodes are asked' 'warns'
run "$RAYLAUNCH_BIN" check --nodes 4 --gpus-per-task 0
out_has 'bad .*request .*4 nodes are asked|4 nodes are asked' 'check says it'

# What the job itself would refuse.
never_here() # WORDS WHAT OPTION…
{
    local words=$1 what=$2
    shift 2
    number=$((number + 1))
    run "$RAYLAUNCH_BIN" sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --time 5 --name "n$number" "$@" -- true x=1
    is_rc 3 "refused: $what"
    err_has "$words" 'and it is said why'
}
never_here "no '/nosuch/bin/activate'.*flag --venv" 'a venv that is not there' --venv /nosuch
mkdir -p half/bin
never_here "no 'half/bin/activate'" 'a folder that is none' --venv half
never_here 'too long for Ray.* 30 bytes' 'a temp folder for which sockets have no room' --temp-dir "/tmp/$(printf '%026d' 0)"
may 'which only Ray minds' --temp-dir "/tmp/$(printf '%026d' 0)"
touch half/bin/activate
may 'a venv' --venv half
may 'a venv that a setup line makes' --venv /nosuch --setup 'python3 -m venv /nosuch'
may 'a venv that only the nodes have' --venv /nosuch --submit-anyway
err_has "warning: there is no '/nosuch/bin/activate'" 'is warned of'
finish
