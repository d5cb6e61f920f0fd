"""kills.py FOLDER SWEEPS [--side-by-side N] [--seed N] [--mode jobs|array|both] [--points N]
[--kills N]: SIGKILL of raylaunch, then the same command again.

Each of SWEEPS sweeps of short jobs is typed in FOLDER (a user's, made by fault_folder of
tests/cluster/faults.sh), killed ten times, each time typed again, and at last left alone to its
end. Half of the kills are aimed between the first and the last intent in the journal. Then
exactly_once.py must find that each point ran once, in the one job that the journal has accepted.
CLUSTER_SH names cluster.sh. The moments are drawn from the seed, which is printed.
Exit: 0 all well, 1 not (what is wrong is printed), 2 usage.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import signal
import subprocess
import sys
import time

import exactly_once

STATES = ("before the first intent", "between first and last intent", "after the last intent",
          "while waiting", "all final")


class Journal:
    """What the file holds so far; read on as it grows."""

    def __init__(self, path):
        self.path, self.read_to, self.rest = path, 0, b""
        self.intents, self.accepted, self.final = set(), set(), set()
        self.tokens, self.arrays = {}, collections.defaultdict(set)
        self.open = set()
        self.n_adopted = 0

    def look(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self.read_to)
                new = file.read()
        except FileNotFoundError:
            return
        self.read_to += len(new)
        *lines, self.rest = (self.rest + new).split(b"\n")
        for line in lines:
            try:
                self.take(json.loads(line))
            except ValueError:
                pass  # torn by a kill

    def take(self, event):
        kind = event["event"]
        if kind == "submitting":
            self.tokens[event["token"]] = event["point"]
            if "array" in event:
                self.arrays[event["array"]].add(event["token"])
            self.intents.add(event["point"])
            self.open.add(event["token"])
        elif kind in ("submitted", "adopted", "refused", "absent"):
            tokens = self.arrays[event["array"]] if "array" in event else {event["token"]}
            self.open -= tokens
            if kind in ("submitted", "adopted"):
                self.accepted |= {self.tokens[token] for token in tokens}
            self.n_adopted += kind == "adopted"
        elif kind == "final":
            self.final.add(event["point"])


class Sweep:
    def __init__(self, options, number):
        self.options, self.number = options, number
        self.random = random.Random("%d/%d" % (options.seed, number))
        self.mode = options.mode if options.mode != "both" else ("jobs", "array")[number % 2]
        self.name = "kill%d" % number
        # Sixteen intents wait for each call that may run: with four, all 50 points at once.
        self.in_flight = self.random.choice("124")
        self.journal = Journal(
            os.path.join(options.folder, "slurm_outputs", self.name, "journal.jsonl"))
        self.kills = collections.Counter()
        self.n_open = self.n_missed = 0

    def start(self):
        command = [os.environ["CLUSTER_SH"], "as", "rlalice", "sh", "-c", 'kill -STOP $$; exec "$@"', "sh",
                   "raylaunch", "sweep", "--nodes", "1",
                   "--cpus-per-task", "1", "--gpus-per-task", "0", "--mem", "100M", "--time", "5",
                   "--shared", "--no-ray", "--poll", "1", "--fs-grace", "0", "--name", self.name,
                   "--in-flight", self.in_flight, "--wait", "--", "bash", "point.sh", self.name,
                   "i=range(0,%d)" % self.options.points]
        if self.mode == "array":
            at = command.index("--wait")
            command[at:at] = ["--mode", "array"]
        with open(os.path.join(self.options.folder, self.name + ".log"), "ab") as log:
            child = subprocess.Popen(command, cwd=self.options.folder, stdin=subprocess.DEVNULL,
                                     stdout=log, stderr=log)
        # It stops itself before it becomes raylaunch, so that none is over before it was seen.
        while child.poll() is None:
            with open("/proc/%d/stat" % child.pid, encoding="ascii") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "T":
                    child.send_signal(signal.SIGCONT)
                    break
            time.sleep(0.0005)
        return child

    def plan(self, kill):
        """(what must have come to pass, seconds after that) of the next kill."""
        journal, n_points = self.journal, self.options.points
        draw = self.random.uniform
        have, known = len(journal.intents), len(journal.tokens)
        if kill == 0:
            return lambda: True, draw(0, 0.03)
        if len(journal.final) == n_points:
            # A command that finds all done is soon over: after a miss it is met earlier.
            return lambda: True, draw(0, 0.01) * 0.5 ** self.n_missed
        if kill <= self.options.kills // 2 + 1 and have < n_points:
            if self.random.random() < 0.2:  # at any time, also while it finds out what exists
                return lambda: True, draw(0, 2.2)
            # The first submission goes alone; then they come in windows.
            if have > n_points - 20 or self.random.random() < 0.5:
                return lambda: len(journal.tokens) > known, draw(0, 0.02)
            return lambda: len(journal.tokens) > known + 1, draw(0, 0.2)
        if kill <= self.options.kills // 2 + 2:
            return lambda: len(journal.intents) == n_points, draw(0, 0.05)
        return lambda: len(journal.accepted) == n_points, draw(0, 2)

    def state(self):
        n_points, journal = self.options.points, self.journal
        if not journal.intents:
            return STATES[0]
        if len(journal.intents) < n_points:
            return STATES[1]
        if len(journal.accepted) < n_points:
            return STATES[2]
        return STATES[3 if len(journal.final) < n_points else 4]

    def kill_once(self, kill):
        self.journal.look()  # a run that was missed may have written much
        happened, delay = self.plan(kill)
        child = self.start()
        while child.poll() is None and not happened():
            self.journal.look()
            time.sleep(0.0005)
        end = time.monotonic() + delay
        while child.poll() is None and time.monotonic() < end:
            time.sleep(0.0005)
        if child.poll() is not None:
            return False
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.journal.look()
        self.kills[self.state()] += 1
        self.n_open += len(self.journal.open)
        return True

    def run(self):
        """(differences, words)"""
        tries = 0
        while sum(self.kills.values()) < self.options.kills and tries < 5 * self.options.kills:
            if not self.kill_once(sum(self.kills.values())):
                self.n_missed += 1
            tries += 1
        code = self.start().wait()
        self.journal.look()
        found, words = exactly_once.verify(self.options.folder, self.name, self.options.points)
        if code != 0:
            found.append("the last run ended with %d" % code)
        if sum(self.kills.values()) != self.options.kills:
            found.append("%d kills" % sum(self.kills.values()))
        return found, "%s; %d open intents met, %d jobs adopted" % (
            words, self.n_open, self.journal.n_adopted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=os.path.realpath)
    parser.add_argument("sweeps", type=int)
    parser.add_argument("--side-by-side", type=int, default=6)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--mode", choices=("jobs", "array", "both"), default="both")
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    if options.seed is None:
        options.seed = int(time.time()) % 1000000
    print("# seed %d" % options.seed, flush=True)
    kills, failed, started = collections.Counter(), 0, time.monotonic()
    sweeps = [Sweep(options, number) for number in range(options.sweeps)]
    with concurrent.futures.ThreadPoolExecutor(options.side_by_side) as pool:
        for sweep, (found, words) in zip(sweeps, pool.map(Sweep.run, sweeps)):
            kills += sweep.kills
            failed += bool(found)
            print("# %s (%s): %s" % (sweep.name, sweep.mode, words), flush=True)
            for difference in found[:10]:
                print("#   " + difference, flush=True)
    for state in STATES:
        print("# %4d kills %s" % (kills[state], state))
    print("# %d kills of %d sweeps of %d points in %d s; %d sweeps are wrong" % (
        sum(kills.values()), options.sweeps, options.points, time.monotonic() - started, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
