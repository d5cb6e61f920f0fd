#!/bin/bash
# `--file resolved.yaml` gives the points of the sweep that it was written for.
# shellcheck disable=SC1091,SC2154,SC2016 # rc, out and err are harness.sh's
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
options=(--scheduler local --no-ray --cpus-per-task 1 --gpus-per-task 0 --no-archive --no-require-result)
points() { grep -o '"point":"[^"]*","params":.*' "$1" | sort; }
# same NAME WHAT OPTION… -- WORDS…: standard input goes to the sweep
same() {
    local name=$1 what=$2
    shift 2
    "$RAYLAUNCH_BIN" sweep "${options[@]}" --name "$name" "$@" >/dev/null 2>"$err"
    ok $? "$what: a sweep"
    rm -f rows.csv rows.jsonl
    run "$RAYLAUNCH_BIN" sweep --file "slurm_outputs/$name/resolved.yaml" --dry-run --json
    grep '"type":"point"' "$out" >got
    [ -s got ] && is "$(points got)" "$(points "slurm_outputs/$name/points.jsonl")" "$what: the same points"
    run "$RAYLAUNCH_BIN" sweep --file "slurm_outputs/$name/resolved.yaml"
    err_has '0 submitted' "$what: and nothing runs again"
}
printf 'b,c\n1,"x, y"\n2,\n' >rows.csv
same csv 'rows between parameters and a grid' --points rows.csv --grid 'd=7,"8,9"' -- true x a=1,2 --flag
printf '{"q":null}\n{"p":[1, 2],"q":"\\u00e9\\n"}\n{"r":1e-3}\n{"p":{"base64":"/2E="}}\n' >rows.jsonl
same jsonl 'rows with other keys, and bytes' --points rows.jsonl -- true '{x}'
same pipe 'rows from a pipe' --points - -- true s=0 < <(printf '{"k":1}\n{"k":2}\n')
same grid 'a grid alone' --grid 'a.b=range(0,3)' --grid "s='a,b',c" -- true
same copies 'equal rows' --allow-duplicates --points <(printf 'k\n1\n1\n') -- true
run "$RAYLAUNCH_BIN" run "${options[@]}" --name alone -- true 'a=1,2' "b='x'"
for verb in sweep run; do
    run "$RAYLAUNCH_BIN" $verb --file slurm_outputs/alone/resolved.yaml --dry-run --json
    grep '"type":"point"' "$out" >got
    is "$(points got)" "$(points slurm_outputs/alone/points.jsonl)" "$verb with the file of a run, whose commas are no list: the same point"
done
sed -i 's/^split:.*/split: [x]/' slurm_outputs/alone/resolved.yaml
run "$RAYLAUNCH_BIN" sweep --file slurm_outputs/alone/resolved.yaml --dry-run
is_rc 3 'split: a word that is neither yes nor no'
sed -i 's/^grid:.*/grid: [[1]]/' slurm_outputs/grid/resolved.yaml
run "$RAYLAUNCH_BIN" sweep --file slurm_outputs/grid/resolved.yaml --dry-run
is_rc 3 'a list in the grid'
err_has "each element of 'grid' is a text" 'is refused'
finish
