#!/bin/bash
# What a login profile exports, or a setup line sets, must not change what a job's script does. The
# faults: TMOUT ended the entrypoint once it had run that long; in POSIX mode bash breaks off "wait"
# as the child ends, and a good job failed with SIGCHLD. Most of it is waiting, so all run at once.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir "$WORK/play" && cd "$WORK/play" || exit 1

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
finish
