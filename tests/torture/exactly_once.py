"""exactly_once.py FOLDER SWEEP POINTS [again]: has each point of a sweep run once, in its own job?

FOLDER is where raylaunch was typed; jobs older than its point.sh are not looked at. Three records are compared: the sweep's journal, what
Slurm's accounting says of the jobs of FOLDER with the sweep's name, and FOLDER/ran.SWEEP, to
which each point's entrypoint appends "PARAMETER JOB". Every point must have one accepted
attempt, whose job is COMPLETED in accounting and is the one that ran the point, once. Other jobs
of the sweep may be there (the claim ended them); they are counted. So are jobs that Slurm itself
took down (NODE_FAIL, or cancelled by root), after which a point may have one more attempt. With
"again" a point may have several accepted attempts, and Slurm may have forgotten jobs: one of them
must have run the point, once. CLUSTER_SH names cluster.sh.
Exit: 0 so it is, 1 no (each difference is a line), 2 usage.
"""

import collections
import json
import os
import subprocess
import sys
import time


def read_journal(path):
    """point -> {job id} of its accepted attempts; and the names that its jobs may have."""
    attempts, arrays = {}, collections.defaultdict(list)
    accepted = collections.defaultdict(set)
    with open(path, "rb") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # torn by a crash
            kind = event.get("event")
            if kind == "submitting":
                attempts[event["token"]] = event
                if "array" in event:
                    arrays[event["array"]].append(event)
            elif kind in ("submitted", "adopted"):
                for attempt in arrays[event["array"]] if "array" in event else [
                        attempts[event["token"]]]:
                    task = "_%d" % attempt["task"] if "array" in event else ""
                    accepted[attempt["point"]].add(event["job_id"] + task)
    return accepted


def read_ran(path):
    """parameter -> [job id], a line each time that its entrypoint ran."""
    ran = collections.defaultdict(list)
    if os.path.exists(path):
        with open(path, encoding="ascii") as lines:
            for line in lines:
                words = line.split()
                ran[words[0]].append(words[-1])
    return ran


def read_accounting(folder, name):
    """job id -> state, of this folder's jobs that bear the sweep's name."""
    command = [os.environ["CLUSTER_SH"], "as", "root", "env", "SLURM_TIME_FORMAT=%s", "sacct",
               "-n", "-P", "-X", "-a", "-S", "now-12hours", "-o",
               "JobID,State,Submit,WorkDir,JobName"]
    since = int(os.stat(os.path.join(folder, "point.sh")).st_mtime)
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    jobs = {}
    for line in text.splitlines():
        job, state, submitted, where, job_name = line.split("|", 4)
        if (where == folder and job_name.rpartition("-")[0] == name and
                int(submitted) >= since):
            jobs[job] = state
    return jobs


def is_taken_down(state):
    return state is not None and (state == "NODE_FAIL" or state.startswith("CANCELLED by 0"))


def differences(folder, name, n_points, is_again):
    """What is wrong, and the numbers of points that ran, of jobs, and of both odd kinds."""
    accepted = read_journal(os.path.join(folder, "slurm_outputs", name, "journal.jsonl"))
    ran = read_ran(os.path.join(folder, "ran." + name))
    jobs = read_accounting(folder, name)
    down = {job for job, state in jobs.items() if is_taken_down(state)}
    found = []
    if len(accepted) != n_points:
        found.append("%d of %d points have an accepted attempt" % (len(accepted), n_points))
    if len(ran) != n_points:
        found.append("%d of %d points ran" % (len(ran), n_points))
    for point, ids in accepted.items():
        runs = ran[point.rpartition("-")[0]]
        own = [job for job in runs if job not in down]
        if not runs or len(own) > 1 or len(runs) != len(set(runs)) or not ids.issuperset(runs):
            found.append("%s: accepted job %s, ran in %s" %
                         (point, " ".join(ids), " ".join(runs) or "none"))
        if is_again:
            continue
        if len(ids - down) > 1:
            found.append("%s: %d accepted attempts" % (point, len(ids)))
        for job in ids - down:
            if jobs.get(job) != "COMPLETED":
                found.append("%s: accounting says of job %s: %s" % (point, job, jobs.get(job)))
    known = set().union(*accepted.values())
    return found, (len(ran), len(jobs), len(set(jobs) - known), len(down))


def verify(folder, name, n_points, is_again=False, seconds=20):
    """(differences, words for people). Accounting lags: it is given some time."""
    end = time.monotonic() + seconds
    while True:
        found, numbers = differences(folder, name, n_points, is_again)
        if not found or is_again or time.monotonic() > end:
            words = ("%d points, %d ran; %d jobs in accounting, %d of them ran nothing, "
                     "%d taken down by Slurm" % (n_points, *numbers))
            return found, words
        time.sleep(1)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or sys.argv[4:] not in ([], ["again"]):
        sys.exit(__doc__.splitlines()[0])
    lines, summary = verify(os.path.realpath(sys.argv[1]), sys.argv[2], int(sys.argv[3]),
                            len(sys.argv) == 5)
    print("# %s: %s" % (sys.argv[2], summary))
    for difference in lines[:20]:
        print("#   " + difference)
    sys.exit(bool(lines))
