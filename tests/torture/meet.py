"""One of many Ray clusters that must be alive at the same time: it waits for all others.

    python meet.py FOLDER COUNT SECONDS cluster=NAME

Asks every node of its cluster for its name and job, says in FOLDER that it is there, waits
until COUNT clusters have said so, and asks its nodes again. So a result line means that this
cluster worked while all others were alive. Exit: 1 if the others do not come.
"""

import json
import os
import socket
import sys
import time

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy


@ray.remote(num_cpus=1)
def who():
    return socket.gethostname(), os.environ.get("SLURM_JOB_ID", "")


def ask_all(count):
    """(host, job) of each node; a node may join a moment after the head is up."""
    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
    if len(nodes) != count:
        sys.exit(f"meet: the cluster has {len(nodes)} nodes, the job {count}")
    pin = NodeAffinitySchedulingStrategy
    tasks = [who.options(scheduling_strategy=pin(node, soft=False)).remote() for node in nodes]
    return sorted(ray.get(tasks))


def main():
    folder, count, seconds, name = sys.argv[1:]
    ray.init(log_to_driver=False)
    before = ask_all(int(os.environ["SLURM_JOB_NUM_NODES"]))
    with open(os.path.join(folder, os.environ["SLURM_JOB_ID"]), "w") as file:
        file.write(name)
    came = time.time()
    while len(os.listdir(folder)) < int(count):
        if time.time() - came > float(seconds):
            sys.exit(f"meet: {len(os.listdir(folder))} of {count} clusters after {seconds} s")
        time.sleep(0.5)
    met = time.time()
    after = ask_all(len(before))
    if before != after:
        sys.exit(f"meet: the nodes were {before}, and are {after}")
    result = {
        "status": "completed",
        "metrics": {"hosts": len(after), "waited": round(met - came, 1)},
        "hosts": [host for host, _ in after],
        "jobs": sorted({job for _, job in after}),
        "came": came,
        "met": met,
    }
    print("\nTMGG_RESULT:" + json.dumps(result), flush=True)


main()
