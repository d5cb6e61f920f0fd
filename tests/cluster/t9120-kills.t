#!/bin/bash
# SIGKILL of raylaunch at ten moments of a sweep of four, then the same command: four points,
# four jobs in accounting, no more. The moments are spread over submission and waiting.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require

folder=$(work_folder rlalice t9120)
cd "$folder" || exit 1
cat >point.sh <<'SH'
echo "run $*" >>"$HOME/t9120/ran"
sleep 2
echo "TMGG_RESULT:{\"metrics\":{\"val_loss\":1}}"
SH
chmod -R a+rX .
# shellcheck disable=SC2054 # the commas are the grid's
words=(raylaunch sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray
    --name kills --poll 1 --wait -- bash point.sh lr=0.1,0.01 seed=1,2)

for ms in 25 35 45 60 90 400 1200 3000 7000 12000; do
    (as_user_exec rlalice "${words[@]}" >/dev/null 2>&1) &
    pid=$!
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    n=$(grep -c '"event":"submitted"' slurm_outputs/kills/journal.jsonl 2>/dev/null)
    i=$(grep -c '"event":"submitting"' slurm_outputs/kills/journal.jsonl 2>/dev/null)
    echo "# killed after $ms ms: ${i:-0} intents, ${n:-0} outcomes"
done
run as_user rlalice "${words[@]}"
is_rc 0 'the same command finishes the sweep'
err_has '4 points = 4 completed' 'four completed points'
jobs_in_sacct() { as_user root sacct -n -X -P -a -S now-1hour -o JobName,WorkDir | grep '^kills-' | grep -c 't9120$'; }
has_four() { [ "$(jobs_in_sacct)" -ge 4 ]; }
wait_for 20 has_four # accounting lags
is "$(jobs_in_sacct)" 4 'four jobs in accounting, no more'
is "$(sort ran | uniq -c | awk '$1 != 1' | wc -l)" 0 'no point ran twice'
is "$(sort -u ran | wc -l)" 4 'each ran once'
finish
