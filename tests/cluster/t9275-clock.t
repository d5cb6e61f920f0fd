#!/bin/bash
# A node whose clock is an hour off, played by libfaketime: for its programs, then for its slurmd. The
# faults: a deadline or a duration that is an hour off, a lost point, and an end that does not
# tell of the clock. (Ray's own daemons keep the right clock: they wait by calls of the kernel that
# libfaketime cannot play, so that they would not wait as on a real node with such a clock.)
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require
fake=$(find /usr/lib /usr/lib64 -name libfaketime.so.1 2>/dev/null | head -n 1)
[ -n "$fake" ] || cannot slurm 'there is no libfaketime (make deps-check)'

folder=$(work_folder rlalice t9275)
install -m 644 "$(dirname "$0")/fault.py" "$folder/"
cd "$folder" || exit 1
is_idle() { [ "$(as_user root sinfo -h -n rl2 -p gpu -o %T)" = idle ]; }
# shellcheck disable=SC2317 # called by the trap
put_right()
{
    cd /
    "$CLUSTER_SH" stop rl2 # what was mounted there goes with it
    "$CLUSTER_SH" start rl2
    wait_for 30 is_idle
    rm -rf "$WORK" "$LAB/cluster/etc/ld.so.preload" "$LAB/cluster/etc/faketimerc"
}
trap put_right EXIT
# /etc is all machines' own folder; what is mounted upon a file there is one machine's.
: >"$LAB/cluster/etc/ld.so.preload"
: >"$LAB/cluster/etc/faketimerc"
set_clock() # +1h or -1h: for every program that starts on rl2
{
    # shellcheck disable=SC2016
    node_exec rl2 root sh -c 'echo "$1" >/tmp/offset
        [ -s /etc/faketimerc ] || mount --bind /tmp/offset /etc/faketimerc' sh "$1"
}
fake_all()
{
    # shellcheck disable=SC2016
    node_exec rl2 root sh -c 'echo "$1" >/tmp/preload && mount --bind /tmp/preload /etc/ld.so.preload' sh "$fake"
}
sweep()
{
    run as_user rlalice raylaunch sweep --shared --cpus-per-task 1 --gpus-per-task 0 --time 10 --name "$@"
}
plain=(--no-ray --nodes 1 --nodelist rl2 --mem 100M --wait)
seconds() # NAME TEXT: how long the point took by its own verdict and by the row; "right" below 20
{
    python3 -c 'import glob, json, sys
verdict = json.load(open(glob.glob(f"slurm_outputs/{sys.argv[1]}/points/*{sys.argv[2]}*.verdict.json")[0]))
took = verdict["phases"]["done"] - verdict["phases"]["claimed"]
print("right" if 0 <= took < 20 else took)' "$@"
}
duration_is_right() { [[ "$(row_of rlalice "$1" how= duration_s)" =~ ^1?[0-9](\.|$) ]]; }

traces "$WORK/before" rlalice
fake_all
for offset in -1h +1h; do
    name=behind
    [ $offset = -1h ] || name=ahead
    set_clock $offset
    hours=$(($(node_exec rl2 root date +%s) - $(date +%s)))
    [ $((${hours#-} - 3600)) -lt 60 ] && [ $((${hours#-} - 3600)) -gt -60 ]
    ok $? "$offset: the programs of rl2 see $hours s"
    run as_user rlalice raylaunch check --nodes 2 --nodelist rl1,rl2 --probe --no-ray --shared --mem 100M \
        --cpus-per-task 1 --gpus-per-task 0
    out_has "^warn +node rl2 +clock +[+-]3[56][0-9][0-9] s beside this machine" "$offset: the probe names the node and the difference"
    out_has '^ok +node rl1 +clock +within' 'and not the other one'
    sweep "good-$name" "${plain[@]}" -- python3 fault.py how=good
    is_rc 0 "$offset: a point there is completed"
    is "$(seconds "good-$name" good)" right 'the verdict tells a right duration'
    sweep "slow-$name" "${plain[@]}" --timeout 2 -- python3 fault.py how=sleeps
    is "$(row_of rlalice "slow-$name" how= state cause)" timeout/timeout "$offset: a timeout of 2 s is one"
    is "$(seconds "slow-$name" sleeps)" right 'after 2 s, as the verdict says'
    duration_is_right "slow-$name"
    ok $? 'and the row'
done
node_exec rl2 root umount /etc/ld.so.preload

# The keepers (and what the script starts on a head there) with that clock, Ray with the right one.
for nodes in rl1,rl2 rl2,rl3; do
    name=ray-${nodes/,/-}
    sweep "$name" --nodes 2 --nodelist "$nodes" --mem 500M --venv "$RAY_ENV" --setup "export LD_PRELOAD=$fake" \
        --wrap 'env -u LD_PRELOAD' --ray-logs all -- python fault.py how=good
done
for nodes in rl1,rl2 rl2,rl3; do
    name=ray-${nodes/,/-}
    run as_user rlalice raylaunch wait "$name"
    is_rc 0 "Ray on $nodes: completed"
    is "$(find slurm_outputs/"$name"/points/*.ray/ -name '*.tar.gz' | wc -l)" 2 'with the logs of both nodes'
done
[ "$(tar -tvzf slurm_outputs/ray-rl2-rl3/points/*.ray/rl2.tar.gz ray_start.txt | awk '{print $5}' | cut -d: -f1)" != \
    "$(tar -tvzf slurm_outputs/ray-rl2-rl3/points/*.ray/rl3.tar.gz ray_start.txt | awk '{print $5}' | cut -d: -f1)" ]
ok $? 'whose keepers had different clocks'
only_ours() # what this test itself has put there
{
    nothing_new "$WORK/before" rlalice
    ! grep -v '/tmp/offset\|/tmp/preload\|/dev/shm/.*faketime_' "$WORK/before.new"
}
wait_for 30 only_ours
ok $? 'nothing is left on any node'

# ---- slurmd itself: it takes the controller's words for old ones
start_slurmd() # OFFSET
{
    "$CLUSTER_SH" stop rl2
    (cd / && env LD_PRELOAD="$fake" FAKETIME="$1" "$CLUSTER_SH" start rl2)
    wait_for 30 is_idle
    ok $? "slurmd of rl2 runs at $1"
}
two=(--nodes 2 --nodelist 'rl1,rl2' --mem 500M --venv "$RAY_ENV" --wait)
start_slurmd +1h
sweep ahead "${two[@]}" -- python fault.py how=good
is "$(row_of rlalice ahead how= state cause)" failed/ray_start 'slurmd an hour ahead: the start of Ray fails'
row_of rlalice ahead how= message >"$WORK/message"
file_has "$WORK/message" 'node rl2: Job credential expired' 'the message has the words of srun and the node'
file_has "$WORK/message" 'do the clocks of the nodes differ' 'and names the clocks'
row_of rlalice ahead how= evidence >"$WORK/evidence"
file_has "$WORK/evidence" 'credential expired' 'the line of the log proves it'
start_slurmd -1h
sweep behind "${two[@]}" -- python fault.py how=good
is_rc 0 'slurmd an hour behind: the point is completed'
wait_for 30 nothing_left rlalice
ok $? 'nothing runs on any node'
finish
