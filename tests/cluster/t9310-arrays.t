#!/bin/bash
# --mode array: points are tasks of few job arrays, and everything else sees points: the limit of
# an array's size, retyping, retry of one point, cancel of one task, and an sbatch that lies.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
fault_folder t9310
fault_timeouts MaxArraySize=10
count_state() { as_user rlalice raylaunch status "$1" --json 2>/dev/null | grep -c "\"state\":\"$2\""; }

# ---- more points than an array may have
fault_words many 25 --mode array --wait --no-archive
run as_user rlalice "${words[@]}"
is_rc 0 'MaxArraySize 10: 25 points are done'
is "$(events many submitted)" 3 'in three arrays'
once many 25 'each point ran once'
is "$(find slurm_outputs/many/points -type f -links 2 -name '*.out' | wc -l)" 50 \
    'each point has its output under its own name, without a file more'
[ "$(find slurm_outputs/many -mindepth 1 -printf '%i\n' | sort -u | wc -l)" -le $((5 * 25 + 20)) ]
ok $? 'and no more files than promised'
run as_user rlalice raylaunch collect slurm_outputs/many/points --json
is "$(grep -c '"type":"row"' "$out")" 25 'collected as a folder: a file of two names counts once'
run as_user rlalice "${words[@]}"
is_rc 0 'typed again'
err_has '0 submitted, 25 already done' 'nothing is submitted'

# ---- one point once more
run as_user rlalice raylaunch retry many --all --point i=3 --mode array --wait --no-archive \
    --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray
is_rc 0 'retry of one point'
is "$(row_of rlalice many i=3- attempt state)" 2/completed 'its second attempt is completed'
case $(row_of rlalice many i=3- job_id) in *_0) true ;; *) false ;; esac
ok $? 'as the first task of an array of its own'
is "$(row_of rlalice many i=4- attempt state)" 1/completed 'another has but one'

# ---- one task is cancelled, the others go on
touch hold.held && chown --reference=. hold.held
fault_words held 4 --mode array
run as_user rlalice "${words[@]}"
is_rc 0 'an array is submitted, and nobody waits'
wait_for 20 has_begun held 4
run as_user rlalice raylaunch cancel held --point i=2
is_rc 0 'cancel of one point'
rm hold.held
run as_user rlalice raylaunch wait held
is "$(count_state held completed)/$(count_state held cancelled)" 3/1 'three are completed, one is cancelled'

# ---- the array exists, and sbatch does not say so
fault_sbatch rubbish+
fault_words lied 6 --mode array --wait --no-archive
run with_sbatch "${words[@]}"
is_rc 0 'an sbatch that prints rubbish: the sweep is finished'
is "$(events lied adopted)" 1 'its array is found as a whole'
once lied 6 'each task ran once'

# ---- SIGKILL between the array and its id
fault_sbatch hang+
fault_words killed 6 --mode array --wait --no-archive
as_user_exec rlalice env PATH="$folder/bin:$LAB/prefix/bin:/usr/bin:/bin" "${words[@]}" \
    >"$out" 2>"$err" </dev/null &
raylaunch=$!
wait_for 20 has_begun killed 1
kill -KILL $raylaunch
wait $raylaunch 2>/dev/null
is "$(events killed submitted)" 0 'SIGKILL before sbatch said the id'
run as_user rlalice "${words[@]}"
is_rc 0 'typed again: finished'
is "$(events killed adopted)" 1 'the array was adopted'
once killed 6 'each task ran once'
finish
