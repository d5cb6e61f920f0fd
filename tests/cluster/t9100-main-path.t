#!/bin/bash
# The main path on real Slurm and real Ray, as an ordinary user: four points on three-node
# clusters, exclusive (symmetric-run) and shared (direct), typed again, and with one more value.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9100)
cp "$(dirname "$0")/../../docs/examples/train.py" "$folder/"
chmod a+r "$folder/train.py"
cd "$folder" || exit 1
resources=(--nodes 3 --cpus-per-task 2 --gpus-per-task 0 --mem 2G --time 15 --venv "$RAY_ENV")
sweep() { as_user rlalice raylaunch sweep "${resources[@]}" "$@"; }
jobs_in_sacct() { as_user root sacct -n -X -P -a -S now-1hour -o JobName | grep -c "^$1-"; }
rows() { # the parameters and metrics of completed rows, in order
    as_user rlalice raylaunch collect --offline --json "$1" 2>/dev/null |
        python3 -c 'import json, sys
for row in sorted((json.loads(line) for line in sys.stdin), key=lambda row: row["point"]):
    print(row["params"], row["state"], row["metrics"]["val_loss"], row["metrics"]["hosts"])'
}

for kind in shared exclusive; do
    run sweep --$kind --name $kind --wait -- python train.py lr=0.1,0.01 seed=1,2
    is_rc 0 "$kind: four points on three nodes each are completed"
    is "$(grep -c 'completed' "$out")" 4 "$kind: the table has four completed rows"
    is "$(jobs_in_sacct $kind)" 4 "$kind: four jobs in accounting"
    cp "$out" "$WORK/first-table"
    run sweep --$kind --name $kind --wait -- python train.py lr=0.1,0.01 seed=1,2
    is_rc 0 "$kind: the same command again succeeds"
    cmp -s "$out" "$WORK/first-table"
    ok $? "$kind: and prints the same table"
    err_has '^0 submitted, 4 already done, 0 running' "$kind: and submits nothing"
    is "$(jobs_in_sacct $kind)" 4 "$kind: still four jobs"
    rows $kind >"$WORK/rows-$kind"
done
cmp "$WORK/rows-shared" "$WORK/rows-exclusive" | sed 's/^/# /'
is "$(cat "$WORK/rows-shared")" "$(cat "$WORK/rows-exclusive")" 'both bootstraps give the same rows'
is "$(grep -c '3$' "$WORK/rows-shared")" 4 'every point saw three hosts'
grep -l '"bootstrap":"direct"' slurm_outputs/shared/points/*.verdict.json | wc -l | grep -qx 4
ok $? 'shared points used direct'
grep -l '"bootstrap":"symmetric"' slurm_outputs/exclusive/points/*.verdict.json | wc -l | grep -qx 4
ok $? 'exclusive points used symmetric'

run sweep --shared --name shared --wait -- python train.py lr=0.1,0.01,0.001 seed=1,2
is_rc 0 'one more value'
err_has '^2 submitted, 4 already done, 0 running' 'submits only its two points'
is "$(jobs_in_sacct shared)" 6 'six jobs in accounting'
as_user root sacct -n -P -a -S now-1hour -o SubmitLine >"$WORK/lines"
file_has "$WORK/lines" 'role=worker' 'the accounting has the keepers'"'"' steps'
! grep -q 'class ' "$WORK/lines" && [ "$(wc -c <"$WORK/lines")" -lt $(($(grep -c '^srun' "$WORK/lines") * 2000)) ]
ok $? 'but not the text of the keeper'
n=$(find slurm_outputs/shared -mindepth 1 | wc -l)
[ "$n" -le $((5 * 6 + 20)) ]
ok $? "six completed points leave at most 50 files and folders (seen: $n)"

run as_user rlalice raylaunch collect slurm_outputs/shared/shared.tar.zst --json
is_rc 0 'collect reads the archive'
sort "$out" >"$WORK/from-archive"
run as_user rlalice raylaunch collect slurm_outputs/shared --json --offline
sort "$out" | cmp -s - "$WORK/from-archive"
ok $? 'and gives the same rows as the folder'
wait_for 30 nothing_left rlalice
ok $? 'no process of the user is left on any node'
finish
