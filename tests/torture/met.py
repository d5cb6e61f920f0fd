"""What became of the clusters of meet.py: prints TAP diagnostics, ends with 1 if one is wrong.

    python3 met.py rows|ports|figures COUNT SWEEP-FOLDER…

rows     COUNT completed rows, each of its own job, with its own job's id on both hosts, which
         the sweep's name says: rl1-rl2
ports    no port of a node in two verdicts: all jobs were alive at once, so all ports were held
figures  how long the clusters took to get ready, how long the first one waited for the last
"""

import glob
import json
import os
import sys


def rows_of(folders):
    rows = []
    for folder in folders:
        with open(os.path.join(folder, "results.jsonl")) as file:
            rows += [{**json.loads(line), "pair": os.path.basename(folder)} for line in file]
    return rows


def verdicts_of(folders):
    files = [path for one in folders for path in glob.glob(one + "/points/*.verdict.json")]
    return [json.load(open(path)) for path in files]


def check_rows(count, folders):
    rows = rows_of(folders)
    wrong = [] if len(rows) == count else [f"{len(rows)} rows, wanted {count}"]
    jobs = set()
    for row in rows:
        point, result = f"{row['point']} (job {row['job_id']})", row["result"] or {}
        if row["state"] != "completed":
            wrong.append(f"{point} is {row['state']}, {row['cause']}: {row['message']}")
        elif result["jobs"] != [row["job_id"]]:
            wrong.append(f"{point}: its tasks ran in job {result['jobs']}")
        elif "-".join(result["hosts"]) != row["pair"]:
            wrong.append(f"{point}: its tasks ran on {result['hosts']}")
        jobs.add(row["job_id"])
    if len(jobs) != len(rows):
        wrong.append(f"{len(jobs)} jobs for {len(rows)} rows")
    return wrong


def check_ports(count, folders):
    wrong, held = [], {}
    verdicts = verdicts_of(folders)
    for one in verdicts:
        for node, (first, last) in (one["ports"] or {}).items():
            node = one["nodes"][0] if node == "head" else node
            if first == 0:
                wrong.append(f"job {one['job_id']} got single ports on {node}")
            held.setdefault(node, []).append((first, last, one["job_id"]))
    for node, ranges in held.items():
        ranges.sort()
        for one, other in zip(ranges, ranges[1:]):
            if other[0] <= one[1]:
                wrong.append(f"{node}: {one} and {other}")
    ranges = sum(len(one) for one in held.values())
    if ranges != 2 * count:
        wrong.append(f"{ranges} ranges of ports in {len(verdicts)} verdicts, wanted {2 * count}")
    return wrong


def figures(folders):
    verdicts = verdicts_of(folders)
    phases = [one["phases"] for one in verdicts]
    ready = sorted(one["entrypoint"] - one["claimed"] for one in phases if "entrypoint" in one)
    ended = sorted(one["done"] - one["ending"] for one in phases if "done" in one)
    met = [row["result"] for row in rows_of(folders) if row["result"]]
    again = sum(len(one["warnings"]) for one in verdicts)
    if ready and ended and met:
        print(f"# ready {ready[0]:.0f} to {ready[-1]:.0f} s after the job's start")
        print(f"# Ray ended in {ended[0]:.1f} to {ended[-1]:.1f} s; {again} warnings")
        apart = max(one["met"] for one in met) - min(one["came"] for one in met)
        print(f"# {apart:.0f} s from the first cluster at the barrier to the last one past it")
    return []


def main():
    what, count, *folders = sys.argv[1:]
    if what == "figures":
        figures(folders)
        return
    wrong = (check_rows if what == "rows" else check_ports)(int(count), folders)
    for one in wrong:
        print("# " + one)
    sys.exit(1 if wrong else 0)


main()
