"""ray_overhead.py: what a Ray cluster costs a point, beside its own work, on a real Slurm.

The measure is node-seconds: (time of the Slurm job - time of the entrypoint) x nodes, the
first from accounting, the second from the entrypoint's own clock, which it prints. Three ways
to run docs/examples/train.py on three nodes take turns: raylaunch's two bootstraps, and a
script of `srun ray symmetric-run` as people write it by hand. As root, on the test cluster
(tests/cluster/with.sh brings it up). RAYLAUNCH_BENCH_TURNS: 3 by default, of some 2 minutes.
"""

import calendar
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import turns

USER, NODES = "rlalice", 3
LAB = os.path.realpath(os.environ.get("RAYLAUNCH_LAB", "/opt/raylaunch-test"))
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
FOLDER = os.path.join(LAB, "home", USER, "bench")
PLAIN = """\
#!/bin/bash
#SBATCH --job-name=plain
#SBATCH --nodes={nodes}
#SBATCH --exclusive
#SBATCH --tasks-per-node=1
#SBATCH --cpus-per-task=2
#SBATCH --gpus-per-task=0
#SBATCH --mem-per-cpu=1GB
#SBATCH --time=00:15:00
#SBATCH --output={out}
#SBATCH --error={out}.err

source {lab}/venv-ray/bin/activate

nodes=$(scontrol show hostnames "$SLURM_JOB_NODELIST")
nodes_array=($nodes)
head_node=${{nodes_array[0]}}
ip_head=$head_node:6379
export ip_head

srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks="$SLURM_JOB_NUM_NODES" \\
    ray symmetric-run \\
    --address "$ip_head" \\
    --min-nodes "$SLURM_JOB_NUM_NODES" \\
    --num-cpus="${{SLURM_CPUS_PER_TASK}}" \\
    --num-gpus="${{SLURM_GPUS_PER_TASK}}" \\
    -- \\
    env RAY_ADDRESS="$ip_head" python -u train.py seed={seed}
"""


def on_cluster(*words):
    """What a command of the user on the submit host says."""
    done = subprocess.run(
        [ROOT + "/tests/cluster/cluster.sh", "as", USER, *words],
        cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900,
    )
    if done.returncode != 0:
        sys.exit(f"bench: '{' '.join(words)}' ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def seconds_of_job(job):
    """Its time from start to end as accounting knows it; it may be a moment late."""
    for _ in range(300):
        text = on_cluster("env", "TZ=UTC0", "sacct", "-X", "-n", "-P", "-j", job, "-o", "Start,End")
        times = text.strip().split("|")
        if len(times) == 2 and "Unknown" not in times:
            start, end = (calendar.timegm(time.strptime(t, "%Y-%m-%dT%H:%M:%S")) for t in times)
            return end - start
        time.sleep(1)
    sys.exit(f"bench: job {job} does not end")


def overhead(job, result):
    if result["metrics"]["hosts"] != NODES:
        sys.exit(f"bench: job {job} worked on {result['metrics']['hosts']} nodes")
    return (seconds_of_job(job) - result["duration_seconds"]) * NODES, result["duration_seconds"]


def plain(seed):
    out = f"{FOLDER}/plain-{seed}.out"
    with open(f"{FOLDER}/plain-{seed}.sbatch", "w") as file:
        file.write(PLAIN.format(nodes=NODES, out=out, lab=LAB, seed=seed))
    job = on_cluster("sbatch", "--parsable", file.name).strip()
    seconds_of_job(job)
    with open(out) as file:
        lines = [line for line in file if line.startswith("TMGG_RESULT:")]
    if not lines:
        sys.exit(f"bench: no result in '{out}'")
    return overhead(job, json.loads(lines[-1][12:]))


def raylaunch(kind, seed):
    said = on_cluster(
        "raylaunch", "sweep", "--" + kind, "--nodes", str(NODES), "--cpus-per-task", "2",
        "--gpus-per-task", "0", "--mem", "2G", "--time", "15", "--venv", LAB + "/venv-ray",
        "--name", kind, "--wait", "--json", "--", "python", "-u", "train.py", f"seed={seed}",
    )
    row = json.loads(said.splitlines()[-1])
    return overhead(row["job_id"], row["result"])


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(ROOT + "/docs/examples", FOLDER)
    home = os.stat(os.path.dirname(FOLDER))
    for folder, _, names in os.walk(FOLDER):
        for path in [folder] + [os.path.join(folder, name) for name in names]:
            os.chown(path, home.st_uid, home.st_gid)
    ways = {
        "raylaunch, direct": lambda seed: raylaunch("shared", seed),
        "raylaunch, symmetric": lambda seed: raylaunch("exclusive", seed),
        "ray symmetric-run": plain,
    }
    took = {name: [] for name in ways}
    work = []
    for turn in range(max(1, int(os.environ.get("RAYLAUNCH_BENCH_TURNS", "3")))):
        for name, way in ways.items():
            node_seconds, entrypoint = way(turn)
            took[name].append(node_seconds)
            work.append(entrypoint)
    title = f"node-seconds beside {statistics.median(work):.1f} s on {NODES} nodes"
    *ours, peer = took
    for name in ours:
        cells = [f"{f(took[one]):.1f}" for one in (name, peer) for f in (min, statistics.median)]
        ratio = f"{min(took[peer]) / min(took[name]):.2f} x"
        print(turns.LINE.format(title, name, *cells[:2], peer, *cells[2:], ratio), flush=True)


main()
