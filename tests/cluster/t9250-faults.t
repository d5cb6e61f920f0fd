#!/bin/bash
# What goes wrong on real clusters, each made to happen: the state and cause in `status --json`, the
# message that proves it, and nothing left on any node. The faults this finds: a wrong cause, a
# job that waits for start_timeout although a node has failed, and left-overs.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
for release in 2.53.0 2.54.0 ''; do ray_require "$release"; done

folder=$(work_folder rlalice t9250)
install -m 644 "$(dirname "$0")/fault.py" "$(dirname "$0")/../templates/steal.py" "$folder/"
cd "$folder" || exit 1

# ---- what is wrong on the nodes
# A "ray" of the node's own: /tmp/t9250/bin is another one on each node, or none.
for node in rl1 rl2 rl3; do
    node_exec "$node" root sh -c 'mkdir -m 755 /tmp/t9250 /tmp/t9250/full /tmp/t9250/twice /tmp/t9250/once /tmp/t9250/broken &&
        mount -t tmpfs -o size=64k,mode=1777 none /tmp/t9250/full'
done
node_exec rl1 root ln -s "${RAYLAUNCH_RAYS:-$LAB}/venv-ray-2.54.0/bin" /tmp/t9250/twice/bin
node_exec rl2 root ln -s "${RAYLAUNCH_RAYS:-$LAB}/venv-ray-2.53.0/bin" /tmp/t9250/twice/bin
node_exec rl1 root ln -s "$RAY_ENV/bin" /tmp/t9250/once/bin
node_exec rl1 root ln -s "$RAY_ENV/bin" /tmp/t9250/broken/bin
node_exec rl2 root sh -c 'mkdir /tmp/t9250/broken/bin && cat >/tmp/t9250/broken/bin/ray && chmod 755 /tmp/t9250/broken/bin/ray' <<'SH'
#!/bin/sh
echo "ray: the license server is on fire" >&2
exit 1
SH
# shellcheck disable=SC2317 # called by the trap
put_right()
{
    local node
    node_kill rl3 rlbob listening
    for node in rl1 rl2 rl3; do
        node_exec "$node" root sh -c 'umount /tmp/t9250/full; rm -rf /tmp/t9250'
    done 2>/dev/null
    rm -rf "$WORK"
}
trap put_right EXIT

