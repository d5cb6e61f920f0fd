#!/bin/bash
# The sweep's files under faults: the disk full at any write of the journal, a journal cut at any
# byte, a clock that jumps back, output that appears late. No point is lost and none runs twice.
# RAYLAUNCH_TORTURE=1 takes every cut, not a sample.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
requires slurm 'strace is not installed' command -v strace
requires slurm 'faketime is not installed' command -v faketime
fault_folder t9390
fault_timeouts

# ---- the disk full at any write of the journal: the call number n fails, for n = 1, 2, …
full_once() # N CALL: prints the exit code of the call that met the fault
{
    local name=full$2$1
    fault_words "$name" 2
    as_user rlalice strace -o "strace.$name" -P "$PWD/slurm_outputs/$name/journal.jsonl" \
        -e trace="$2" -e inject="$2:error=ENOSPC:when=$1" "${words[@]}" >"$name.log" 2>&1 </dev/null
    echo "$?" >"$name.rc"
    fault_words "$name" 2 --wait
    as_user rlalice "${words[@]}" >>"$name.log" 2>&1 </dev/null || echo "retyped: $?" >>"$name.rc"
}
for call in write fsync; do
    for n in 1 2 3 4 5 6 7; do
        full_once $n $call &
        [ $((n % 3)) != 0 ] || wait -n
    done
done
wait
met=0 bad=0
for call in write fsync; do
    for n in 1 2 3 4 5 6 7; do
        name=full$call$n
        grep -q INJECTED "strace.$name" || continue
        met=$((met + 1))
        [ "$(cat "$name.rc")" = 6 ] && continue
        bad=$((bad + 1))
        { cat "$name.rc"; tail -n 6 "$name.log"; } | sed "s/^/#   $name: /"
    done
done
[ $met -ge 6 ]
ok $? "the disk full at $met writes and fsyncs of the journal"
is $bad 0 'each time: exit code 6, and the same command finishes the sweep'
bad=0
for name in fullwrite{1..7} fullfsync{1..7}; do
    python3 "$torture/exactly_once.py" . "$name" 2 >"$name.once" || { bad=$((bad + 1)); cat "$name.once"; }
done
is $bad 0 'full: each point ran once'

# ---- the disk really full, at once or after some kB: a small one, mounted on all machines
rooms=(0 8 24 64 96 112 128 160 256) # the runtime alone is some 100
disk=$folder/disk
everywhere()
{
    local node
    "$@" && as_user root "$@" && for node in rl1 rl2 rl3; do node_exec $node root "$@" || return; done
}
on_disk()
{
    as_user rlalice bash -c "cd '$disk' && ${words[*]@Q}" >"$out" 2>"$err" </dev/null
    rc=$?
}
mkdir disk
truncate -s 4M "$WORK/image"
mkfs.ext4 -q -m 0 -O ^has_journal "$WORK/image"
loop=$(losetup -f --show "$WORK/image")
trap 'fault_restore; everywhere umount -l "$disk"; losetup -d "$loop"; rm -rf "$WORK"' EXIT
everywhere mount -o nodelalloc "$loop" "$disk"
ok $? 'a small disk, on all machines'
echo 0 >"/sys/fs/ext4/${loop#/dev/}/reserved_clusters"
cp point.sh disk
chown -R --reference="$folder" disk
codes=() bad=0
for room in "${rooms[@]}"; do
    as_user rlalice dd if=/dev/zero of="$disk/fill" bs=1k 2>/dev/null
    as_user rlalice truncate -s "-${room}K" "$disk/fill"
    fault_words "room$room" 2 --sbatch hold
    on_disk
    codes+=("$rc")
    rm disk/fill
    on_disk
    [ $rc = 0 ] || { bad=$((bad + 1)); show_run; }
