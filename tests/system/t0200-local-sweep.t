#!/bin/bash
# A sweep on the local scheduler without Ray: points, table, files, typed again, extended,
# retried, collected from the archive.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
cat >fit.sh <<'SH'
for word in "$@"; do eval "${word%%=*}=\${word#*=}"; done
echo "ran $*" >>ran
[ "$b" != 9 ] || [ -e mended ] || exit 3
echo "TMGG_RESULT:{\"metrics\":{\"val_loss\":$a.$b}}"
SH
sweep() { run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 "$@"; }

sweep -- bash fit.sh a=2,1 b=3,4
is_rc 0 'four points are completed'
err_has '^4 points x 1 node x 1 CPU' 'the cost line'
err_has '^0 submitted, 0 already done, 0 running, 4 to be submitted' 'the count line'
err_has '^4 points = 4 completed$' 'the points add up'
name=$(ls slurm_outputs)
[[ $name =~ ^fit-[0-9a-f]{8}$ ]]
ok $? "the sweep's name is the entrypoint's and 8 hex digits ($name)"
is "$(awk 'NR > 1 {print $1, $2}' "$out" | head -n 1)" '1 3' 'the best point stands first'
for file in resolved.yaml points.jsonl journal.jsonl results.jsonl results.csv summary.json "$name.tar.zst" "$name.tar.zst.sha256"; do
    [ -s "slurm_outputs/$name/$file" ]
    ok $? "$file is there"
done
(cd "slurm_outputs/$name" && sha256sum -c --quiet "$name.tar.zst.sha256")
ok $? 'sha256sum agrees with the archive'
is "$(wc -l <"slurm_outputs/$name/results.jsonl")" 4 'four rows'
cp "$out" table
sweep -- bash fit.sh a=2,1 b=3,4
is_rc 0 'typed again'
cmp -s "$out" table
ok $? 'the same table'
is "$(wc -l <ran)" 4 'nothing ran again'
sweep -- bash fit.sh a=2,1 b=3,4,9
is_rc 1 'a failed point gives exit code 1'
err_has '6 points = 4 completed \+ 2 failed \(entrypoint_exit\)' 'two failed'
err_has 'raylaunch retry .* --failed' 'the next step is named'
is "$(wc -l <ran)" 6 'only the new points ran'
sweep -- bash fit.sh a=2,1 b=3,4,9
is "$(wc -l <ran)" 6 'failed points stay when typed again'
touch mended
run "$RAYLAUNCH_BIN" retry --failed
is_rc 0 'retry --failed'
is "$(wc -l <ran)" 8 'runs only the failed ones'
ls slurm_outputs/*/points/*.r2.out >"$out"
is "$(wc -l <"$out")" 2 'as second attempts'
run "$RAYLAUNCH_BIN" status --json
is "$(json_count state completed "$out")" 6 'status tells six completed'
run "$RAYLAUNCH_BIN" collect --json
sort "$out" >rows
run "$RAYLAUNCH_BIN" collect --json "slurm_outputs/$name/$name.tar.zst"
sort "$out" | cmp -s - rows
ok $? 'the archive gives the same rows'
run "$RAYLAUNCH_BIN" archive --verify "slurm_outputs/$name/$name.tar.zst"
is_rc 0 'the archive verifies'
sweep --name "$name" -- bash other.sh a=1
must_fail 'another command under the same name is refused'
rm -f "slurm_outputs/$name"/results.* "slurm_outputs/$name/summary.json"
run "$RAYLAUNCH_BIN" collect
is_rc 0 'results can be made again'
[ -s "slurm_outputs/$name/results.csv" ]
ok $? 'and are there again'
n=$(find "slurm_outputs/$name" -mindepth 1 | wc -l)
[ "$n" -le $((5 * 8 + 20)) ]
ok $? "at most 5 N + 20 files ($n)"

run "$RAYLAUNCH_BIN" run --scheduler local --no-ray --cpus-per-task 1 -- bash -c 'echo hello "$@"; echo "TMGG_RESULT:{}"' x a=1,2
is_rc 0 'run'
out_has '^hello a=1,2$' 'follows the output, splits nothing'
run "$RAYLAUNCH_BIN" run --scheduler local --no-ray --cpus-per-task 1 -- bash -c 'exit 7' x a=1
is_rc 1 'run of a failing point gives 1'
run "$RAYLAUNCH_BIN" logs --sweep "$name" 'a=1' 'b=9'
must_fail 'logs of several points asks for one'

# The options that had other names once: both work, as does each key in a file and in the environment.
for old in --goal --object-store --temp-folder; do
    run "$RAYLAUNCH_BIN" sweep --help
    out_lacks "^ *$old " "--help does not name $old"
done
value() { "$RAYLAUNCH_BIN" config --json "$@" | sed -n 's/.*"key":"\(direction\|object_store_memory\|temp_dir\)","value":\("[^"]*"\).*/\1=\2/p' | tr '\n' ' '; }
wanted='object_store_memory="3G" temp_dir="/var/tmp" direction="max" '
printf 'goal: max\nobject_store: 3G\ntemp_folder: /var/tmp\n' >old.yaml
printf 'direction: max\nobject_store_memory: 3G\ntemp_dir: /var/tmp\n' >new.yaml
is "$(value --file old.yaml)" "$wanted" 'old keys in a file'
is "$(value --file new.yaml)" "$wanted" 'new keys in a file'
is "$(RAYLAUNCH_SET_GOAL=max RAYLAUNCH_SET_OBJECT_STORE=3G RAYLAUNCH_SET_TEMP_FOLDER=/var/tmp value)" "$wanted" 'old variables'
is "$(RAYLAUNCH_SET_DIRECTION=max RAYLAUNCH_SET_OBJECT_STORE_MEMORY=3G RAYLAUNCH_SET_TEMP_DIR=/var/tmp value)" "$wanted" 'new variables'
for options in '--goal max --object-store 3G --temp-folder /var/tmp' '--direction max --object-store-memory 3G --temp-dir /var/tmp'; do
    # shellcheck disable=SC2086 # the options are words
    run "$RAYLAUNCH_BIN" render $options -- true
    is_rc 0 "$options"
    out_has 'rl_temp_folder=/var/tmp' 'the temp folder'
    out_has 'rl_store_mib=3072' 'the object store'
    # shellcheck disable=SC2086 # likewise
    run "$RAYLAUNCH_BIN" collect "slurm_outputs/$name" --metric val_loss ${options%% --object*}
    is "$(awk 'NR == 2 {print $1, $2}' "$out")" '2 9' "the largest stands first with ${options%% --object*}"
done
finish
