#!/bin/bash
# collect: results that stand in the logs of Ray's workers only, in folders that nobody submitted with
# raylaunch; and collect --wait. What would go wrong: a row for each of Ray's own log files, a result
# that is not marked, a table before the sweep has ended.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1

hex=e32100bada3a48d3ad54108eb8aaa700454bd342cbb07aec562296f8
session=old/session_2026-11-21_14-14-01_1/logs
mkdir -p "$session" old/jobs/x.ray
echo 'raylet talk TMGG_RESULT:{"metrics":{"loss":9}}' >"$session/raylet.out"
echo 'TMGG_RESULT:{"metrics":{"loss":0.25}}' >"$session/worker-$hex-01000000-12.out"
echo 'no result' >"$session/worker-$hex-01000000-13.out"
echo 'an error' >"$session/worker-$hex-01000000-13.err"
echo 'a job without a line' >old/jobs/x.out
printf 'Traceback (most recent call last):\nValueError: bad lr\n' >old/jobs/y.out
printf 'TMGG_RESULT:{"status":"failed","error_message":"diverged"}\n' >old/jobs/z.out
tar czf old/jobs/x.ray/n1.tar.gz --transform "s|.*/|r/|" "$session/worker-$hex-01000000-12.out"
member() # ROW KEY: of the row whose point is ROW
{
    python3 -c 'import json, sys
for line in open(sys.argv[1]):
    row = json.loads(line)
    if row["point"] == sys.argv[2]:
        print(json.dumps(row[sys.argv[3]]))' "$out" "$@"
}

run "$RAYLAUNCH_BIN" collect old --json
is_rc 1 'two of four have failed'
is "$(wc -l <"$out")" 4 'a session is one row, and each output file'
name=session_2026-11-21_14-14-01_1
is "$(member $name state) $(member $name metrics)" '"completed" {"loss": 0.25}' "the session's result"
is "$(member $name output)" "\"$name/logs/worker-$hex-01000000-12.out\"" 'and where it stood'
is "$(member $name warnings)" "[\"the result line was found only in a worker's log\"]" 'and a mark'
is "$(member x state) $(member x metrics)" '"completed" {"loss": 0.25}' 'of an archive beside an output file'
is "$(member x output)" "\"jobs/x.ray/n1.tar.gz#worker-$hex-01000000-12.out\"" 'and where it stood'
is "$(member y evidence)" '{"file": "jobs/y.out", "line": "ValueError: bad lr"}' 'the line that proves a failure'
is "$(member z evidence)" '{"file": "jobs/z.out", "line": "TMGG_RESULT:{\"status\":\"failed\",\"error_message\":\"diverged\"}"}' 'also where it is the result'

run "$RAYLAUNCH_BIN" collect "$session/" --json
is_rc 0 'the logs folder itself'
is "$(member $name metrics)" '{"loss": 0.25}' 'is that session'
rm "$session/worker-$hex-01000000-12.out"
run "$RAYLAUNCH_BIN" collect "${session%/logs}" --json
is_rc 1 'a session without a result'
is "$(member $name state) $(member $name cause)" '"failed" "no_result"' 'is a row that says so'
printf garbage >old/jobs/x.ray/n1.tar.gz
run "$RAYLAUNCH_BIN" collect old/jobs --json
is "$(member x cause)" '"no_result"' 'a damaged archive holds no result'
member x warnings | grep -q "cannot read .*n1.tar.gz"
ok $? 'and that is said'

# ---- collect --wait
run "$RAYLAUNCH_BIN" collect old --wait
is_rc 2 '--wait is for sweeps'
err_has 'has no journal' 'and the message says why'
run "$RAYLAUNCH_BIN" sweep --scheduler local --detach --no-ray --name slow -- \
    sh -c 'sleep 1; echo "TMGG_RESULT:{\"metrics\":{\"loss\":1}}"' n=1
is_rc 0 'a detached sweep'
run "$RAYLAUNCH_BIN" collect slow --wait --offline
is_rc 2 '--wait and --offline'
run "$RAYLAUNCH_BIN" collect slow --wait --json
is_rc 0 'collect --wait'
is "$(grep -c '"state":"completed"' "$out")" 1 'gives the table of the end'
err_has '1 point = 1 completed' 'and the count'
finish
