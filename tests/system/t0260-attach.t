#!/bin/bash
# raylaunch attach on this machine: which points can be entered, and what a command finds there.
# shellcheck disable=SC1091,SC2154,SC2016 # rc, out and err are harness.sh's
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
cat >slow.sh <<'SH'
echo begun
while [ ! -e go ]; do sleep 0.1; done
echo "TMGG_RESULT:{}"
SH
attach() { run "$RAYLAUNCH_BIN" attach "$@"; }

attach
is_rc 2 'no point is named'
attach a=1
must_fail 'no sweep is there'
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --name over --setup 'exit 3' -- bash slow.sh a=1
attach --sweep over 'a=*'
is_rc 2 'a point that has ended'
err_has 'is failed, not running' 'is told with its state'
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --name slow --detach \
    --setup "export COLOUR='sea green'" -- bash slow.sh a=1,2
left=100
until [ "$(cat slurm_outputs/slow/points/*.out 2>/dev/null | grep -c begun)" = 2 ] || [ $((left -= 1)) = 0 ]; do sleep 0.1; done
attach 'b=*'
is_rc 2 'a glob that matches nothing'
err_has "no point of 'slow' matches 'b=\*'" 'is told'
attach 'a=?'
is_rc 2 'a glob that matches two running points'
err_has '2 running points' 'is told'
attach --json a=1
is_rc 0 'where is it?'
out_has '^\{"type":"attach","point":"a=1-[0-9a-f]+","job_id":"local-[0-9a-f]+","node":"[^"]+","ray_address":null,"dashboard":null,"temp":"/[^"]+"\}$' 'one object'
temp=$(sed 's/.*"temp":"\([^"]*\)".*/\1/' "$out")
is "$(stat -c %a "$temp" "$temp/env" | xargs)" '700 600' 'its folder and its environment are private'
attach a=1 -- bash -c 'echo "$COLOUR/$RAYLAUNCH_PARAM_A"; pwd; exit 7'
is_rc 7 "the exit code is the command's"
is "$(cat "$out")" "sea green/1
$WORK" 'the environment and the folder are the entrypoint'"'"'s'
err_has '^point a=1-.*, job local-' 'stderr says where'
attach -Q a=2 -- bash -c 'echo "$RAYLAUNCH_PARAM_A"'
is "$(cat "$out" "$err")" 2 'quiet: only the command speaks'
is "$(echo 'echo $((6 * 7))' | "$RAYLAUNCH_BIN" attach -Q a=1)" 42 'without a command: a shell that reads stdin'
attach a=1 -- no-such-program
is_rc 127 'a program that is not there'
# a verdict is a job's word: what is in it must not become options of the command
for file in slurm_outputs/slow/points/a=1*.verdict.json; do
    cp "$file" kept
    sed 's/"nodes":\["[^"]*"/"nodes":["x --uid=0"/' kept >"$file"
    attach a=1 -- true
    is_rc 3 'a verdict with a strange node'
    sed 's/"temp":"[^"]*"/"temp":null/' kept >"$file"
    attach a=1 -- true
    is_rc 3 'a verdict without a temp folder'
    cp kept "$file"
done
touch go
run "$RAYLAUNCH_BIN" wait slow
is_rc 0 'both complete'
[ ! -e "$temp" ]
ok $? 'and the temp folder is gone'

# ---- a daemon that leaves its group and its parents
cat >daemon.py <<'PY'
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open("daemon.pid", "w") as file:
            file.write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
os.wait()
while not os.path.exists("daemon.pid"):
    time.sleep(0.05)
print("TMGG_RESULT:{}")
PY
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --name daemon -- python3 daemon.py a=1
is_rc 0 'a point that leaves a daemon behind'
! grep -qsE '^State:[[:space:]]+[^ZX[:space:]]' "/proc/$(cat daemon.pid)/status"
ok $? 'the daemon has ended with it'
finish
