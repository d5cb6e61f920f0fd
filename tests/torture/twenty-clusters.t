#!/bin/bash
# Twenty Ray clusters of two nodes each, of two users, alive at the same time on the three
# nodes: a barrier in the entrypoints proves it. RAYLAUNCH_CLUSTERS sets another number.
# Needs about 0.7 GB of memory a cluster.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../cluster/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require
count=${RAYLAUNCH_CLUSTERS:-20}
users=(rlalice rlbob)
pairs=(rl1-rl2 rl1-rl3 rl2-rl3)

free_mib() { awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo; }
need=$((count * 700 + 1500))
[ "$(free_mib)" -ge "$need" ] ||
    cannot slurm "$count clusters need $need MiB of free memory, there are $(free_mib)"

# What a job could leave on the nodes: processes of the users, listening ports, folders.
left_on() # NODE
{
    local user
    for user in "${users[@]}"; do echo "$user: $(node_processes "$1" "$user") processes"; done
    node_exec "$1" root ss -Hltnu | awk '{print "listens:", $5}' | sort
    node_exec "$1" root find /tmp /dev/shm -mindepth 1 ! -name '.raylaunch-start-*' | sort
}
left() { for node in rl1 rl2 rl3; do left_on "$node" >"$WORK/$1-$node" 2>/dev/null; done; }
all_gone()
{
    left after
    for node in rl1 rl2 rl3; do cmp -s "$WORK/before-$node" "$WORK/after-$node" || return 1; done
}

meeting=$LAB/home/meeting
rm -rf "$meeting"
mkdir -m 1777 "$meeting"
install -m 644 "$(dirname "$0")/meet.py" "$LAB/home/meet.py"
checker=$(realpath "$(dirname "$0")/met.py")
for user in "${users[@]}"; do work_folder "$user" twenty >/dev/null; done
left before

# The peak of memory is what the machine had at the start less the least it had since.
watch_memory()
{
    local least now
    least=$(free_mib)
    while sleep 1; do
        now=$(free_mib)
        [ "$now" -ge "$least" ] || least=$now
        echo "$least" >"$WORK/least"
        if [ "$now" -lt 1000 ]; then # others work on this machine too
            echo "# memory is short: all jobs are cancelled"
            for user in "${users[@]}"; do as_user "$user" scancel -u "$user"; done
        fi
    done
}
free_before=$(free_mib)
watch_memory &
watcher=$!

# Cluster number i is the user's i mod 2, on pair i / 2 mod 3; one sweep for each of the six.
started=$SECONDS
folders=() sweeps=()
for u in 0 1; do
    for p in 0 1 2; do
        names=''
        for ((i = 1; i <= count; i++)); do
            [ $((i % 2)) != $u ] || [ $((i / 2 % 3)) != $p ] || names+=${names:+,}c$i
        done
        [ -n "$names" ] || continue
        cd "$LAB/home/${users[u]}/twenty" || exit 1
        folders+=("$PWD/slurm_outputs/${pairs[p]}")
        as_user "${users[u]}" raylaunch sweep --shared --nodes 2 --nodelist "${pairs[p]/-/,}" \
            --cpus-per-task 1 --gpus-per-task 0 --mem 500M --time 20 --venv "$RAY_ENV" \
            --name "${pairs[p]}" --wait --wait-timeout 1200 -- \
            python "$LAB/home/meet.py" "$meeting" "$count" 900 "cluster=$names" \
            >"$WORK/sweep-$u-$p" 2>&1 </dev/null &
        sweeps+=($!)
    done
done
failed=0
for pid in "${sweeps[@]}"; do wait "$pid" || failed=$((failed + 1)); done
whole=$((SECONDS - started))
kill "$watcher"
wait "$watcher" 2>/dev/null
is "$failed" 0 "all sweeps of $count clusters are completed"
[ "$failed" = 0 ] || tail -n 5 "$WORK"/sweep-* | sed 's/^/# /'
python3 "$checker" rows "$count" "${folders[@]}"
ok $? "$count right rows, each with its own job's id on both of its hosts"
is "$(find "$meeting" -type f -printf '%u\n' | sort | uniq -c | wc -l)" 2 'jobs of two users have met'
python3 "$checker" ports "$count" "${folders[@]}"
ok $? 'no port in two hands at the same time'
wait_for 30 all_gone
ok $? 'no process, listening port or temp folder is left on any node'
diff "$WORK/before-rl1" "$WORK/after-rl1" | sed 's/^/# rl1: /'
diff "$WORK/before-rl2" "$WORK/after-rl2" | sed 's/^/# rl2: /'
diff "$WORK/before-rl3" "$WORK/after-rl3" | sed 's/^/# rl3: /'
python3 "$checker" figures "$count" "${folders[@]}"
echo "# $count clusters in $whole s; $((free_before - $(cat "$WORK/least"))) MiB of memory at the peak"
finish
