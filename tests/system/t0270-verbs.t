#!/bin/bash
# What keeps a mistake small, and what comes after it: --smoke, --fail-fast, --retries, retry by
# cause and with factors, its dry run, cancel of several sweeps; bad options first.
# shellcheck disable=SC1091,SC2154,SC2016 # rc, out and err are harness.sh's
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
cat >fit.sh <<'SH'
# fit.sh a=N: fails from 3 on
echo "$1" >>ran
[ "${1#a=}" -lt 3 ] || { echo "ValueError: $1 is too large" >&2; exit 4; }
echo "TMGG_RESULT:{\"metrics\":{\"x\":${1#a=}}}"
SH
sweep() { # NAME OPTION… -- WORDS…
    local name=$1
    shift
    run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --gpus-per-task 0 --mem 1000M \
        --max-concurrent 1 --no-archive --name "$name" "$@"
}
again() { run "$RAYLAUNCH_BIN" retry "$@"; }
ran() { tr '\n' ' ' <ran; }

# ---- what cannot be
sweep no --after 12 -- bash fit.sh a=1
is_rc 2 '--after on the local scheduler'
err_has 'cannot start jobs after others .*: run one command after the other' 'says what to do'
sweep no --collect-job -- bash fit.sh a=1
is_rc 2 '--collect-job on the local scheduler'
sweep no --fail-fast x -- bash fit.sh a=1
is_rc 2 '--fail-fast takes a number'
[ ! -e slurm_outputs/no ] && [ ! -e ran ]
ok $? 'and nothing was made'

# ---- --fail-fast
sweep fast --fail-fast 2 -- bash fit.sh a=1,3,4,5,6
is_rc 1 '--fail-fast 2'
is "$(ran)" 'a=1 a=3 a=4 ' 'two fail, and the rest is not begun'
err_has '2 points ended the same way, failed \(entrypoint_exit\)' 'the way is named'
err_has "the first was 'a=3-[0-9a-f]{12}': .*ValueError: a=3 is too large; its log: '/" 'and a point, and its log'
err_has '2 points are held back: type the command again' 'and how to go on'
err_has '5 points = 1 completed \+ 2 failed \(entrypoint_exit\) \+ 2 planned' 'they add up'
run "$RAYLAUNCH_BIN" wait fast
is_rc 1 'wait'
err_has '2 points are not submitted, and .wait. submits none' 'wait tells of the held ones'
sweep fast -- bash fit.sh a=1,3,4,5,6
is "$(ran)" 'a=1 a=3 a=4 a=5 a=6 ' 'typed again, the held ones run'

# ---- --smoke
rm ran
sweep smoke --smoke -- bash fit.sh a=3,1,2
is_rc 1 '--smoke with a bad first point'
is "$(ran)" 'a=3 ' 'runs it alone'
err_has "the first point 'a=3-[0-9a-f]{12}' ended as failed \(entrypoint_exit\), so 2 more are not submitted" 'and says why'
sed -i 's/-lt 3/-lt 4/' fit.sh
again smoke --point a=3
is_rc 0 'corrected, the first one again'
sweep smoke --smoke -- bash fit.sh a=3,1,2
is_rc 0 'and the command again'
is "$(ran)" 'a=3 a=3 a=1 a=2 ' 'the rest runs, the first not again'

# ---- retry
sed -i 's/-lt 4/-lt 3/' fit.sh
rm ran
again fast
is_rc 2 'retry of nothing said'
again fast --failed --mem-factor much
is_rc 2 'a factor that is none'
again fast --failed --mem-factor 0
is_rc 2 'a factor of 0'
again fast --failed --mem-factor 2 --mem 4G
is_rc 2 'a factor and a size'
again fast --failed --time-factor 2 --time 10
is_rc 2 'a factor and a time'
again fast --state runing
is_rc 2 'a state that is none'
again fast --cause import_error --dry-run
is_rc 0 'a cause that no point has'
is "$(cat "$out")" '' 'takes none'
again fast --cause entrypoint_exit --mem-factor 1.5 --time-factor 2 --dry-run
is_rc 0 'retry --dry-run'
is "$(grep -c ' failed (entrypoint_exit) *2  1000M -> 1500M  *08:00:00 -> 16:00:00$' "$out")" 4 'a table: old and new'
again fast --failed --point a=3 --mem-factor 1.5 --dry-run --json
is "$(sed 's/-[0-9a-f]\{12\}"/"/' "$out")" '{"type":"retry","point":"a=3","attempt":2,"state":"failed","cause":"entrypoint_exit","memory":"1000M","new_memory":"1500M","time":"08:00:00","new_time":"08:00:00","exclude":""}' 'as JSON'
[ ! -e ran ]
ok $? 'and nothing ran'
again fast --failed --point a=3 --mem-factor 1.5
is_rc 1 'retry with a factor'
is "$(ran)" 'a=3 ' 'runs one'
again fast --failed --mem-factor 1.5 --dry-run
is "$(grep -c ' 3  1500M -> 2250M ' "$out")" 1 'factors compound'
is "$(grep -c ' 2  1000M -> 1500M ' "$out")" 3 'each point from its own'
again fast --failed --point a=3 --dry-run
out_has ' 3  1500M ' 'without a factor it keeps what it got'
sweep fast -- bash fit.sh a=1,3,4,5,6
err_lacks 'ran with something else' 'and that is no change of the sweep'

