#!/bin/bash
# What a login profile exports, or a setup line sets, must not change what a job's script does. The
# faults: TMOUT ended the entrypoint once it had run that long; in POSIX mode bash breaks off "wait"
# as the child ends, and a good job failed with SIGCHLD. Most of it is waiting, so all run at once.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
table=$(cd "$(dirname "$0")/../fixtures" && pwd)/surroundings.txt
mkdir "$WORK/play" "$WORK/tmp" && cd "$WORK/play" || exit 1

whats=() wanted=()
sweep() { # WANTED WHAT [NAME=VALUE…] -- OPTION… -- COMMAND…; wanted: exit code/row's exit code/signal
    local number=${#whats[@]} environment=()
    wanted+=("$1") whats+=("$2")
    shift 2
    while [ "$1" != -- ]; do
        environment+=("$1")
        shift
    done
    shift
    {
        env ${environment[@]+"${environment[@]}"} "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray \
            --no-require-result --name "s$number" "$@" >"log$number" 2>&1 </dev/null
        echo $? >"rc$number"
    } &
}

sweep 0/0/null 'TMOUT=1 in the environment: an entrypoint of 2.3 s ends by itself' TMOUT=1 -- -- \
    sh -c 'sleep 2.3; echo done'
sweep 1/3/null 'a setup line that makes TMOUT readonly: with its own exit code' TMOUT=1 -- \
    --setup 'readonly TMOUT=1' -- sh -c 'sleep 2.3; exit 3'
sweep 0/0/null 'a setup line that exports TMOUT' -- --setup 'export TMOUT=1' -- sh -c 'sleep 2.3'
for code in 3 137; do
    sweep 1/$code/null "POSIXLY_CORRECT in the environment: exit code $code" POSIXLY_CORRECT=1 -- -- \
        sh -c "sleep 0.2; exit $code"
done
sweep 0/0/null 'POSIXLY_CORRECT in the environment: exit code 0' POSIXLY_CORRECT=1 -- -- sleep 0.2
sweep 1/5/null 'a setup line that turns POSIX mode on' -- --setup 'set -o posix' -- sh -c 'sleep 0.2; exit 5'
sweep 1/6/null 'POSIXLY_CORRECT by --env' -- --env POSIXLY_CORRECT=1 -- sh -c 'sleep 0.2; exit 6'
sweep '1/137/"SIGKILL"' 'an exported SHELLOPTS with posix: a signal is told as a signal' SHELLOPTS=posix -- -- \
    sh -c 'sleep 0.2; kill -KILL $$'
wait

seen() { sed -n "s/.*\"$2\":\\([^,}]*\\).*/\\1/p" "slurm_outputs/s$1/results.jsonl"; }
for number in "${!whats[@]}"; do
    is "$(cat "rc$number")/$(seen "$number" exit_code)/$(seen "$number" signal)" "${wanted[number]}" "${whats[number]}"
done

# ---- the table, each alone: the script as the scheduler runs it, but begun in another folder
# shellcheck disable=SC2016 # for the shell in the job
printf 'echo "in $(pwd)"\nsleep 0.1\nexit 3\n' >fit.sh
options=(--no-config --scheduler local --no-ray --no-require-result --temp-folder "$WORK/tmp" --name table)
run "$RAYLAUNCH_BIN" sweep "${options[@]}" -- sh fit.sh
is_rc 1 'a program that ends with exit code 3'
points=$PWD/slurm_outputs/table/points
begin() { # NUMBER KIND LINE
    local setup=() environment=(RAYLAUNCH_LOCAL_JOB=local-7)
    case $2 in
    env*) environment+=("$3") ;;
    profile*)
        printf '%s\n' "$3" >"profile$1"
        environment+=("BASH_ENV=$PWD/profile$1")
        ;;
    setup*) setup=(--setup "$3") ;;
    esac
    "$RAYLAUNCH_BIN" render "${options[@]}" ${setup[@]+"${setup[@]}"} -- sh fit.sh "row=$1" >"row$1.sbatch" 2>/dev/null
    chmod 755 "row$1.sbatch"
    (
        script=$PWD/row$1.sbatch
        cd / && exec env "${environment[@]}" "$script"
    ) >"$points/$1.out" 2>"$points/$1.err" </dev/null
    echo "$?" >"$points/$1.rc"
}
told() { # NUMBER: what the verdict and the output say
    cat "$points/row=$1"-*.verdict.json |
        sed 's/.*"state":"\([a-z]*\)","cause":"\([a-z_]*\)".*"exit_code":\([^,]*\),"signal":\([^,]*\),.*/\1 \2 \3 \4/'
    grep '^in ' "$points/$1.out"
}
lines=()
while IFS= read -r line; do
    case $line in '' | '#'*) ;; *) lines+=("$line") ;; esac
done <"$table"
[ ${#lines[@]} -ge 60 ]
ok $? "${#lines[@]} ways"
for number in "${!lines[@]}"; do
    begin "$number" "${lines[number]%% *}" "${lines[number]#* }" &
    [ $((number % 4)) != 3 ] || wait
done
wait
for number in "${!lines[@]}"; do
    is "$(cat "$points/$number.rc") $(told "$number")" "3 failed entrypoint_exit 3 null
in $PWD" "${lines[number]}" || sed 's/^/#   /' "$points/$number.err"
done
[ ! -e hacked ] && [ ! -e /hacked ]
ok $? 'none of them ran anything'
is "$(ls -A "$WORK/tmp")" '' 'nothing is left'

# ---- all together, by the scheduler
environment=() setup=()
for line in "${lines[@]}"; do
    case $line in
    'env '*) environment+=("${line#env }") ;;
    'profile '*) echo "${line#profile }" >>profile ;;
    'setup '*) setup+=(--setup "${line#setup }") ;;
    esac
done
run env "${environment[@]}" "BASH_ENV=$PWD/profile" "$RAYLAUNCH_BIN" sweep "${options[@]}" --name all "${setup[@]}" -- sh fit.sh
is "$(sed -n 's/.*"exit_code":\([^,}]*\).*/\1/p' slurm_outputs/all/results.jsonl)" 3 'all of them together'
is "$(grep '^in ' slurm_outputs/all/points/*.out)" "in $PWD" 'in the folder where they were submitted'
finish
