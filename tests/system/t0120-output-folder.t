#!/bin/bash
# The output folder is no source: where it gets a .gitignore, and where not.
# shellcheck disable=SC1091,SC2154 # rc, out and err are harness.sh's
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
sweep() { # OPTION…
    run "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1 --gpus-per-task 0 --no-archive \
        --no-require-result --name s "$@" -- true x a=1
}
sweep
is "$(cat slurm_outputs/.gitignore)" '*' 'the default folder ignores all'
echo mine >slurm_outputs/.gitignore
sweep
is "$(cat slurm_outputs/.gitignore)" mine 'one that is there is kept'
rm slurm_outputs/.gitignore
sweep
is "$(cat slurm_outputs/.gitignore)" '*' 'and one that is gone comes back'
sweep --output-dir deep/er
is "$(cat deep/er/.gitignore)" '*' 'a new folder of another name ignores all, too'
[ ! -e deep/.gitignore ]
ok $? 'but not the one above it'
mkdir project
sweep --output-dir project
is_rc 0 'a sweep in a folder that was there'
[ -d project/s ] && [ ! -e project/.gitignore ]
ok $? 'which gets none'
sweep --output-dir .
is_rc 0 'a sweep beside the code'
[ -d s ] && [ ! -e .gitignore ]
ok $? 'where there is none either'
finish
