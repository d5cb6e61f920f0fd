#!/bin/bash
# --wrap: head, worker and entrypoint run inside a real sandbox (bubblewrap) on the nodes, with both
# bootstraps. The faults: one of the three outside, and a wrapper that hides the job's end.
# And --exclusive without a word about memory, which Slurm refuses when it is CPUs x 4 GB.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require
bwrap=bwrap
if ! node_exec rl1 rlalice $bwrap --dev-bind / / true 2>/dev/null || [ -n "${RAYLAUNCH_SETUID_BWRAP:-}" ]; then
    # No user namespaces for ordinary users here (in a chroot there are none): its other way
    bwrap=$LAB/bwrap-setuid
    trap 'rm -rf "$WORK" "$bwrap"' EXIT
    install -m 4755 "$(command -v bwrap)" "$bwrap"
    node_exec rl1 rlalice "$bwrap" --dev-bind / / true 2>/dev/null ||
        cannot slurm 'bubblewrap cannot make a sandbox for an ordinary user here'
fi

folder=$(work_folder rlalice t9260)
cd "$folder" || exit 1
cat >inside.py <<'PY'
import json, os, socket, sys
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as Pin
def seen():  # the sandbox's own /mnt, and the folder that {tmp} stood for
    mounts = [line.split() for line in open("/proc/self/mountinfo")]
    return [socket.gethostname(), any(m[4] == "/mnt" and "tmpfs" in m for m in mounts), os.path.exists(os.environ["BOX"] + "/lock")]
ray.init(log_to_driver=False)
task = ray.remote(num_cpus=1)(seen)
rows = [ray.get(task.options(scheduling_strategy=Pin(node["NodeID"], soft=False)).remote()) for node in ray.nodes()]
print("TMGG_RESULT:" + json.dumps({"status": "completed", "metrics": {"rows": sorted(rows), "entry": seen()}}))
sys.exit(int(sys.argv[1].partition("=")[2]))
PY
chmod a+r inside.py
for kind in shared exclusive; do
    run as_user rlalice raylaunch sweep --$kind --nodes 2 --nodelist rl1,rl2 --cpus-per-task 1 --gpus-per-task 0 \
        --mem 1G --time 10 --venv "$RAY_ENV" --name $kind --wait \
        --wrap "$bwrap --dev-bind / / --tmpfs /mnt --bind {tmp} {tmp} --setenv BOX {tmp}" -- python inside.py code=7
    is_rc 0 "$kind: completed, as the result line is there"
    is "$(row_of rlalice $kind code=7 state cause metrics)" \
        "completed/-/{'rows': [['rl1', True, True], ['rl2', True, True]], 'entry': ['rl1', True, True]}" \
        "$kind: entrypoint and both nodes' tasks run in the sandbox"
    is "$(row_of rlalice $kind code=7 exit_code)" 7 "$kind: the exit code comes through the wrapper"
done
run as_user rlalice raylaunch sweep --shared --nodes 2 --cpus-per-task 1 --gpus-per-task 0 --mem 1G --time 10 \
    --venv "$RAY_ENV" --name nowrap --wait --wrap 'no-such-wrapper -x' -- python inside.py code=0
is_rc 1 'a wrapper that is not there'
is "$(row_of rlalice nowrap code=0 state)" failed 'fails the point'
grep -q 'no-such-wrapper' <<<"$(row_of rlalice nowrap code=0 message)"
ok $? 'and is named'

# ---- 32 CPUs x 4 GB are more than the 64000 MB of these nodes
run as_user rlalice raylaunch sweep --exclusive --nodes 2 --cpus-per-task 8 --gpus-per-task 0 --time 10 \
    --venv "$RAY_ENV" --name whole --wait -- python -c \
    'import os, ray; ray.init(log_to_driver=False); print("TMGG_RESULT:{\"metrics\":{\"nodes\":%d}}" % len(ray.nodes()))' a=1
is_rc 0 '--exclusive without a word about memory runs'
is "$(row_of rlalice whole a=1 state metrics)" "completed/{'nodes': 2}" 'on its two nodes'
grep -qx '#SBATCH --mem=0' slurm_outputs/whole/points/*.sbatch
ok $? 'because it asks for all the memory of a node'
run as_user rlalice sbatch --exclusive --mem-per-cpu=4G --nodes 1 --wrap true
must_fail 'which Slurm would refuse by the CPU'
wait_for 30 nothing_left rlalice
ok $? 'nothing is left on the nodes'
finish