# An output folder whose name begins like the origin of what was typed.
sweep word --output-dir flags -- bash fit.sh a=3
is_rc 1 'a sweep in the folder flags'
again flags/word --failed --mem-factor 1.5 --time-factor 2 --dry-run
is_rc 0 'a size of its resolved.yaml is not one that was typed'
out_has ' 2  1000M -> 1500M  *08:00:00 -> 16:00:00$' 'and both factors count'
again flags/word --failed --mem 2000M --dry-run
out_has ' 2  1000M -> 2000M ' 'and a size that is typed'
rm -r flags

# ---- --retries
cat >slow.sh <<'SH'
echo "$1" >>slow
[ "$(wc -l <slow)" = 2 ] || exec sleep 60
echo 'TMGG_RESULT:{}'
SH
sweep late --timeout 2 --retries 1 --retry-delay 0 -- bash slow.sh a=1
is_rc 0 '--retries 1: it has a second attempt'
is "$(wc -l <slow)" 2 'and no more'
is "$(grep -o '"timeout":"[^"]*"' slurm_outputs/late/journal.jsonl | paste -sd ' ')" '"timeout":"2" "timeout":"3"' 'with 1.5 times the time'
err_has '1 point is tried again \(--retries\)' 'which is said'

# ---- cancel of several
for name in one two; do
    "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --name $name --detach --quiet --json -- \
        bash -c 'sleep 60' x a=1,2 >$name.json 2>/dev/null
done
is "$(grep -v '"type":"plan"' two.json)" '{"type":"sweep","sweep":"two","name":"two","submitted":0}' \
    'detached, the name under its new and its old key'
lives() { [ "$("$RAYLAUNCH_BIN" status "$1" --json 2>/dev/null | grep -c '"state":"running"')" -ge 1 ]; }
left=100
until { lives one && lives two; } || [ $((left -= 1)) = 0 ]; do sleep 0.1; done
run "$RAYLAUNCH_BIN" cancel one nosuch --yes
is_rc 3 'cancel: one of the sweeps is not there'
lives one
ok $? 'so nothing is cancelled'
run "$RAYLAUNCH_BIN" cancel one two --yes --json
is_rc 0 'cancel of two sweeps'
is "$(grep -c '^{"type":"cancel","sweep":"\(one\|two\)","jobs":[12],"planned":0}$' "$out")" 2 'says each'
run "$RAYLAUNCH_BIN" cancel 4711
is_rc 3 'cancel of a job that no sweep has'
err_has 'scancel 4711' 'names scancel'
for name in one two; do "$RAYLAUNCH_BIN" wait $name >/dev/null 2>&1; done

# ---- a folder that others wrote: its words go into commands, names of files and terminals
mkdir -p odd/deep
cp -r slurm_outputs/fast odd/deep/fast
evil='\\u001b[31m\\u202e'
sed -i -e "s|\"event\":\"sweep\",\"name\":\"fast|&/../../evil$evil|" \
    -e "s/\"job_id\":\"[^\"]*/&$evil/; s/\"cause\":\"[^\"]*/&$evil/; s/\"raw_state\":\"[^\"]*/&$evil/" odd/deep/fast/journal.jsonl
grep -q u001b odd/deep/fast/journal.jsonl
ok $? 'a journal with hostile words'
id=$(sed -n '1s/.*"point":"\([^"]*\)".*/\1/p' odd/deep/fast/points.jsonl)
for verb in 'status --all' "status --why $id" 'cancel' 'cancel --json' 'collect --format csv' 'retry --all --dry-run' 'archive' \
    'logs --sweep'; do
    # shellcheck disable=SC2086 # words
    run "$RAYLAUNCH_BIN" $verb odd/deep/fast
    cat "$out" "$err" >both
    ! grep -q -e "$(printf '\033')" -e "$(printf '\342\200\256')" both
    ok $? "$verb: nothing of them reaches a terminal"
done
is "$(find odd -name '*.tar.zst')" odd/deep/fast/fast.tar.zst 'the archive lies in the folder and has its name'
run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --points $'no\n"such"\\' --json -- ./fit.sh
is_rc 6 'a file of points with an odd name'
err_has '^\{"type":"error","kind":"file","code":6,"message":"cannot open .no\\n\\"such\\"\\\\.: ' 'escaped'
finish
