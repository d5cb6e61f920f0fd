#!/bin/bash
# The test cluster itself: what the other tests of this folder take for granted. All of
# it is seen on a second cluster, so that no other job is in the way.
# shellcheck disable=SC2016,SC2317 # bash -c '…' with arguments; functions that check calls
set -u
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
cluster_require
export RAYLAUNCH_LAB=$LAB-second
LAB=$RAYLAUNCH_LAB
trap '"$CLUSTER_SH" down >/dev/null 2>&1' EXIT

count=0
failed=0
check() # WHAT CMD…
{
    local what=$1 output
    shift
    count=$((count + 1))
    if output=$("$@" 2>&1); then # a subshell: nothing of one check reaches the next
        echo "ok $count - $what"
    else
        failed=1
        echo "not ok $count - $what"
        printf '%s\n' "$output" | sed 's/^/#   /'
    fi
}

is() # GOT WANTED
{
    [ "$1" = "$2" ] || {
        printf 'got:    %s\nwanted: %s\n' "$1" "$2"
        return 1
    }
}

# Bad input first.
check 'an unknown verb is a usage error' bash -c '"$1" nosuch 2>/dev/null; [ $? = 2 ]' \
    - "$CLUSTER_SH"
check 'a LAB under /tmp is refused' bash -c \
    '! RAYLAUNCH_LAB=/tmp/lab "$1" up 2>/dev/null' - "$CLUSTER_SH"
rmdir /tmp/lab 2>/dev/null

# Half started, and gone.
gone()
{
    [ ! -e "$LAB" ] && ! grep -q " $LAB/" /proc/self/mounts &&
        ! grep -lqs "$LAB/" /proc/[0-9]*/cmdline
}
half_started() # SECONDS
{
    timeout -s KILL "$1" "$CLUSTER_SH" up
    [ -d "$LAB/cluster" ] && "$CLUSTER_SH" down && gone
}
check 'down after an up that was killed early leaves nothing' half_started 0.3
check 'down after an up that was killed late leaves nothing' half_started 3

check 'a cluster comes up beside another' "$CLUSTER_SH" up
check 'a second up finds the first' bash -c '"$1" up | grep -q "already up"' - \
    "$CLUSTER_SH"

# Slurm, for ordinary users.
three_hosts()
{
    is "$(as_user rlalice srun -N3 --mem=100 hostname | sort | xargs)" 'rl1 rl2 rl3'
}
check 'srun of an ordinary user reaches three nodes' three_hosts

gpu_of_job()
{
    is "$(as_user rlbob srun --gpus=1 --mem=100 printenv CUDA_VISIBLE_DEVICES)" 0
}
check 'a job gets a GPU' gpu_of_job

address_of_head()
{
    is "$(as_user rlalice srun -w rl2 --mem=100 getent hosts rl1 | xargs)" '10.77.0.11 rl1'
}
check 'nodes find each other by name' address_of_head

srun_in_job()
{
    local work id
    work=$(work_folder rlalice t9000) || return 1
    cd "$work" || return 1
    printf '#!/bin/bash\nsrun -N2 hostname\nexit 3\n' >job
    id=$(as_user rlalice sbatch --parsable -N2 --mem=100 -o out job) || return 1
    wait_for 20 has_no_jobs rlalice || return 1
    is "$(sort out | xargs)" 'rl1 rl2' || return 1
    # Accounting is written a little later.
    wait_for 10 bash -c '[ "$("$1" as rlalice sacct -X -n -P -j "$2" \
        -o State,ExitCode,Account)" = "FAILED|3:0|lab" ]' - "$CLUSTER_SH" "$id"
}
check 'a batch job, its steps and its accounting record' srun_in_job

limit_of_partition()
{
    as_user root scontrol show partition cpu | grep -q 'MaxTime=01:00:00'
}
check 'partition cpu ends jobs after an hour' limit_of_partition

# Nodes are machines of their own.
own_tmp()
{
    node_exec rl1 rlalice touch /tmp/t9000 || return 1
    ! node_exec rl2 rlalice test -e /tmp/t9000 &&
        ! as_user rlalice test -e /tmp/t9000 && [ ! -e /tmp/t9000 ] &&
        node_exec rl1 rlalice rm /tmp/t9000
}
check 'each machine has its own /tmp' own_tmp

own_processes()
{
    is "$(node_exec rl1 root cat /proc/1/comm)" tini || return 1
    node_exec rl1 rlbob bash -c '(sleep 0.1 &)'
    wait_for 5 nothing_left rlbob
}
check 'each node has its own process 1, and it reaps orphans' own_processes

counted()
{
    as_user rlalice sbatch -w rl1 --mem=100 -o /dev/null --wrap 'exec sleep 300' || return 1
    wait_for 10 bash -c '[ "$("$1" pids rl1 rlalice | wc -l)" = 1 ]' - "$CLUSTER_SH" &&
        is "$(node_processes rl2 rlalice)" 0 && is "$(node_processes rl1 rlbob)" 0 &&
        end_jobs rlalice && wait_for 10 nothing_left rlalice
}
check 'the processes of a user on a node are counted, and gone after scancel' counted

background_pid()
{
    local pid
    as_user_exec rlalice sleep 300 &
    pid=$!
    wait_for 5 grep -q '^sleep' "/proc/$pid/comm" && kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    is "$(node_processes login rlalice)" 0
}
check 'as_user_exec in the background is the command itself' background_pid

# Nothing of it shows on the machine.
no_trace()
{
    ! grep -q rlalice /etc/passwd && ! grep -qw rl1 /etc/hosts &&
        ! ip -o link | grep -qw rlbr0 && ! ss -Hltn 'sport = :6817' | grep -q .
}
check 'no user, hosts line, interface or port on the machine itself' no_trace

# Daemons and nodes that tests stop.
controller_again()
{
    wait_for 20 has_no_jobs rlalice && "$CLUSTER_SH" stop slurmctld &&
        as_user rlalice scontrol ping | grep -q DOWN &&
        "$CLUSTER_SH" start slurmctld &&
        wait_for 60 as_user rlbob timeout 30 srun -N3 --mem=100 hostname
}
check 'slurmctld can be stopped and started' controller_again
node_again()
{
    "$CLUSTER_SH" stop rl2 && is "$(node_processes rl2 root)" 0 &&
        "$CLUSTER_SH" start rl2 &&
        wait_for 60 as_user rlbob timeout 30 srun -w rl2 --mem=100 hostname
}
check 'so can a node, with all its processes' node_again

ends_with_job()
{
    as_user rlbob sbatch -N3 --mem=100 -o /dev/null --wrap 'srun sleep 300' || return 1
    wait_for 10 bash -c '"$1" pids rl3 rlbob | grep -q .' - "$CLUSTER_SH" &&
        "$CLUSTER_SH" down && gone
}
check 'down beside a running job leaves nothing' ends_with_job

echo "1..$count"
exit "$failed"
