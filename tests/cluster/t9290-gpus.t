#!/bin/bash
# What Ray is told of GPUs and CPUs, with the two fake GPUs of each node: asked a task, a node (by
# --sbatch gres=…), and whole nodes. The faults: a Ray that knows of no GPU or of another job's, an
# empty argument, a worker's step without GPUs. And ports, when nothing fits.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9290)
cd "$folder" || exit 1
cat >seen.py <<'PY'
import json, os
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as Pin
ray.init(log_to_driver=False)
def gpus():
    return os.environ.get("CUDA_VISIBLE_DEVICES", "none")
seen = []
for node in ray.nodes():
    has = {name: int(node["Resources"].get(name, 0)) for name in ("CPU", "GPU")}
    task = ray.remote(num_gpus=has["GPU"], num_cpus=1)(gpus).options(scheduling_strategy=Pin(node["NodeID"], soft=False))
    seen.append("%d CPUs, %d GPUs, a task sees %d" % (has["CPU"], has["GPU"], len([i for i in ray.get(task.remote()).split(",") if i.isdigit()])))
print("TMGG_RESULT:" + json.dumps({"metrics": {"seen": " + ".join(seen)}}))
PY
chmod a+r seen.py
trap 'node_kill rl3 rlbob listening; rm -rf "$WORK"' EXIT
submit() # NAME OPTION…
{
    run as_user rlalice raylaunch sweep --nodes 2 --mem 500M --time 10 --venv "$RAY_ENV" --name "$@" -- python seen.py a=1
    [ "$rc" = 0 ] || is_rc 0 "$1: submitted"
}
expect() # NAME SEEN-ON-EACH-NODE WHAT
{
    run as_user rlalice raylaunch wait "$1"
    is_rc 0 "$1: completed"
    is "$(row_of rlalice "$1" a=1 metrics)" "{'seen': '$2 + $2'}" "$3"
}
submit none --shared --cpus-per-task 2 --gpus-per-task 0
submit task --shared --cpus-per-task 2 --gpus-per-task 1
submit gres --shared --cpus-per-task 1 --gpus-per-task 0 --sbatch gres=gpu:2
# Another user's listener on the one grain that this job may use, on both nodes.
cat >"$WORK/listen.py" <<'PY'
import socket, time
held = socket.socket()
held.bind(("0.0.0.0", 20096))
held.listen(1)
print("listening", flush=True)
time.sleep(600)
PY
"$CLUSTER_SH" node rl3 rlbob python3 -c "$(cat "$WORK/listen.py")" >"$WORK/listening" &
disown
wait_for 10 grep -q listening "$WORK/listening"
ok $? 'another user listens on port 20096 of rl3'
submit full --shared --cpus-per-task 1 --gpus-per-task 0 --ports-first 20096 --ports-last 20223 --ports-strict --nodelist rl2,rl3
expect none '2 CPUs, 0 GPUs, a task sees 0' 'no GPU was asked: none'
expect task '2 CPUs, 1 GPUs, a task sees 1' 'one a task: one on each node'
expect gres '1 CPUs, 2 GPUs, a task sees 2' 'two a node, asked by --sbatch gres: two'
expect full '1 CPUs, 0 GPUs, a task sees 0' 'no room for ports on one node'
python3 -c 'import glob, json
verdict = json.load(open(glob.glob("slurm_outputs/full/points/*.verdict.json")[0]))
print(*sorted(map(tuple, verdict["ports"].values())), *verdict["warnings"])' >"$WORK/ports"
file_has "$WORK/ports" '^\(0, 0\) \(20096, 20223\) rl3: no free grain of ports in 20096-20223: single free ports are used' \
    'there single ports, and the verdict warns'
submit whole --exclusive --cpus-per-task 4 --gpus-per-task 2 --ray-cpus all
expect whole '32 CPUs, 2 GPUs, a task sees 2' 'whole nodes: all of them'
wait_for 30 nothing_left rlalice
ok $? 'nothing is left on the nodes'
finish
