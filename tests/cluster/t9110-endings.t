#!/bin/bash
# How points end, on real Slurm: each ending gives its own state and cause, in the table,
# in JSON, and as exit code 1.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9110)
cd "$folder" || exit 1
cat >end.py <<'PY'
import os, signal, sys, time
how = dict(word.split("=", 1) for word in sys.argv[1:])["how"]
line = 'TMGG_RESULT:{"status":"%s","metrics":{"val_loss":1}}'
if how == "exit3":
    print(line % "completed" if False else "no line"); sys.exit(3)
elif how == "traceback":
    raise ValueError("the learning rate is a teapot")
elif how == "no_result":
    print("all is well, but nothing is said")
elif how == "reported":
    print(line % "failed")
elif how == "line_then_kill":
    print(line % "completed", flush=True); os.kill(os.getpid(), signal.SIGKILL)
elif how in ("cancelled", "time_limit"):
    time.sleep(600)
else:
    print(line % "completed")
PY
chmod -R a+rX .
common=(--nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 500M --shared)
state_of() { # NAME POINT-GLOB KEY
    as_user rlalice raylaunch status "$1" --json 2>/dev/null | python3 -c 'import json, sys
for line in sys.stdin:
    row = json.loads(line)
    if sys.argv[1] in row["point"]:
        print(row[sys.argv[2]])' "$2" "$3"
}

run as_user rlalice raylaunch sweep "${common[@]}" --time 10 --no-ray --name ends --wait -- \
    python3 end.py how=exit3,traceback,no_result,reported,line_then_kill,good
is_rc 1 'a sweep with failed points gives 1'
err_has '6 points = 2 completed \+ 4 failed' 'the points add up'
is "$(state_of ends how=exit3 state)/$(state_of ends how=exit3 cause)" failed/entrypoint_exit 'exit 3'
is "$(state_of ends how=exit3 exit_code)" 3 'and its exit code is kept'
is "$(state_of ends how=traceback state)/$(state_of ends how=traceback cause)" failed/entrypoint_exit 'a traceback'
state_of ends how=traceback message | grep -q 'ValueError: the learning rate is a teapot'
ok $? 'and its last line is shown'
is "$(state_of ends how=no_result state)/$(state_of ends how=no_result cause)" failed/no_result 'no result line'
is "$(state_of ends how=reported state)/$(state_of ends how=reported cause)" failed/reported_failed 'a line with status failed'
is "$(state_of ends how=line_then_kill state)" completed 'a result line and then a kill is completed'
grep -q 'how=line_then_kill.*warning' "$err"
ok $? 'with a warning'
out_has 'no_result' 'the table names the cause'

run as_user rlalice raylaunch sweep "${common[@]}" --time 10 --no-ray --name stopped -- \
    python3 end.py how=cancelled
is_rc 0 'a detached sweep'
is "$(cat "$out")" stopped 'prints its name alone'
is_running() { [ "$(state_of stopped cancelled state)" = running ]; }
wait_for 30 is_running
ok $? 'it runs'
as_user rlalice scancel "$(state_of stopped cancelled job_id)"
run as_user rlalice raylaunch wait stopped
is_rc 1 'wait tells of a cancelled point'
is "$(state_of stopped cancelled state)" cancelled 'scancel'

run as_user rlalice raylaunch sweep "${common[@]}" --time 1 --no-ray --name limited --timeout 0 -- \
    python3 end.py how=time_limit
run as_user rlalice raylaunch sweep "${common[@]}" --time 10 --no-ray --name short --timeout 3 --wait -- \
    python3 end.py how=time_limit
is "$(state_of short time_limit state)/$(state_of short time_limit cause)" timeout/timeout '--timeout'

cat >ray_broken.sh <<'SH'
#!/bin/sh
case "$*" in *start*|*symmetric-run*) echo "ray: out of order" >&2; exit 1 ;; esac
exec "$RAY_REAL" "$@"
SH
mkdir -p bin && cp ray_broken.sh bin/ray && chmod -R a+rx bin
for kind in shared exclusive; do
    nodes=2
    run as_user rlalice raylaunch sweep --nodes $nodes --cpus-per-task 1 --gpus-per-task 0 --mem 1G --time 10 \
        --$kind --setup "export PATH=$folder/bin:$RAY_ENV/bin:\$PATH" --start-timeout 60 \
        --name broken-$kind --wait -- python3 end.py how=good
    is_rc 1 "$kind: ray start that fails gives 1"
    is "$(state_of broken-$kind how=good state)/$(state_of broken-$kind how=good cause)" failed/ray_start \
        "$kind: failed, ray_start"
done

run as_user rlalice raylaunch wait limited
is_rc 1 'wait tells of the time limit'
is "$(state_of limited time_limit state)/$(state_of limited time_limit cause)" timeout/time_limit 'the time limit'
finish
