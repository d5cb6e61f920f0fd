#!/bin/bash
# What Ray is told of GPUs and CPUs, with the two fake GPUs of each node: asked a task, a node (by
# --sbatch gres=…), and whole nodes. The faults: a Ray that knows of no GPU or of another job's, an
# empty argument, a worker's step with too few GPUs or on the head's node. And ports, when nothing fits.
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
    free = ray.remote(num_gpus=0, num_cpus=1)(gpus).options(scheduling_strategy=Pin(node["NodeID"], soft=False))
    sees = [len([i for i in ray.get(one.remote()).split(",") if i.isdigit()]) for one in (task, free)]
    seen.append("%d CPUs, %d GPUs, a task sees %d, one that asks for none %d" % (has["CPU"], has["GPU"], *sees))
print(os.environ.get("ROCR_VISIBLE_DEVICES"), os.environ.get("HIP_VISIBLE_DEVICES"), os.environ.get("ZE_AFFINITY_MASK"))
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
# The faults of Slurm 26.05.0 to 26.05.2, by a srun in front of the real one.
fault() # NAME FROM TO: what it makes of one word
{
    mkdir "$folder/$1.bin"
    # shellcheck disable=SC2016 # the words are for the new file
    printf '#!/bin/bash\nexec /usr/bin/srun "${@/%s/%s}"\n' "$2" "$3" >"$folder/$1.bin/srun"
    chmod -R a+rx "$folder/$1.bin"
}
refused() # NAME MESSAGE WHAT
{
    run as_user rlalice raylaunch wait "$1"
    is_rc 1 "$1: failed"
    is "$(row_of rlalice "$1" a=1 cause)" slurm_step "$3"
    out=$WORK/row
    row_of rlalice "$1" a=1 message >"$out"
    out_has "$2" 'and the message says which node'
}
submit none --shared --cpus-per-task 2 --gpus-per-task 0
submit task --shared --cpus-per-task 2 --gpus-per-task 1
submit open --shared --cpus-per-task 2 --gpus-per-task 2 --no-hide-gpus
fault relative --relative=1 --relative=0
fault fewer --gres=gpu:2 --gres=gpu:1
submit same --shared --cpus-per-task 1 --gpus-per-task 0 --setup "PATH=$folder/relative.bin:\$PATH"
submit less --shared --cpus-per-task 1 --gpus-per-task 2 --setup "PATH=$folder/fewer.bin:\$PATH"
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
expect none '2 CPUs, 0 GPUs, a task sees 0, one that asks for none 0' 'no GPU was asked: none'
expect task '2 CPUs, 1 GPUs, a task sees 1, one that asks for none 0' 'one a task: one on each node'
expect open '2 CPUs, 2 GPUs, a task sees 2, one that asks for none 2' 'what it sees without hide_gpus'
is "$(grep -h '^0' slurm_outputs/open/points/*.out)" '0,1 0,1 0,1' 'all makers by one fake GRES, and HIP beside ROCR'
refused same 'on node rl[1-3], which is the head' "a step on the head's node"
refused less 'node rl[1-3]: 2 GPUs are asked on each node, and Slurm shows 1 here' 'a step with fewer GPUs'
expect gres '1 CPUs, 2 GPUs, a task sees 2, one that asks for none 0' 'two a node, asked by --sbatch gres: two'
expect full '1 CPUs, 0 GPUs, a task sees 0, one that asks for none 0' 'no room for ports on one node'
python3 -c 'import glob, json
verdict = json.load(open(glob.glob("slurm_outputs/full/points/*.verdict.json")[0]))
print(*sorted(map(tuple, verdict["ports"].values())), *verdict["warnings"])' >"$WORK/ports"
file_has "$WORK/ports" '^\(0, 0\) \(20096, 20223\) rl3: no free grain of ports in 20096-20223: single free ports are used' \
    'there single ports, and the verdict warns'
submit whole --exclusive --cpus-per-task 4 --gpus-per-task 2 --ray-cpus all
expect whole '32 CPUs, 2 GPUs, a task sees 2, one that asks for none 0' 'whole nodes: all of them'
wait_for 30 nothing_left rlalice
ok $? 'nothing is left on the nodes'
finish
