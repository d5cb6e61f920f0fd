"""every_call.py FOLDER [--step N] [--seed N] [--mode jobs|array]: SIGKILL of raylaunch at every
one of its system calls around a submission.

A sweep of two points is typed under strace(1) once, to see which of its system calls lie between
the first intent and the last outcome in the journal. Then sweeps of two points are killed as they
enter call number n, for each n there (each N-th, from a place drawn from the seed), and typed
again. exactly_once.py must find that each point ran once. FOLDER: see kills.py.
Exit: 0 all well, 1 not (what is wrong is printed), 2 usage.
"""

import argparse
import concurrent.futures
import os
import random
import subprocess
import sys
import time

import exactly_once

POINTS = 2


def run(options, name, tracer, *more):
    command = [os.environ["CLUSTER_SH"], "as", "rlalice", *tracer, "raylaunch", "sweep",
               "--nodes", "1", "--cpus-per-task", "1", "--gpus-per-task", "0", "--mem", "100M",
               "--time", "5", "--shared", "--no-ray", "--poll", "1", "--fs-grace", "0", *more,
               "--name", name, "--", "bash", "point.sh", name, "i=range(0,%d)" % POINTS]
    if options.mode == "array":
        command[command.index("sweep") + 1:command.index("sweep") + 1] = ["--mode", "array"]
    with open(os.path.join(options.folder, name + ".log"), "ab") as log:
        return subprocess.run(command, cwd=options.folder, stdin=subprocess.DEVNULL, stdout=log,
                              stderr=log, check=False).returncode


def find_calls(options):
    """All system calls by name, and the numbers of the first and the last one of interest."""
    trace = os.path.join(options.folder, "trace")
    if run(options, "calls", ["strace", "-o", trace, "-s", "150"]) != 0:
        sys.exit("every_call: cannot run raylaunch under strace")
    with open(trace, encoding="ascii") as lines:
        calls = [line for line in lines if "(" in line.split('"')[0]]
    writes = [n for n, call in enumerate(calls) if '{\\"v\\":1,\\"seq' in call and "write" in call]
    return [call.split("(")[0] for call in calls], writes[0] - 3, writes[-1] + 3


def kill_at(options, calls, number):
    name = "call%d" % number
    call = calls[number]
    which = calls[:number + 1].count(call)  # strace counts each kind of its own
    code = run(options, name, ["strace", "-o", "/dev/null", "-e",
                               "inject=%s:signal=SIGKILL:when=%d" % (call, which)])
    again = run(options, name, [], "--wait")
    found, _ = exactly_once.verify(options.folder, name, POINTS)
    if again != 0:
        found.append("typed again: exit code %d" % again)
    return number, code in (-9, 137), found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=os.path.realpath)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--mode", choices=("jobs", "array"), default="jobs")
    parser.add_argument("--side-by-side", type=int, default=8)
    options = parser.parse_args()
    if options.seed is None:
        options.seed = int(time.time()) % 1000000
    calls, first, last = find_calls(options)
    numbers = range(first + random.Random(options.seed).randrange(options.step), last + 1,
                    options.step)
    killed, failed, started = 0, 0, time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.side_by_side) as pool:
        for number, is_killed, found in pool.map(lambda n: kill_at(options, calls, n), numbers):
            killed += is_killed
            failed += bool(found)
            for difference in found[:10]:
                print("#   call %d: %s" % (number, difference), flush=True)
    print("# seed %d: killed at %d of the system calls %d to %d (of %d) in %d s; %d are wrong" % (
        options.seed, killed, first, last, len(calls), time.monotonic() - started, failed))
    return failed > 0 or killed < len(numbers) // 2


if __name__ == "__main__":
    sys.exit(main())
