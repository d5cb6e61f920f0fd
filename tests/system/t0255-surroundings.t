#!/bin/bash
# What a login profile exports, or a setup line sets, must not change what a job's script does. The
# faults: TMOUT ended the entrypoint once it had run that long; in POSIX mode bash breaks off "wait"
# as the child ends, and a good job failed with SIGCHLD.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir "$WORK/play" && cd "$WORK/play" || exit 1

number=0
sweep() { # OPTION… -- COMMAND…
    number=$((number + 1))
    run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --no-require-result \
        --name "s$number" "$@"
}
seen() { sed -n "s/.*\"$1\":\\([^,}]*\\).*/\\1/p" "slurm_outputs/s$number/results.jsonl"; }

export TMOUT=1
sweep -- sh -c 'sleep 2.3; echo done'
is_rc 0 'TMOUT=1 in the environment: an entrypoint of 2.3 s ends by itself'
is "$(seen exit_code)" 0 'with its exit code'
sweep --setup 'readonly TMOUT=1' -- sh -c 'sleep 2.3; exit 3'
is "$rc/$(seen exit_code)" 1/3 'a setup line that makes TMOUT readonly: with its own exit code'
unset TMOUT
sweep --setup 'export TMOUT=1' -- sh -c 'sleep 2.3'
is_rc 0 'a setup line that exports TMOUT'

for code in 0 3 137; do
    POSIXLY_CORRECT=1 sweep -- sh -c "sleep 0.2; exit $code"
    is "$(seen exit_code)/$(seen signal)" "$code/null" "POSIXLY_CORRECT in the environment: exit code $code, no signal"
done
sweep --setup 'set -o posix' -- sh -c 'sleep 0.2; exit 5'
is "$(seen exit_code)" 5 'a setup line that turns POSIX mode on: exit code 5'
sweep --env POSIXLY_CORRECT=1 -- sh -c 'sleep 0.2; exit 6'
is "$(seen exit_code)" 6 'POSIXLY_CORRECT by --env: exit code 6'
number=$((number + 1))
run env SHELLOPTS=posix "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --name "s$number" \
    -- sh -c 'sleep 0.2; kill -KILL $$'
is "$(seen exit_code)/$(seen signal)" '137/"SIGKILL"' 'an exported SHELLOPTS with posix: a signal is told as a signal'
finish
