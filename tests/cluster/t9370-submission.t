#!/bin/bash
# Two raylaunch on the same sweep at once, an sbatch that is no sbatch, and raylaunch typed inside
# a job: no point is lost and none runs twice.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
fault_folder t9370
fault_timeouts

# ---- two raylaunch on the same sweep (three, to be sure)
fault_words together 24 --wait
pids=()
for i in 1 2 3; do
    as_user rlalice "${words[@]}" >"$WORK/together.$i" 2>&1 </dev/null &
    pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=$((failed + 1)); done
is "$failed" 0 'three raylaunch on the same sweep at once: each ends with 0'
[ "$failed" = 0 ] || tail -n 5 "$WORK"/together.* | sed 's/^/#   /'
once together 24 'together: one job a point'

# ---- sbatch prints rubbish, with and without having submitted
fault_sbatch ok rubbish rubbish+ rubbish ok rubbish+
fault_words rubbish 6 --wait
run with_sbatch "${words[@]}"
is_rc 0 'sbatch prints rubbish: the sweep is finished all the same'
once rubbish 6 'rubbish: one job a point'

# ---- sbatch says a job id, then dies; the id is wrong, or right
fault_sbatch dies dies+ ok dies+ dies
fault_words dies 6 --wait
run with_sbatch "${words[@]}"
is_rc 0 'sbatch says a job id and dies: the sweep is finished all the same'
once dies 6 'dies: one job a point'

# ---- sbatch never returns: the user gives up, types again, and sbatch works again
is_gone() { ! kill -0 "$1" 2>/dev/null; }
for signal in TERM KILL; do
    fault_sbatch ok hang+ ok hang ok hang+
    fault_words "hang$signal" 8
    (as_user_exec rlalice env PATH="$folder/bin:$LAB/prefix/bin:/usr/bin:/bin" "${words[@]}" \
        >"$out" 2>"$err" </dev/null) &
    pid=$!
    wait_for 10 test -e calls/5
    sleep 0.3
    kill -$signal $pid
    [ $signal = KILL ] || { sleep 1; kill -$signal $pid 2>/dev/null; }
    wait_for 5 is_gone $pid
    ok $? "sbatch never returns: SIG$signal ends raylaunch"
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    fault_words "hang$signal" 8 --wait
    run as_user rlalice "${words[@]}"
    is_rc 0 'the same command finishes the sweep'
    once "hang$signal" 8 "hang, SIG$signal: one job a point"
done

# ---- raylaunch typed inside a job
fault_words inside 4 --wait
run as_user rlalice sbatch --wait -n 1 --mem 100M -t 5 -o inside.out --wrap "${words[*]@Q}"
is_rc 0 'raylaunch typed inside a job'
out=$folder/inside.out
out_has '4 points = 4 completed' 'and its points are complete'
once inside 4 'inside: one job a point'
finish
