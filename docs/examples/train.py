"""A small distributed training: fit y = a x + b, each node working on its share of the data.

    python train.py lr=0.1 seed=1 [steps=40]

On a Ray cluster (RAY_ADDRESS is set, as raylaunch does) one task runs on every node in
every step; without one the same sums are made here. The loss depends on lr and seed only,
not on the number of nodes. Ends with the result line that raylaunch collects.
"""

import json
import os
import random
import socket
import sys
import time

DEFAULTS = {"lr": 0.1, "seed": 0, "steps": 40}


def parameters(words):
    """The `key=value` words of the command line over the defaults."""
    values = dict(DEFAULTS)
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in values:
            sys.exit(f"train.py: cannot use '{word}'; the words are lr= seed= steps=")
        values[key] = type(DEFAULTS[key])(value)
    return values


def make_data(seed, count=240):
    """Points near the line y = 3 x - 1; a sixth of them is kept for validation."""
    source = random.Random(seed)
    rows = []
    for _ in range(count):
        x = source.uniform(-1, 1)
        rows.append((x, 3 * x - 1 + source.gauss(0, 0.1)))
    return rows[count // 6 :], rows[: count // 6]


def gradient(rows, a, b):
    """The sum of the squared error's gradient over rows, and the host that made it."""
    errors = [(a * x + b - y, x) for x, y in rows]
    return sum(e * x for e, x in errors), sum(e for e, x in errors), socket.gethostname()


def on_every_node(shares):
    """gradient() as one Ray task on each node: a function of (a, b) that gives all sums."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    ray.init(log_to_driver=False)
    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
    task = ray.remote(num_cpus=1)(gradient)
    tasks = [
        task.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False))
        for node in nodes
    ]
    parts = [ray.put(part) for part in shares(len(nodes))]
    return lambda a, b: ray.get([t.remote(p, a, b) for t, p in zip(tasks, parts)])


def train(values):
    train_rows, test_rows = make_data(values["seed"])

    def shares(count):
        return [train_rows[i::count] for i in range(count)]

    if os.environ.get("RAY_ADDRESS"):
        sums = on_every_node(shares)
    else:
        sums = lambda a, b: [gradient(train_rows, a, b)]  # noqa: E731

    a = b = 0.0
    hosts = set()
    for _ in range(values["steps"]):
        parts = sums(a, b)
        a -= values["lr"] * 2 * sum(part[0] for part in parts) / len(train_rows)
        b -= values["lr"] * 2 * sum(part[1] for part in parts) / len(train_rows)
        hosts.update(part[2] for part in parts)
    loss = sum((a * x + b - y) ** 2 for x, y in test_rows) / len(test_rows)
    return round(loss, 6), sorted(hosts)


def main():
    started = time.time()
    loss, hosts = train(parameters(sys.argv[1:]))
    result = {
        "status": "completed",
        "metrics": {"val_loss": loss, "hosts": len(hosts)},
        "hosts": hosts,
        "duration_seconds": round(time.time() - started, 3),
    }
    # The line feed in front and one write: whatever else prints, the line stays whole.
    print("\nTMGG_RESULT:" + json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
