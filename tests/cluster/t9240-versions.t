#!/bin/bash
# The same two-node sweep with four releases of Ray: 2.49.2 (no symmetric-run, no tokens), 2.53.0 (a
# symmetric-run that never joins several nodes), 2.54.0, and the newest. The faults: rows that
# depend on the release, and a bootstrap that the release cannot do.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
releases=(2.49.2 2.53.0 2.54.0 '')
for release in "${releases[@]}"; do ray_require "$release"; done

folder=$(work_folder rlalice t9240)
install -m 644 "$(dirname "$0")/../../docs/examples/train.py" "$folder/"
cd "$folder" || exit 1
submit() { # NAME RELEASE option…
    local name=$1
    ray_require "$2"
    shift 2
    run as_user rlalice raylaunch sweep --nodes 2 --cpus-per-task 1 --gpus-per-task 0 --mem 1G \
        --time 10 --venv "$RAY_ENV" --name "$name" "$@" -- python train.py "lr=$rates" seed=1
}
rows() { # NAME: what a row may not owe to the release
    as_user rlalice raylaunch collect "$1" --offline --json 2>/dev/null | python3 -c 'import json, sys
for row in sorted((json.loads(line) for line in sys.stdin), key=lambda row: row["point"]):
    print(row["point"], row["state"], row["metrics"])'
}
verdict() { # NAME KEY: of the points of a sweep, each value once
    python3 -c 'import glob, json, sys
print(*sorted({str(json.load(open(f))[sys.argv[2]]) for f in glob.glob(f"slurm_outputs/{sys.argv[1]}/points/*.verdict.json")}))' "$@"
}

rates=0.1,0.01
submit open 2.49.2 --shared --wait
is_rc 1 '2.49.2 on shared nodes without --allow-open is refused'
err_has 'ray_version' 'for its version: it has no tokens'
for release in "${releases[@]}"; do
    open=()
    [ "$release" != 2.49.2 ] || open=(--allow-open)
    submit "v$release" "$release" --shared "${open[@]}"
done
for release in "${releases[@]}"; do
    run as_user rlalice raylaunch wait "v$release"
    is_rc 0 "Ray ${release:-newest}: both points are completed"
    rows "v$release" >"$WORK/rows-$release"
    is "$(cat "$WORK/rows-$release")" "$(cat "$WORK/rows-2.49.2")" 'with the same rows'
    is "$(verdict "v$release" warnings | grep -c 'speaks no TLS')" 0 'and with TLS'
done
is "$(grep -c "completed.*'hosts': 2" "$WORK/rows-2.49.2")" 2 'which saw two hosts each'
for release in 2.49.2 2.53.0 2.54.0; do
    is "$(verdict "v$release" ray_version)" "$release" "it was Ray $release"
done

# Exclusive nodes: symmetric where the release can. One point each: they do not run side by side.
rates=0.1
for release in 2.49.2 2.53.0 2.54.0; do
    submit "x$release" "$release" --exclusive
done
for release in 2.49.2 2.53.0 2.54.0; do
    run as_user rlalice raylaunch wait "x$release"
    is_rc 0 "exclusive, Ray $release: completed"
    is "$(rows "x$release")" "$(grep '^lr=0.1,' "$WORK/rows-2.49.2")" 'with the same row'
done
is "$(verdict x2.49.2 bootstrap)/$(verdict x2.53.0 bootstrap)/$(verdict x2.54.0 bootstrap)" \
    direct/direct/symmetric 'symmetric-run is used from 2.54 on'
verdict x2.49.2 bootstrap_reason | grep -q 'has no symmetric-run'
ok $? '2.49.2 says why not'
verdict x2.53.0 bootstrap_reason | grep -q 'never joins several nodes'
ok $? '2.53.0 says why not'
wait_for 30 nothing_left rlalice
ok $? 'no process of the user is left on any node'
finish
