#!/bin/bash
# make-transcripts.sh [FOLDER]: type the commands of docs/transcripts/*.txt again and write what
# is printed now (default: into the same files; tests/system/t0900-transcripts.t compares).
#
# In a transcript, lines that begin with "$ " are commands and lines that begin with "# " are
# comments; everything else is output, stdout and stderr as they come. The commands of one file
# run in one shell, in a fresh folder that holds docs/examples/fit.sh. Job ids, times, sums and
# sizes are replaced by fixed ones, progress lines are left out.
# The program is RAYLAUNCH_BIN, by default build/release/raylaunch.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${RAYLAUNCH_BIN:-$here/../build/release/raylaunch}")
folder=${1:-$here/transcripts}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/raylaunch-transcripts.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/bin"
ln -s "$program" "$scratch/bin/raylaunch"

normalise()
{
    sed -E \
        -e "s#$scratch/home#/home/you#g" \
        -e '/^[0-9]+ of [0-9]+ final: /d' \
        -e '/warning: .* may be a login node;/d' \
        -e '/^quota: /d' \
        -e 's/local-[0-9a-f]{12}/local-0123456789ab/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/2026-01-01T00:00:00Z/g' \
        -e 's/\b[0-9a-f]{64}\b/SHA256/g' \
        -e 's/[0-9]+ bytes in [0-9]+/NNN bytes in NNN/g' \
        -e 's/^raylaunch: \[ *[0-9.]+s\]/raylaunch: [  0.0s]/' \
        -e 's/(, job [^ ]+, on ).*/\1node7/' \
        -e 's/([ |])[0-9]+s( |$)/\10s\2/g' \
        -e 's/[[:space:]]+$//'
}

# Commands and comments of a transcript as a shell script that shows what it types.
script_of()
{
    awk -v quote="'" '
        function show(line, blank) { # $? stays what it was
            gsub(quote, quote "\\" quote quote, line)
            printf "rc=$?; printf \"%s%%s\\n\" %s; (exit $rc)\n", blank ? "\\n" : "", quote line quote
        }
        /^# / {show($0, seen++); is_said = 1}
        /^\$ / {show($0, !is_said && seen++); print substr($0, 3); is_said = 0}' "$1"
}

for file in "$here"/transcripts/*.txt; do
    name=$(basename "$file")
    rm -rf "${scratch:?}/home" && mkdir -p "$scratch/home/exp"
    cp "$here/examples/fit.sh" "$scratch/home/exp"
    script_of "$file" >"$scratch/script"
    (
        cd "$scratch/home/exp"
        # A machine with GPUs would offer one to each local point; a cluster would tell its limits.
        env -i SLURM_CONF=/dev/null HOME="$scratch/home" PATH="$scratch/bin:$PATH" LC_ALL=C.UTF-8 TERM=dumb \
            RAYLAUNCH_SET_GPUS_PER_TASK=0 bash "$scratch/script" </dev/null 2>&1
    ) | normalise >"$scratch/$name"
    mv "$scratch/$name" "$folder/$name"
done
