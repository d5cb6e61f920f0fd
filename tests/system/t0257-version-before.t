#!/bin/bash
# A sweep that the version before the runtime has begun (tests/fixtures/sweep-0.1.0: one point
# completed, one failed) is extended, tried again and collected by this one. The fault: a warning that
# its points ran with another template, or a point that runs again.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
fixture=$(cd "$(dirname "$0")/../fixtures/sweep-0.1.0" && pwd)
mkdir "$WORK/play" && cd "$WORK/play" || exit 1

cat >fit.sh <<'SH'
[ "$1" != a=2 ] || [ -e mended ] || exit 3
echo "TMGG_RESULT:{\"metrics\":{\"loss\":${1#a=}}}"
SH
mkdir slurm_outputs
cp -R "$fixture" slurm_outputs/before
chmod -R u+w slurm_outputs
find slurm_outputs -type f -exec sed -i "s#@FOLDER@#$PWD#g" {} +
sweep() { run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --cpus-per-task 1 --name before -- bash fit.sh "$1"; }

sweep a=1,2
is_rc 1 'typed again: the failed point stays failed'
err_has '^0 submitted, 2 already done' 'and nothing runs'
err_lacks 'template' 'no word of another template'
sweep a=1,2,3
err_has '2 already done' 'extended by a point'
err_has '^3 points = 2 completed \+ 1 failed' 'which completes'
err_lacks 'template' 'no word of another template'
must_have_runtime() { [ -s "$(echo slurm_outputs/before/runtime/*/job.sh)" ]; }
must_have_runtime
ok $? 'and has a runtime'
grep -q '"template":"plain"' slurm_outputs/before/journal.jsonl
ok $? 'the journal names the built-in template'
touch mended
run "$RAYLAUNCH_BIN" retry before --failed
is_rc 0 'the failed point is tried again'
err_has '^3 points = 3 completed' 'and completes'
err_lacks 'template' 'no word of another template'
run "$RAYLAUNCH_BIN" collect before
is_rc 0 'collected'
is "$(grep -c '"event":"submitting"' slurm_outputs/before/journal.jsonl)" 4 'two attempts then, two now'

# another template is told of, then as now
cp "$fixture/../templates-0.1.0/plain.sbatch" mine.sbatch
echo '# mine' >>mine.sbatch
run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --template mine.sbatch --cpus-per-task 1 --name before -- bash fit.sh a=1,2
err_has 'template' 'a template of my own is another one'
finish
