#!/bin/bash
# The script of a job: what stands in it, the claim, and the runtime that it reads. The faults: an
# attempt that runs in two jobs, a job that runs what a neighbour has put into the runtime's folder,
# and one that ends without a word because the folder is gone.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir "$WORK/play" "$WORK/tmp" && cd "$WORK/play" || exit 1

cat >fit.sh <<'SH'
echo ran >>"$RAN"
[ -z "${KEEP:-}" ] || ln "$KEEP" early
echo "TMGG_RESULT:{\"metrics\":{\"a\":\"$A\"}}"
SH
export RAN=$PWD/ran A=
sweep() { # NAME OPTION…
    local name=$1
    shift
    run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --cpus-per-task 1 --fs-grace 1 \
        --temp-folder "$WORK/tmp" --name "$name" "$@" -- bash fit.sh a=1
}

must() { # WHAT CMD…
    local what=$1
    shift
    "$@"
    ok $? "$what"
}
must_not() { # WHAT CMD…
    local what=$1
    shift
    ! "$@"
    ok $? "$what"
}

# ---- one script, begun by hand as often as wanted
sweep s
is_rc 0 'a sweep of one point'
folder=$PWD/slurm_outputs/s
base=$(echo "$folder"/points/*.sbatch)
base=${base%.sbatch}
runtime=$(echo "$folder"/runtime/*)
cp -a "$folder" good
fresh() { # the attempt as it was before its job began
    rm -rf "$folder" ran "$WORK"/tmp/*
    cp -a good "$folder"
    rm -f "$base".claim "$base".verdict.json "$base".out "$base".err
}
start() { run env RAYLAUNCH_LOCAL_JOB=local-7 bash "$base.sbatch"; }
has_run() { [ -e ran ]; }
cause() { sed -n 's/.*"cause":"\{0,1\}\([a-z_]*\).*/\1/p' "$base.verdict.json" 2>/dev/null; }
nothing_left() { [ -z "$(ls -A "$WORK/tmp")" ]; }

# ---- the claim
fresh
ln -s job-of-another "$base.claim"
start
is_rc 0 'claimed by another job: ends well'
err_has 'already claimed by job job-of-another; this job \(local-7\) is a duplicate' 'says so'
must_not 'runs nothing' has_run
must_not 'writes no verdict' test -e "$base.verdict.json"
must 'makes no folder on the node' nothing_left
rm -rf "$runtime"
start
is_rc 0 'so it is without a runtime, too'
must_not 'a duplicate says nothing of it' test -e "$base.verdict.json"
fresh
ln -s local-7 "$base.claim"
start
is_rc 0 'claimed by itself, as after a requeue'
must 'runs' has_run
fresh
: >"$base.claim"
start
is_rc 1 'a claim that is no link'
must_not 'runs nothing' has_run
is "$(cause)" claim 'and its cause is claim'
fresh
rm -rf "$folder/points"
cp good/points/*.sbatch away
run env RAYLAUNCH_LOCAL_JOB=local-7 bash away
is_rc 1 'no folder for the claim'
err_has 'failed: claim: the claim .* cannot be made' 'says so'
must_not 'runs nothing' has_run

# ---- the runtime
fresh
start
is_rc 0 'the runtime as it should be'
must 'runs' has_run
must 'and leaves nothing on the node' nothing_left
grep -q "\"runtime\":\"$(LC_ALL=C sh -c 'cd "$1" && sha256sum README job.sh keeper.py plain.sh ray.sh | sha256sum' sh "$runtime" | cut -d' ' -f1)\"" "$base.verdict.json"
ok $? 'its sum, made as its README says, is in the verdict'
for file in README job.sh keeper.py plain.sh ray.sh; do
    fresh
    chmod u+w "$runtime/$file"
    printf '\ntouch ran\n' >>"$runtime/$file"
    start
    is_rc 1 "$file changed"
    must_not 'nothing runs' has_run
    is "$(cause)" runtime 'the cause is runtime'
done
must 'nothing is left on the node' nothing_left
fresh
chmod u+w "$runtime"/*
tail -c 20 "$runtime/job.sh" >moved
cat "$runtime/keeper.py" >>moved
truncate -s -20 "$runtime/job.sh"
cp moved "$runtime/keeper.py"
start
is "$rc $(cause)" '1 runtime' 'bytes that move from one file to the next are a change'
fresh
mv "$runtime" "$runtime.later"
(sleep 1.2 && mv "$runtime.later" "$runtime") &
sed -i 's/^rl_fs_grace=.*/rl_fs_grace=10/' "$base.sbatch"
start
wait
is_rc 0 'a runtime that shows late is waited for'

fresh
rm -rf "$folder/runtime"
start
is_rc 1 'a runtime that is gone'
python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["message"])' "$base.verdict.json" >message
grep -q "runtime/${runtime##*/} of the sweep is missing or changed, so nothing ran.*raylaunch retry s" message
ok $? 'says in one sentence what to do'

