#!/bin/bash
# A login shell set up in every way of tests/fixtures/surroundings.txt at once, with Ray on one and on
# two nodes: the job does what it does in a plain one. Where it does not, the half that is at fault
# is looked for. A project that has files named like Python's modules. And a secret that a trace shows.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require
table=$(cd "$(dirname "$0")/../fixtures" && pwd)/surroundings.txt
folder=$(work_folder rlalice t9295)
cd "$folder" || exit 1
mkdir src
cat >src/fit.py <<'PY'
import json, os, sys
import ray
ray.init(log_to_driver=False)
@ray.remote(num_cpus=1, scheduling_strategy="SPREAD")
def where(_):
    return os.getcwd()
folders = set(ray.get([where.remote(i) for i in range(4)])) | {os.getcwd()}
print("TMGG_RESULT:" + json.dumps({"metrics": {"nodes": len(ray.nodes()), "folders": " ".join(folders)}}))
sys.exit(3)
PY
chmod -R a+rX .
mapfile -t lines < <(grep -E '^(env|profile|setup) ' "$table")

# try NODES NAME LINE…: a sweep in such surroundings; is it as in plain ones?
try()
{
    local nodes=$1 name=$2 line environment=() setup=()
    shift 2
    : >"profile.$name"
    for line in "$@"; do
        case $line in
        'env '*) environment+=("${line#env }") ;;
        'profile '*) echo "${line#profile }" >>"profile.$name" ;;
        'setup '*) setup+=(--setup "${line#setup }") ;;
        esac
    done
    chmod a+r "profile.$name"
    run as_user rlalice env "${environment[@]}" "BASH_ENV=$folder/profile.$name" raylaunch sweep --shared \
        --nodes "$nodes" --cpus-per-task 1 --gpus-per-task 0 --mem 1500M --time 10 --poll 1 --venv "$RAY_ENV" \
        "${setup[@]}" --name "$name" --wait -- python src/fit.py a=1
    [ "$(sed -n 's/.*"exit_code":\([^,}]*\).*/\1/p' "slurm_outputs/$name/results.jsonl")" = 3 ] &&
        grep -q "\"nodes\": $nodes, \"folders\": \"$folder\"" slurm_outputs/"$name"/points/*.out
}

# by_halves NODES NAME LINE…: names each way that is at fault
by_halves()
{
    local nodes=$1 name=$2 half
    shift 2
    ! try "$nodes" "$name" "$@" || return 0
    if [ $# = 1 ]; then
        echo "#   at fault on $nodes nodes: $1"
        return 1
    fi
    half=$(($# / 2))
    by_halves "$nodes" "${name}a" "${@:1:half}"
    by_halves "$nodes" "${name}b" "${@:half+1}"
    return 1
}

if [ "${1:-}" = each ]; then # tests/torture/surroundings.t
    mapfile -t lines < <(grep -E '^(env|profile|setup)!? ' "$table")
    for number in "${!lines[@]}"; do
        kind=${lines[number]%% *}
        try 1 "each$number" "${kind%!} ${lines[number]#* }"
        ok $? "${lines[number]}"
    done
    finish
fi

for nodes in 1 2; do
    by_halves "$nodes" "all$nodes" "${lines[@]}"
    ok $? "${#lines[@]} ways to set up a shell at once, Ray on $nodes nodes"
done

# ---- a trace of the setup shows no secret: Ray's token is 48 digits
grep -qs '^+* *set ' slurm_outputs/all2/points/*.err
ok $? 'set -x in a setup line traces the lines behind it'
! grep -qE '[0-9a-f]{48}' slurm_outputs/all2/points/*.err
ok $? 'and no token'

# ---- a project with files named like modules of Python's
for name in signal random types socket struct logging; do
    echo 'raise SystemExit("the module of the project")' >"$name.py"
done
chmod a+r ./*.py
try 2 shadow 'env TMOUT=600'
ok $? 'signal.py, random.py … in the folder of the jobs end nothing of ours'
finish
