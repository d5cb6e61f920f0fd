#!/bin/bash
# shellcheck disable=SC2016,SC2119,SC2120
# plain.sh: plain.sbatch run for real, without Slurm. Bad input first. About a minute.
# shellcheck source=tests/templates/lib.sh
. "$(dirname "$0")/lib.sh"

# ---- the claim
fresh plain.sbatch 'command=["echo","ran"]'
ln -s job-of-another "$P.claim"
start; end
check 'claimed by another job: exit 0' [ "$rc" = 0 ]
check 'claimed by another job: no verdict' [ ! -e "$P.verdict.json" ]
check 'claimed by another job: nothing ran' [ ! -s "$P.out" ]
check 'claimed by another job: says so' grep -q 'already claimed by job job-of-another; this job (local-7) is a duplicate' "$P.err"
fresh plain.sbatch 'command=["echo","ran"]' requeue=1
ln -s local-7 "$P.claim"
start SLURM_RESTART_COUNT=2; end
check 'claimed by itself: runs' grep -qx ran "$P.out"
check 'requeue: start line first' [ "$(head -1 "$P.out")" = 'raylaunch: start 3 of job local-7' ]
check 'requeue: starts counted' [ "$(field starts)" = 3 ]
fresh plain.sbatch 'command=["echo","ran"]'
python3 "$here/render.py" whole/plain.sbatch "base=$work/gone/p" 'command=["echo","ran"]' >"$work/job.sh"
start; end
check 'no folder for the claim: exit 1' [ "$rc" = 1 ]
check 'no folder for the claim: says so' grep -q 'cannot be made' "$P.err"
check 'no folder for the claim: nothing ran' [ ! -s "$P.out" ]

# ---- setup
go plain.sbatch 'setup=["true","false"]' 'command=["echo","ran"]'
check 'failing setup line' verdict failed setup 1
check 'failing setup line is named' grep -q 'setup line 2 (false) failed' <<<"$(field message)"
check 'failing setup line: nothing ran' [ ! -s "$P.out" ]
go plain.sbatch 'setup=["exit 0"]' 'command=["echo","ran"]'
check 'setup line that says exit 0' verdict failed setup 1
go plain.sbatch 'setup=["set -e; false; true"]'
check 'setup line with set -e' verdict failed setup 1
go plain.sbatch 'setup=["echo $NOT_THERE; trap - EXIT TERM; set -e; cd /; export A=b; IFS=:"]' 'command=["sh","-c","pwd; echo $A"]'
check 'setup: unset variables, own traps, cd and export' [ "$rc:$(tr '\n' ' ' <"$P.out")" = '0: / b ' ]
go plain.sbatch 'setup=["echo \u0022q\u0022 \\\\ \u00e4 $(printf \u0027\\\\377\u0027) >&2; false # \u0001"]'
check 'hostile setup line: the verdict is JSON' grep -q 'setup line 1' <<<"$(field message)"
go plain.sbatch venv=/no/such/venv
check 'venv missing' verdict failed setup 1
go plain.sbatch 'modules=["nosuch"]'
check 'module missing' verdict failed setup 1
go plain.sbatch 'setup=["PATH=/nonexistent:$PATH"]' conda=base
check 'conda missing' verdict failed setup 1
go plain.sbatch 'setup=["module() { echo \"ModuleCmd_Load.c(213):ERROR:105: Unable to locate $2\" >&2; }"]' 'modules=["x/1"]'
check 'a module command that fails with 0' verdict failed setup 1
fresh plain.sbatch 'setup=["sleep 20"]'
start
until_in "$P.verdict.json" '"phase":"setup"' 30
sleep 0.2
kill -TERM -- "-$pid"; end
check 'TERM during setup' verdict failed killed 143

# ---- which code runs
echo 'echo ran' >"$work/s p.sh"
go plain.sbatch "command=[\"bash\",\"$work/s p.sh\"]" code=1
check 'code: the sum of the script' [ "$(field code)" = "$(sha256sum <"$work/s p.sh" | cut -c1-64)" ]
go plain.sbatch 'command=["bash","/dev/null"]' code=1
check 'code: no regular file' [ "$(field code)" = null ]
go plain.sbatch 'command=["bash","-c","true"]'
check 'code: a template that knows nothing of it' [ "$(field code)" = null ]

# ---- how the entrypoint ends, exactly
go plain.sbatch 'command=["sh","-c","exit 3"]'
check 'exit 3' verdict failed entrypoint_exit 3
go plain.sbatch 'command=["sh","-c","exit 137"]'
check 'exit 137 is an exit' verdict failed entrypoint_exit 137
check 'exit 137: code, no signal' [ "$(field exit_code) $(field signal)" = '137 null' ]
go plain.sbatch 'command=["sh","-c","kill -9 $$"]'
check 'SIGKILL is a signal' verdict failed entrypoint_signal 137
check 'SIGKILL: signal, no code' [ "$(field exit_code) $(field signal)" = 'null SIGKILL' ]
go plain.sbatch 'command=["sh","-c","sleep 0.3; kill -SEGV $$"]'
check 'SIGSEGV is a signal' [ "$(field exit_code) $(field signal)" = 'null SIGSEGV' ]
go plain.sbatch 'command=["no-such-program"]'
check 'no such program' verdict failed entrypoint_exit 127
go plain.sbatch 'command=["/etc/passwd"]'
check 'not a program' verdict failed entrypoint_exit 126
go plain.sbatch 'command=["sh","-c","exec >&- 2>&-; sleep 0.2; exit 0"]'
check 'stdout closed' verdict completed null 0
check 'nothing is left' nothing_left
check 'at most claim, verdict, out and err' [ "$(find "$work/points" -mindepth 1 | wc -l)" = 4 ]