# ---- the copy is what is checked: here it is not what was copied
fresh
# shellcheck disable=SC2317 # the script calls it
timeout() {
    shift
    "$@"
    # shellcheck disable=SC2016 # for the file
    printf 'touch "$RAN.hacked"\n' >"${!#}/plain.sh"
}
export -f timeout
start # by a bash without -p, which takes the function
unset -f timeout
is "$rc $(cause)" '1 runtime' 'a copy that is not as the original'
must_not 'does not run' test -e ran.hacked

# ---- the verdict is replaced, so that who reads it meanwhile has all of one
fresh
rm -f early
KEEP=$base.verdict.json start
is_rc 0 'a run that looks at its own verdict'
grep -q '"phase":"entrypoint","state":"running".*}$' early
ok $? 'which stays as it was, when there is a new one'

# ---- a neighbour swaps the folder while jobs begin
fresh
mkdir bad
cp -a "$runtime" bad/runtime
chmod -R u+w bad
for file in job.sh plain.sh; do
    # shellcheck disable=SC2016 # for the file
    printf 'touch "$RAN.hacked"; exit 0\n' >"bad/runtime/$file"
done
(
    trap 'exit 0' TERM
    while :; do
        mv "$runtime" aside && mv bad/runtime "$runtime" && mv "$runtime" bad/runtime && mv aside "$runtime"
    done
) 2>/dev/null &
neighbour=$!
n_ran=0
n_starts=${RAYLAUNCH_SWAPS:-15}
for _ in $(seq "$n_starts"); do
    rm -f "$base".claim ran
    bash "$base.sbatch" >/dev/null 2>&1 && n_ran=$((n_ran + 1))
done
kill "$neighbour"
wait "$neighbour"
must_not "a neighbour's bytes never run ($n_ran of $n_starts ran the right ones)" test -e ran.hacked

