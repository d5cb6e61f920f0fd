#!/bin/bash
# SIGKILL of raylaunch, ten times in each of six sweeps of 50 short jobs, and at a sample of its
# system calls around a submission; then the same command: each point has one accepted attempt,
# and that one ran. `make torture` does it with 100 sweeps and at every call.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
requires slurm 'strace is not installed' command -v strace
# Arrays of at most six tasks: so there are moments between the first and the last intent.
fault_timeouts MaxArraySize=6

fault_folder t9400
python3 "$torture/kills.py" "$folder" "${RAYLAUNCH_SWEEPS:-6}" --side-by-side "${RAYLAUNCH_SIDE_BY_SIDE:-6}"
ok $? 'SIGKILL, ten times a sweep: each point ran once, in its one accepted attempt'
for mode in jobs array; do
    fault_folder t9400
    python3 "$torture/every_call.py" "$folder" --mode $mode --step "${RAYLAUNCH_CALL_STEP:-7}"
    ok $? "SIGKILL at system calls around a submission ($mode): each point ran once"
done
wait_for 20 has_no_jobs rlalice
ok $? 'no job is left'
finish
