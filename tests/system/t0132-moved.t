#!/bin/bash
# A project that was moved or renamed: who notices, what --here does, and where it is
# refused; other names of the same folder; a journal that --here wrote, read again.
# shellcheck source=tests/system/harness.sh
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
flags='--no-config --scheduler local --no-ray --cpus-per-task 1'
# shellcheck disable=SC2086
sweep() { run "$RAYLAUNCH_BIN" sweep $flags "$@"; }
folders() { grep '"event":"sweep"' "$1/slurm_outputs/m/journal.jsonl" | grep -o '"folder":"[^"]*"' | sed 's/.*project/project/; s/"$//' | tr '\n' ' '; }

mkdir project && cd project || exit 1
cat >fit.sh <<'END'
[ "$1" != a=2 ] || [ -e good ] || exit 3
echo "TMGG_RESULT:{\"status\":\"completed\",\"metrics\":{\"x\":1},\"where\":\"$PWD\"}"
END
sweep --name m -- bash fit.sh a=1,2
is_rc 1 'a sweep with one failed point'
cd .. && mv project 'project 2' && cd 'project 2' || exit 1

# ---- noticed
sweep --name m -- bash fit.sh a=1,2,3
is_rc 2 'typed in the new place: refused'
err_has "started in '.*/project', which is gone .moved or renamed.*not in '.*/project 2'; --here binds" 'and why'
run "$RAYLAUNCH_BIN" retry m --failed
is_rc 2 'retry: refused'
err_has "the folder '.*/project' in which the jobs of sweep 'm' run is gone.*--here" 'and why'
run "$RAYLAUNCH_BIN" retry m --failed --dry-run
is_rc 0 'its dry run is not'
err_has 'is gone.*--here' 'but warns'
run "$RAYLAUNCH_BIN" wait m
is_rc 1 'wait goes on'
err_has "warning: the folder '.*/project' of the jobs of sweep 'm' is gone" 'with a warning'
# shellcheck disable=SC2086
run "$RAYLAUNCH_BIN" sweep $flags --dry-run --name m -- bash fit.sh a=1,2,3
err_has 'warning: the folder .* is gone' 'a dry run of the sweep warns, too'
run "$RAYLAUNCH_BIN" collect m --json
is "$(grep -c '"state":"completed"' "$out")" 1 'what is there can be collected as ever'
is "$(folders .)" 'project ' 'and nothing is written'

# ---- refused
cd .. && mkdir other && cd other || exit 1
run "$RAYLAUNCH_BIN" retry '../project 2/slurm_outputs/m' --failed --here
is_rc 2 '--here where the script is not'
err_has "no 'fit.sh' in '.*/other', so sweep 'm' is not bound" 'names the file'
cd '../project 2' || exit 1
echo true >other.sh
sweep --name m --here -- bash other.sh a=1
is_rc 2 '--here with another command'
is "$(folders .)" 'project ' 'binds nothing'

# ---- bound
touch good
run "$RAYLAUNCH_BIN" retry m --failed --here
is_rc 0 'retry --here'
is "$(folders .)" 'project project 2 ' 'the journal has the new folder'
out_has 'completed' 'the point ran'
grep -qh '"where":".*/project 2"' slurm_outputs/m/points/a=2-*.r2.out
ok $? 'in the new folder'
sweep --name m -- bash fit.sh a=1,2,3
is_rc 0 'typed again: nothing is said any more'
err_lacks 'gone|different|something else' 'of folders'
is "$(grep -c '"submitting"' slurm_outputs/m/journal.jsonl)" 4 'and only what is new ran'
sweep --name m --here -- bash fit.sh a=1,2,3
is "$(folders .)" 'project project 2 ' '--here where it stands: nothing to write'

# ---- by sweep and wait
cd .. && mv 'project 2' project3 && cd project3 || exit 1
sweep --name m --here -- bash fit.sh a=1,2,3,4
is_rc 0 'sweep --here'
is "$(folders .)" 'project project 2 project3 ' 'binds'
cd .. && mv project3 project4 && cd project4 || exit 1
run "$RAYLAUNCH_BIN" wait m --here
is_rc 0 'wait --here'
is "$(folders .)" 'project project 2 project3 project4 ' 'binds'
err_lacks 'gone' 'and warns no more'

# ---- other names of one folder
cd .. && mkdir far && mv project4 far/project5 && ln -s far/project5 project4 && cd far/project5 || exit 1
sweep --name m -- bash fit.sh a=1,2,3,4,5
is_rc 0 'a link stands at the old place: nothing is asked'
is "$(folders .)" 'project project 2 project3 project4 ' 'nor written'
rm ../../project4 && touch ../../project4
sweep --name m -- bash fit.sh a=1,2,3,4,5
is_rc 2 'a file at the old place is no folder'
rm ../../project4 && mkdir ../../project4
sweep --name m -- bash fit.sh a=1,2,3,4,5
is_rc 2 'another folder there'
err_has "go there, or give this one another --name" 'is as it was'
sweep --name m --here -- bash fit.sh a=1,2,3,4,5
is_rc 0 '--here binds a copy, too'
# shellcheck disable=SC2086
run "$RAYLAUNCH_BIN" run $flags --name one -- bash fit.sh a=7
cd .. && mv project5 project6 && cd project6 || exit 1
# shellcheck disable=SC2086
run "$RAYLAUNCH_BIN" run $flags --name one -- bash fit.sh a=7
is_rc 2 'run notices'
# shellcheck disable=SC2086
run "$RAYLAUNCH_BIN" run $flags --here --name one -- bash fit.sh a=7
is_rc 0 'run --here'
finish