# ---- purged between submission and start: by the bash that the local scheduler finds
rm -rf slurm_outputs bad aside ran
mkdir bin
cat >bin/bash <<'SH'
#!/bin/bash
case $2 in */points/*.sbatch) rm -rf "${2%/points/*}/runtime" ;; esac
exec /bin/bash "$@"
SH
chmod 755 bin/bash
PATH=$PWD/bin:$PATH sweep p
is_rc 1 'a runtime that goes between submission and start'
err_has '1 failed \(runtime\)' 'fails the point, with the cause runtime'
grep -q '"state":"failed".*"cause":"runtime"' slurm_outputs/p/results.jsonl
ok $? 'in its row, too'
run "$RAYLAUNCH_BIN" retry p --cause runtime
is_rc 0 'retry runs it'
runtime=$(echo slurm_outputs/p/runtime/*)
must 'and the runtime is back' test -s "$runtime/job.sh"
is "$(stat -c %a "$runtime/job.sh")" "$(printf %o $((0444 & ~$(umask))))" 'not to be written'

# ---- setup lines stand as they were written, and each is looked at
line() { # WANTED-RC TEXT WHAT LINE…: a sweep whose setup lines these are
    local wanted=$1 text=$2 what=$3 words=() word
    shift 3
    for word in "$@"; do words+=(--setup "$word"); done
    rm -rf slurm_outputs/l
    sweep l "${words[@]}"
    is_rc "$wanted" "$what"
    [ -z "$text" ] || err_has "$text" 'and it is named'
}
line 0 '' 'plain lines' 'export A="x y"' '. /dev/null && true || exit 4' 'cd / ; cd - >/dev/null 2>&1'
# shellcheck disable=SC2016 # a pattern
for text in '^    export A="x y"$' '^    \. /dev/null && true || exit 4$' '^    cd / ; cd - >/dev/null 2>&1$'; do
    grep -q -- "$text" slurm_outputs/l/points/*.sbatch
    ok $? "as it was written: $text"
done
grep -q '"a":"x y"' slurm_outputs/l/results.jsonl
ok $? 'and what they export reaches the program'
line 1 'setup line 2 \(false\) failed with exit code 1' 'a line that fails' true false true
line 0 '' 'a line whose first half fails' 'false; true' 'false || true'
line 1 'setup line 1 \(! true\)|setup line 1 \(eval' 'a line that is not true' '! true'
line 1 'setup line 1 \(exit 0\) ended the script' 'exit' 'exit 0' true
line 1 'setup line 2 \(eval .?return' 'return' true 'return 0' true
line 1 'setup line 1 .* failed' 'an open quote' 'echo "'
line 1 'setup line 1 .* failed' 'a brace that would end the function' '}'
# shellcheck disable=SC2016 # for the job
line 0 '' 'several lines, an if, a here-document' $'if true\nthen\n    A=1\nfi' $'cat <<END\nx\nEND' 'set -eu; IFS=:' '[ "$A" = 1 ]'
must_not 'and nothing of all that ran anything else' test -e hacked

# ---- what it looks like
deep=$PWD/$(printf 'd%.0s' $(seq 300))
deep=${deep:0:100}
mkdir "$deep" && cd "$deep" || exit 1
echo >train.py
run "$RAYLAUNCH_BIN" render --no-config --nodes 4 -- python3 train.py lr=1e-3,1e-2 'seed=range(0,5)'
err_has 'is not in .* yet' 'render tells that the runtime is not there'
grep -v -e '^rl_params=' -e '^rl_command=' -e '^export RAYLAUNCH_PARAM' "$out" >script
[ "$(wc -l <script)" -le 80 ] && [ "$(wc -c <script)" -le 4096 ]
ok $? "README's command: $(wc -l <script) lines, $(wc -c <script) bytes"
[ "$(wc -c <"$out")" -le 6000 ]
ok $? 'so 10,000 of them are less than 60 MB'
bash -n "$out"
ok $? 'it is bash'
if command -v shellcheck >/dev/null; then
    for words in --no-ray '--mode array' '--setup true --env A=b --venv /v'; do
        # shellcheck disable=SC2086 # several
        "$RAYLAUNCH_BIN" render --no-config $words -- python3 train.py lr=1 2>/dev/null >script
        run shellcheck script
        is_rc 0 "shellcheck has no word to say of it ($words)"
    done
fi
cd "$WORK/play" || exit 1

# ---- without a runtime
run "$RAYLAUNCH_BIN" render --self-contained --no-config --scheduler local --no-ray --cpus-per-task 1 --name w -- bash fit.sh a=1
is_rc 0 'a script that holds all it needs'
cp "$out" whole.sbatch
is "$(grep -c runtime "$err")" 0 'nothing is said of a runtime'
mkdir -p slurm_outputs/w/points
rm -f ran
run bash whole.sbatch
is_rc 0 'runs'
must 'the program' has_run
must_not 'and reads no runtime' test -e slurm_outputs/w/runtime

# ---- what the thin script itself says is JSON, whatever a command printed
mkdir "$WORK/said"
# shellcheck disable=SC2016 # what the inner bash expands
run env LC_ALL=C bash -c "$(sed -n '/^rl_fail() {/,/^}/p' "$root/templates/parts/load.sh")"'
rl_point=p rl_attempt=2 rl_job=7 rl_tmp="" rl_base=$1
rl_fail temp_folder "$2"' fail "$WORK/said/p" $'two lines:\ncp: "a\\b"\t] ^ [ \xc3\xa9 \x01'
is "$(python3 -c 'import json, sys; said = json.load(open(sys.argv[1])); print(said["cause"], said["attempt"], said["message"])' \
    "$WORK/said/p.verdict.json")" 'temp_folder 2 two lines:?cp: ?a?b??] ^ [ ?? ?' 'a verdict of the thin script is JSON'

# ---- a template that a user wrote for the version before
for kind in plain ray; do
    run "$RAYLAUNCH_BIN" render --no-config --template "$root/tests/fixtures/templates-0.1.0/$kind.sbatch" -- bash fit.sh a=1
    is_rc 0 "a template of the version before: $kind"
    bash -n "$out"
    ok $? 'is bash'
done
rm -f ran
sweep old --template "$root/tests/fixtures/templates-0.1.0/plain.sbatch" --setup 'export A=old'
is_rc 0 'a sweep with it'
must 'runs' has_run
grep -q '"a":"old"' slurm_outputs/old/results.jsonl
ok $? 'with its setup line'
must_not 'and no runtime is written' test -e slurm_outputs/old/runtime
finish
