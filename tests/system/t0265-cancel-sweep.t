#!/bin/bash
# What `cancel` ends: points that have no job, in whatever queue they stand; and what
# comes back: by retry, not by typing the sweep again. With the local scheduler.
# shellcheck source=tests/system/harness.sh
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1

# A point waits until the file "go" is there.
cat >fit.sh <<'END'
until [ -e go ]; do sleep 0.1; done
echo 'TMGG_RESULT:{"status":"completed","metrics":{"x":1}}'
END
flags='--no-config --scheduler local --no-ray --cpus-per-task 1'
# shellcheck disable=SC2086
sweep() { run "$RAYLAUNCH_BIN" sweep $flags "$@"; }
# shellcheck disable=SC2086
behind() { "$RAYLAUNCH_BIN" sweep $flags --max-concurrent 1 "$@" >/dev/null 2>&1 </dev/null & child=$!; }
json_count() { grep -c "\"$1\":\"$2\"" "$3"; }
attempts() { grep -c '"event":"submitting"' "slurm_outputs/$1/journal.jsonl"; }
wait_for() { for ((i = 0; i < 600; i++)); do "$@" && return; sleep 0.1; done; return 1; }
has_started() { grep -qs '"submitted"' "slurm_outputs/$1/journal.jsonl"; }

# ---- bad input
run "$RAYLAUNCH_BIN" cancel nosuch
is_rc 3 'cancel: there is no such sweep'

# ---- a window that waits elsewhere
behind --name w -- bash fit.sh 'a=range(0,5)'
wait_for has_started w
ok $? 'a sweep waits with a window of one'
"$RAYLAUNCH_BIN" cancel w --json >cancel.json 2>&1
is "$(cat cancel.json)" '{"type":"cancel","sweep":"w","jobs":1,"planned":4}' 'one job and four points'
wait $child
is $? 1 'and the one that waits ends'
run "$RAYLAUNCH_BIN" wait w --json
is_rc 1 'five points'
is "$(json_count state cancelled "$out")" 5 'all are cancelled'
is "$(grep -c '"attempt":null,.*"cause":"by_user"' "$out")" 4 'four before they had a job'
err_has '5 points = 5 cancelled \(by_user\)' 'and it adds up'
is "$(attempts w)" 1 'no more was submitted'
run "$RAYLAUNCH_BIN" status w --why 'a=4*'
out_has 'before it was submitted' 'status --why tells'
out_has 'retry w --cancelled' 'and what to type'
run "$RAYLAUNCH_BIN" status w
out_has '5 cancelled' 'status counts them'

# ---- typed again, with a larger grid
touch go
sweep --name w -- bash fit.sh 'a=range(0,6)'
is_rc 1 'typed again with one more point'
err_has '1 submitted|1 to be submitted' 'the new one runs'
err_has '5 cancelled stay so: raylaunch retry w --cancelled' 'the others stay, and it is said'
is "$(attempts w)" 2 'in the journal, too'
run "$RAYLAUNCH_BIN" retry w --failed --dry-run --json
is "$(wc -l <"$out")" 0 'retry --failed takes none'
run "$RAYLAUNCH_BIN" retry w --cause by_user --dry-run --json
is "$(grep -c '"state":"cancelled","cause":"by_user"' "$out")" 5 'they have a cause'
run "$RAYLAUNCH_BIN" retry w --cancelled
is_rc 0 'retry --cancelled'
is "$(attempts w)" 7 'runs the five'
run "$RAYLAUNCH_BIN" cancel w --json
is "$(cat "$out")" '{"type":"cancel","sweep":"w","jobs":0,"planned":0}' 'a sweep that has ended'
run "$RAYLAUNCH_BIN" status w --json
is "$(json_count state completed "$out")" 6 'stays as it is'

# ---- single points, one of which waits in a queue
rm go
behind --name p -- bash fit.sh 'a=range(0,4)'
wait_for has_started p
run "$RAYLAUNCH_BIN" cancel p --point a=2
is_rc 0 'one point that has no job'
out_has '0 jobs of p; 1 points? that had none' 'is what it says'
run "$RAYLAUNCH_BIN" cancel p --state planned --point a=3 --json
is "$(cat "$out")" '{"type":"cancel","sweep":"p","jobs":0,"planned":1}' 'and one by its state'
touch go
wait $child
run "$RAYLAUNCH_BIN" status p --json
is "$(grep '"state":"cancelled"' "$out" | grep -o '"params":{"a":".' | tr -dc 0-9)" 23 'these two are cancelled'
is "$(json_count state completed "$out")" 2 'the others ran'

# ---- a terminal, and no name
rm go
behind --name t -- bash fit.sh 'a=range(0,3)'
wait_for has_started t
cat >answer.py <<'END'
import os, pty, sys
said = b""
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
while b"[y/N]" not in said:
    try:
        more = os.read(fd, 1000)
    except OSError:
        more = b""
    if not more:
        break
    said += more
else:
    os.write(fd, sys.argv[1].encode() + b"\n")
try:
    while True:
        more = os.read(fd, 1000)
        if not more:
            break
        said += more
except OSError:
    pass
sys.stdout.write(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
run python3 answer.py n "$RAYLAUNCH_BIN" cancel
is_rc 2 'cancel alone, at a terminal, and "n"'
out_has "cancel 1 job and 2 points that are not submitted of 't'\\? \\[y/N\\]" 'it asks, and says of what'
! grep -q '"event":"cancel' slurm_outputs/t/journal.jsonl
ok $? 'nothing is cancelled'
run python3 answer.py y "$RAYLAUNCH_BIN" cancel
is_rc 0 '"y"'
wait $child
run "$RAYLAUNCH_BIN" status t --json
is "$(json_count state cancelled "$out")" 3 'cancels all'
run python3 answer.py n "$RAYLAUNCH_BIN" cancel t
is_rc 0 'with a name nobody is asked'
out_lacks 'y/N' 'for few jobs'

# ---- no terminal, no name: the newest, as ever
run "$RAYLAUNCH_BIN" cancel
is_rc 0 'cancel alone in a script'
finish