# Another user's listeners: on the first port of the grain where the search begins, and in the middle
# of the next one. Found by asking the program itself, as the user and as the node see it.
slice=$(as_user rlalice raylaunch ports --json | python3 -c 'import json, sys
print([json.loads(line) for line in sys.stdin][0]["ports"][0][0])')
cat >"$WORK/listen.py" <<'PY'
import socket, sys, time
held = []
for port in sys.argv[1:]:
    held.append(socket.socket())
    held[-1].bind(("0.0.0.0", int(port)))
    held[-1].listen(1)
print("listening", flush=True)
time.sleep(900)
PY
"$CLUSTER_SH" node rl3 rlbob python3 -c "$(cat "$WORK/listen.py")" "$slice" $((slice + 130)) >"$WORK/listening" &
disown
wait_for 10 grep -q listening "$WORK/listening"
ok $? "another user listens on ports $slice and $((slice + 130)) of rl3"
traces "$WORK/before" rlalice

# shellcheck disable=SC2016 # the job expands PATH
own_ray() { echo 'export PATH=/tmp/t9250/'"$1"'/bin:$PATH'; }
# ---- all of them at once: NAME HOW OPTION…
start()
{
    local name=$1 how=$2
    shift 2
    run as_user rlalice raylaunch sweep --shared --cpus-per-task 1 --gpus-per-task 0 --mem 500M \
        --time 10 --name "$name" "$@" -- python3 fault.py "how=$how"
    [ "$rc" = 0 ] || is_rc 0 "$name: submitted"
}
ray=(--nodes 2 "--nodelist=rl1,rl2")
start killed sleeps "${ray[@]}" --venv "$RAY_ENV"
start deaf deaf "${ray[@]}" --venv "$RAY_ENV"
start broken good "${ray[@]}" --setup "$(own_ray broken)"
start missing good "${ray[@]}" --setup "$(own_ray once)"
start versions good "${ray[@]}" --setup "$(own_ray twice)"
start stolen good --nodes 1 --nodelist rl2 --venv "$RAY_ENV" --wrap "python3 $folder/steal.py always"
start unwritable good --nodes 1 --nodelist rl1 --venv "$RAY_ENV" --temp-folder /tmp/t9250
start full good --nodes 1 --nodelist rl1 --venv "$RAY_ENV" --temp-folder /tmp/t9250/full
run as_user rlalice raylaunch sweep --shared --venv "$RAY_ENV" --name long --temp-folder "$folder" -- python3 fault.py how=good
is_rc 3 'a temp folder that is too long for Ray is refused before submission'
err_has 'too long for Ray.*30 bytes' 'with the number'
start neighbour good --nodes 1 --nodelist rl3 --venv "$RAY_ENV"
for how in daemon closes much; do
    start $how $how --no-ray --nodes 1 --nodelist rl3
done

has_begun() { grep -qsx begun slurm_outputs/"$1"/points/*.out; }
place_of() { as_user rlalice raylaunch attach --json --sweep "$1" 'how=*' | python3 -c 'import json, sys
print(json.load(sys.stdin)["temp"])'; }
processes_of() { # TEMP-FOLDER: on both nodes of the job, how many
    local node pid
    for node in rl1 rl2; do
        for pid in $("$CLUSTER_SH" pids "$node" rlalice); do
            tr '\0' ' ' <"/proc/$pid/cmdline" | grep -F "$1"
        done
    done 2>/dev/null | wc -l
}

# ---- SIGKILL of the batch shell
wait_for 200 has_begun killed
ok $? 'SIGKILL: the entrypoint runs'
temp=$(place_of killed)
id=$(row_of rlalice killed how= job_id)
[ "$(processes_of "$temp")" -gt 4 ]
ok $? 'SIGKILL: with a Ray on two nodes'
for pid in $("$CLUSTER_SH" pids rl1 rlalice); do
    grep -qa "job0*$id/slurm_script" "/proc/$pid/cmdline" &&
        grep -q slurmstepd "/proc/$(awk '{print $4}' "/proc/$pid/stat")/comm" && kill -KILL "$pid"
done 2>/dev/null
is_gone() { [ "$(processes_of "$temp")" = 0 ]; }
wait_for 10 is_gone
ok $? 'SIGKILL of the batch shell: every process of its Ray is gone within 10 s'

# ---- an entrypoint that ignores TERM, cancelled
wait_for 120 has_begun deaf
ok $? 'deaf: the entrypoint runs'
run as_user rlalice raylaunch cancel deaf
is_rc 0 'deaf: cancelled'

# ---- how each ended
expect() # NAME STATE/CAUSE MESSAGE-REGEX
{
    local got
    run as_user rlalice raylaunch wait "$1" --wait-timeout 180
    is "$(row_of rlalice "$1" how= state cause)" "$2" "$1: state and cause"
    [ -n "$3" ] || return
    got=$(row_of rlalice "$1" how= message)
    grep -qE "$3" <<<"$got"
    ok $? "$1: the message proves it"
    grep -qE "$3" <<<"$got" || echo "#   $got"
    [ "$1" = killed ] && return # nobody was left to write one
    row_of rlalice "$1" how= evidence >"$WORK/evidence"
    file_has "$WORK/evidence" "'file': 'points/.*\.err'.*'line': .*($3)" "$1: and so does a line of the log"
}
expect killed failed/killed 'killed'
expect deaf cancelled/by_user ''
expect broken failed/ray_start 'rl2.*license server is on fire'
expect missing failed/ray_missing 'node rl2'
expect versions failed/ray_version '2\.53\.0'
expect stolen failed/port_in_use 'node rl2.*(already in use|specified port is)'
expect unwritable failed/temp_folder '/tmp/t9250'
expect full failed/temp_folder '/tmp/t9250/full'
expect neighbour completed/- ''
port=$(python3 -c 'import glob, json
print(json.load(open(glob.glob("slurm_outputs/neighbour/points/*.verdict.json")[0]))["ports"]["head"][0])')
is "$port" $((slice + 128)) "neighbour: its ports are those after another user's listener"
expect daemon completed/- ''
expect closes completed/- ''
expect much completed/- ''
[ "$(stat -c %s slurm_outputs/much/points/*.out)" -gt 1073741824 ]
ok $? 'much: a gigabyte was written'
rm -f slurm_outputs/much/points/*.out

# Slurm (KillWait) killed the keeper of "deaf": its folder is the one thing that may be left, and is
# cleared by the user's next job there.
wait_for 30 nothing_left rlalice
deaf=$(node_exec rl1 root find /tmp -maxdepth 1 -name 'rl.*')
[ "$(wc -w <<<"$deaf")" -le 1 ]
ok $? "at most one temp folder is left ($deaf)"
[ -z "$deaf" ] || node_exec rl1 root touch -d '-2 minutes' "$deaf"
start next good --no-ray --nodes 1 --nodelist rl1 --wait
wait_for 30 nothing_new "$WORK/before" rlalice
ok $? 'no process, listening port or temp folder is left on any node'
sed 's/^/# /' "$WORK/before.new"

# ---- a node dies: its slurmd and all its processes
start node sleeps --nodes 2 --nodelist rl2,rl3 --venv "$RAY_ENV"
wait_for 60 has_begun node
ok $? 'node: the entrypoint runs'
node_kill rl3 rlbob listening
"$CLUSTER_SH" stop rl3
as_user root scontrol update nodename=rl3 state=down reason=test
expect node node_fail/node_fail ''
"$CLUSTER_SH" start rl3
as_user root scontrol update nodename=rl3 state=resume 2>/dev/null # it may be back by itself
is_idle() { [ "$(as_user root sinfo -h -n rl3 -p gpu -o %T)" = idle ]; }
wait_for 60 is_idle
ok $? 'the node is back'
wait_for 30 nothing_left rlalice
ok $? 'nothing runs on any node'
finish