done
is $bad 0 "the disk full after ${rooms[*]} kB, then room again: the same command goes on"
[ -z "$(tr -d '06 ' <<<"${codes[*]}")" ] && [[ "${codes[*]}" = 6*0 ]]
ok $? "and said 6 before, if it was not enough (${codes[*]})"
for id in $(jobs_of rlalice); do as_user root scontrol release "$id"; done
wait_for 30 has_no_jobs rlalice
cd disk || exit 1
bad=0
for room in "${rooms[@]}"; do
    python3 "$torture/exactly_once.py" . "room$room" 2 >"$WORK/once" || { bad=$((bad + 1)); cat "$WORK/once"; }
done
is $bad 0 'room: each point ran once'
cd "$folder" || exit 1

# ---- a journal cut at any byte
fault_words cut 2 --wait
run as_user rlalice "${words[@]}"
is_rc 0 'a sweep whose journal is to be cut'
size=$(stat -c %s slurm_outputs/cut/journal.jsonl)
cut_at() # BYTES: a copy of the finished sweep with so much of its journal, typed again
{
    local name=cut$1
    cp -a slurm_outputs/cut "slurm_outputs/$name"
    truncate -s "$1" "slurm_outputs/$name/journal.jsonl"
    fault_words "$name" 2 --wait
    words[-2]='cut' # the command is that of "cut"
    as_user rlalice "${words[@]}" >"$name.log" 2>&1 </dev/null && rm -r "slurm_outputs/$name" "$name.log"
}
step=67
[ -z "${RAYLAUNCH_TORTURE:-}" ] || step=1
cuts=0
for ((at = 0; at <= size; at += step)); do
    cut_at $at &
    cuts=$((cuts + 1))
    [ $((cuts % 4)) != 0 ] || wait
done
wait
shopt -s nullglob
left=(slurm_outputs/cut?*)
is "${#left[@]}" 0 "a journal of $size bytes cut at $cuts places: the same command finishes the sweep"
[ ${#left[@]} = 0 ] || tail -n 12 "${left[0]#*/}.log" | sed 's/^/#   /'
is "$(sort ran.cut | uniq -c | awk '{print $1}' | xargs)" '1 1' 'cut: each point ran once'

# ---- a clock that jumps back: while it waits, and between two calls
late_clock() # CMD…: what time it is says the file clock
{
    as_user rlalice env LD_PRELOAD="$(dpkg -L libfaketime | grep -m 1 'libfaketime\.so')" \
        FAKETIME_TIMESTAMP_FILE="$PWD/clock" FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1 \
        FAKETIME_DONT_RESET=1 "$@"
}
echo +0 >clock
: >hold.clock
fault_words clock 3 --wait --wait-timeout 60
late_clock "${words[@]}" >"$out" 2>"$err" </dev/null &
raylaunch=$!
wait_for 20 has_begun clock 3
echo -1h >clock
sleep 1
rm hold.clock
wait $raylaunch
rc=$?
is_rc 0 'a clock that jumps back an hour while raylaunch waits: the sweep is finished'
once clock 3 'clock: each point ran once'

echo +0 >clock
fault_sbatch ok hang+ hang hang+ hang
fault_words clocks 6
(as_user_exec rlalice env PATH="$folder/bin:$LAB/prefix/bin:/usr/bin:/bin" "${words[@]}" \
    >"$out" 2>"$err" </dev/null) &
raylaunch=$!
wait_for 10 test -e calls/4
sleep 0.3
kill -KILL $raylaunch
wait $raylaunch 2>/dev/null
echo -1h >clock
fault_words clocks 6 --wait --wait-timeout 60
run late_clock "${words[@]}"
is_rc 0 'a clock that jumps back after a SIGKILL: the same command finishes the sweep'
once clocks 6 'clocks: each point ran once'

# ---- verdict and .out appear late (70 s on NFS; here 4 s of a fs_grace of 30 s)
held late 2
rm hold.late
wait_for 20 has_no_jobs rlalice
mv slurm_outputs/late/points slurm_outputs/late/hidden
(sleep 4; mv slurm_outputs/late/hidden slurm_outputs/late/points) &
run as_user rlalice raylaunch wait late --fs-grace 30 --wait-timeout 60
is_rc 0 'verdict and .out that appear late: both points are completed'
once late 2 'late: each point ran once'
finish
