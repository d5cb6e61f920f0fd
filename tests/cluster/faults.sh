# shellcheck shell=bash
# faults.sh - what the fault tests of tests/cluster share; sourced after lib.sh and harness.sh
#
#     fault_folder t9360          # fresh folder of rlalice's, entered; it holds point.sh
#     fault_timeouts              # slurm.conf with short times, put back at the end
#     fault_words NAME 4 [OPTION…]     # words=(raylaunch sweep … OPTION… --name NAME -- …)
#     run as_user rlalice "${words[@]}"
#     once NAME 4 'none ran twice'
#
# A point lasts 0.3 s, or as long as there is a file hold.NAME. Each says in ran.NAME which job
# it runs in; tests/torture/exactly_once.py compares that with the journal and with accounting.

export CLUSTER_SH
torture=$(cd "$(dirname "${BASH_SOURCE[0]}")/../torture" && pwd)

fault_folder()
{
    folder=$(work_folder rlalice "$1")
    cd "$folder" || exit 1
    cat >point.sh <<'SH'
job=$SLURM_JOB_ID
[ -z "${SLURM_ARRAY_JOB_ID:-}" ] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
echo "$2 $job" >>"ran.$1"
sleep 0.3
while [ -e "hold.$1" ]; do sleep 0.1; done
echo 'TMGG_RESULT:{"metrics":{"val_loss":1}}'
SH
    mkdir bin
    chmod -R a+rX .
    chown -R --reference="$folder" .
}

# The times that a site may set, as short as Slurm takes them, so that a test need not wait.
fault_timeouts()
{
    trap 'fault_restore; rm -rf "$WORK"' EXIT
    "$CLUSTER_SH" config MessageTimeout=2 "$@" || exit 1
    nodes_back
}

fault_restore()
{
    cd /
    as_user rlalice scancel -u rlalice
    "$CLUSTER_SH" config --restore
    nodes_back
}

# The administrator resumes every node that Slurm or a test has taken out.
nodes_back()
{
    local node state
    as_user root sinfo -h -N -p gpu -o '%N %t' | while read -r node state; do
        case $state in
        idle | mix | alloc | comp) ;;
        *) as_user root scontrol update "nodename=$node" state=resume </dev/null 2>/dev/null ;;
        esac
    done
}

fault_words()
{
    words=(raylaunch sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared
        --no-ray --poll 1 --fs-grace 0 "${@:3}" --name "$1" -- bash point.sh "$1" "i=range(0,$2)")
}

# once NAME POINTS WHAT [again]: see exactly_once.py
once()
{
    python3 "$torture/exactly_once.py" "$PWD" "$1" "$2" "${@:4}"
    ok $? "$3"
}

# retype SECONDS: the command in "words" again and again, until it ends with 0; $out, $err and $rc
# are the last one's, $typed says how often.
retype()
{
    local end=$((SECONDS + $1))
    typed=0
    rc=1
    while [ "$rc" != 0 ] && [ $SECONDS -lt $end ]; do
        run as_user rlalice "${words[@]}"
        typed=$((typed + 1))
    done
}

# events NAME WORD: how many events of that name the sweep's journal holds.
events()
{
    grep -c "\"event\":\"$2\"" "slurm_outputs/$1/journal.jsonl" 2>/dev/null
}

has_events() # NAME WORD COUNT
{
    [ "$(events "$1" "$2")" -ge "$3" ]
}

has_ended() # NAME COUNT: so many points have a final verdict
{
    [ "$(find "slurm_outputs/$1/points" -name '*.verdict.json' -exec grep -l '"phase":"done"' {} + 2>/dev/null |
        wc -l)" -ge "$2" ]
}

# fault_sbatch MODE…: an sbatch of its own in $folder/bin (for PATH) whose call number 0, 1, …
# does what MODE says, and all further ones what sbatch does:
#   ok                 exec the real one
#   gate               say so in at-gate, wait for the file go, then the real one
#   rubbish            print no job id, succeed
#   hang               never return
#   dies               print a job id that is none, then die by SIGKILL
#   rubbish+ hang+ dies+     the same, but the job has really been submitted (dies+ has its id)
fault_sbatch()
{
    rm -rf calls at-gate go
    mkdir -p calls
    chmod 777 . calls
    printf '%s\n' "$@" >plan
    cat >bin/sbatch <<'SH'
#!/bin/bash
cd "$(dirname "$0")/.." || exit 1
n=0
until mkdir "calls/$n" 2>/dev/null; do n=$((n + 1)); done
mode=$(sed -n "$((n + 1))p" plan)
cd "$OLDPWD" || exit 1
id=99999999
case $mode in *+) id=$(/usr/bin/sbatch "$@") || exit ;; esac
case ${mode%+} in
rubbish) echo 'Welcome to the cluster! 12 jobs were never so welcome.' ;;
hang) sleep 600 ;;
dies)
    echo "$id"
    kill -KILL $$
    ;;
gate)
    folder=$(dirname "$0")/..
    : >"$folder/at-gate"
    until [ -e "$folder/go" ]; do sleep 0.01; done
    exec /usr/bin/sbatch "$@"
    ;;
*) exec /usr/bin/sbatch "$@" ;;
esac
SH
    chmod 755 bin/sbatch
}

# with_sbatch CMD…: as rlalice, who finds that sbatch.
with_sbatch()
{
    as_user rlalice env PATH="$folder/bin:$LAB/prefix/bin:/usr/bin:/bin" "$@"
}

has_begun() # NAME COUNT: so many points have begun to run
{
    [ "$(grep -c . "ran.$1" 2>/dev/null)" -ge "$2" ]
}

# held NAME N [OPTION…]: a detached sweep whose points all run, and go on until hold.NAME is gone.
held()
{
    : >"hold.$1"
    fault_words "$@"
    run as_user rlalice "${words[@]}"
    wait_for 20 has_begun "$1" "$2"
    ok $? "$1: all points run"
}

no_step_daemon()
{
    local node pid
    for node in rl1 rl2 rl3; do
        for pid in $("$CLUSTER_SH" pids $node root); do
            ! grep -qs '^slurmstepd' "/proc/$pid/comm" || return 1
        done
    done
}

# start_again NAME: Slurm holds back a requeued job for two minutes. Before the first start has
# wholly ended on its node, slurmd would refuse the second one, and Slurm cancel the job.
start_again()
{
    local id
    wait_for 20 no_step_daemon
    sleep 1.5 # it compares times in whole seconds
    for id in $(as_user root squeue -h -t PD -o '%A %j' | sed -n "s/ $1-.*//p"); do
        as_user root scontrol update "jobid=$id" starttime=now
    done
}

pends() # NAME
{
    as_user root squeue -h -t PD -o %j | grep -q "^$1-"
}