# ---- words arrive as they are
go plain.sbatch 'command=["printf","%s|","a b","$HOME","`id`","it'"'"'s","","-n","\\n","\"","x\ny","{tmp}","\u00e4"]'
check 'words arrive unchanged' cmp -s "$P.out" <(printf '%s|' 'a b' '$HOME' '`id`' "it's" '' -n '\n' '"' $'x\ny' '{tmp}' ä)
go plain.sbatch 'params_json={"a":"\"$x"}' 'command=["sh","-c","cat \"$RAYLAUNCH_PARAMS_FILE\"; echo $RAYLAUNCH_PARAM_LR ${RAY_ADDRESS-none} $PYTHONUNBUFFERED; stat -c %a \"$(dirname \"$RAYLAUNCH_PARAMS_FILE\")\""]' 'environment={"RAYLAUNCH_PARAM_LR":"0.1"}' 'wrap=["env","W={tmp}"]'
check 'environment and parameters' [ "$(cat "$P.out")" = $'{"a":"\\"$x"}\n0.1 none 1\n700' ]
fresh plain.sbatch 'command=["sh","-c","echo ${RAY_ADDRESS-none}"]'
start RAY_ADDRESS=1.2.3.4:5 RAY_TMPDIR=/x; end
check 'RAY_* of the login shell are gone' [ "$(cat "$P.out")" = none ]

# ---- time and signals
fresh plain.sbatch timeout_seconds=1 'command=["sh","-c","trap \"echo asked; exit 0\" TERM; echo on; while :; do sleep 0.1; done"]'
start; end
check 'timeout: asked to end' grep -qx asked "$P.out"
check 'timeout' verdict timeout timeout 1
fresh plain.sbatch warn_signal=USR1 'command=["sh","-c","trap \"echo warned\" USR1; echo on; n=0; while [ $n -lt 20 ]; do sleep 0.1; n=$((n+1)); done; exit 4"]'
start
until_in "$P.out" on 30
kill -USR1 "$pid"; end
check 'USR1 is passed on' grep -qx warned "$P.out"
check 'USR1: the entrypoint goes on' verdict failed entrypoint_exit 4
fresh plain.sbatch 'command=["sh","-c","echo on; sleep 1; exit 0"]'
start
until_in "$P.out" on 30
kill -USR1 "$pid"; end
check 'USR1 without warn_signal' verdict completed null 0
fresh plain.sbatch 'command=["sh","-c","trap \"echo asked; exit 5\" TERM; echo on; while :; do sleep 0.1; done"]'
start
until_in "$P.out" on 30
kill -TERM "$pid"; end
check 'TERM to the script alone' verdict failed killed 143
check 'TERM is passed on' grep -qx asked "$P.out"
check 'TERM: signal and exit code' [ "$(field signal) $(field exit_code)" = 'SIGTERM 5' ]
fresh plain.sbatch 'command=["sh","-c","echo on; sleep 60"]'
start
until_in "$P.out" on 30
kill -TERM -- "-$pid" $(pgrep -P "$(pgrep -P "$pid" | head -1)"); end
check 'TERM to everything at once' verdict failed killed 143
fresh plain.sbatch 'command=["sh","-c","trap : TERM; echo on; while :; do sleep 1; done"]'
start
until_in "$P.out" on 30
kill -TERM "$pid"
check 'TERM: the verdict is there at once' until_in "$P.verdict.json" '"phase":"ending","state":"failed","cause":"killed"' 3
end
check 'an entrypoint that ignores TERM is killed' verdict failed killed 143

# ---- what the entrypoint leaves behind
go plain.sbatch 'command=["sh","-c","sleep 100 & echo $! >\"$0\"; exit 0","'"$work/daemon"'"]'
check 'a daemon in its group is ended' gone "$(cat "$work/daemon")" 10
check 'a daemon: completed' verdict completed null 0
fresh plain.sbatch 'command=["sh","-c","echo $$ >\"$0\"; trap : TERM; while :; do sleep 1; done","'"$work/daemon"'"]'
start
until_in "$P.verdict.json" '"phase":"entrypoint"' 30
sleep 0.3
kill -KILL "$pid"; end 2>/dev/null
check 'SIGKILL of the script ends the entrypoint' gone "$(cat "$work/daemon")" 30
check 'SIGKILL of the script: the last phase is on disk' [ "$(field phase) $(field state)" = 'entrypoint running' ]
finish
