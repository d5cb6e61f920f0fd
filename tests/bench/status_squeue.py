"""status_squeue.py: `raylaunch status` of 10,000 points beside squeue's own time, on a real Slurm.

The points are held tasks of job arrays. Both run as the user on the submit host, by turns; then
the CPU time of one look, of raylaunch itself without its squeue: that of a `raylaunch wait` of
many looks less that of one of few. As root, on the test cluster (tests/cluster/with.sh brings it
up). RAYLAUNCH_BENCH_POINTS: 10,000 by default.
"""

import os
import shutil
import statistics
import subprocess
import sys

import turns

USER = "rlalice"
LAB = os.path.realpath(os.environ.get("RAYLAUNCH_LAB", "/opt/raylaunch-test"))
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
FOLDER = os.path.join(LAB, "home", USER, "bench-status")
POINTS = int(os.environ.get("RAYLAUNCH_BENCH_POINTS", "10000"))
ASKED = (
    "--nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray"
    " --sbatch hold --no-archive --quiet --mode array --name bench"
).split()
# As raylaunch asks, with separators as long as its own.
FORMAT = "".join(f"%{letter}:0123456789abcdef:" for letter in "iTrVSeNjo")
# Times COMMAND TIMES times inside the machine, where no nsenter is counted; prints seconds.
TIMER = """
import os, sys, time
for _ in range(int(sys.argv[1])):
    null = os.open(os.devnull, os.O_WRONLY)
    start = time.perf_counter()
    pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
    _, status, used = os.wait4(pid, 0)
    print(time.perf_counter() - start, used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status))
"""


def as_user(*words):
    done = subprocess.run(
        [ROOT + "/tests/cluster/cluster.sh", "as", USER, *words],
        cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"bench: '{' '.join(words)}' ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def timed(code, *words):
    wall, cpu, ended = as_user("python3", "-c", TIMER, "1", *words).split()
    if int(ended) != code:
        sys.exit(f"bench: '{' '.join(words)}' ended with {ended}")
    return float(wall), float(cpu)


def by_turns():
    ours, peer = [], []
    for turn in range(turns.TURNS + 1):
        one = timed(0, "raylaunch", "status", "bench")
        other = timed(0, "squeue", "-u", USER, "-t", "all", "--array", "-o", FORMAT)
        if turn > 0:  # the first is the warm-up
            ours.append(one)
            peer.append(other)
    return ours, peer


def cpu_of_a_look():
    """CPU of raylaunch and its children from 2 to 12 looks, less that of squeue into a pipe."""
    piped = f"squeue -u {USER} -t all --array -o '{FORMAT}' | cat"
    squeue_cpu = min(timed(0, "sh", "-c", piped)[1] for _ in range(turns.TURNS))
    few = timed(5, "raylaunch", "wait", "bench", "--poll", "1", "--wait-timeout", "2")[1]
    many = timed(5, "raylaunch", "wait", "bench", "--poll", "1", "--wait-timeout", "12")[1]
    return (many - few) / 10 - squeue_cpu


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.mkdir(FOLDER)
    home = os.stat(os.path.dirname(FOLDER))
    os.chown(FOLDER, home.st_uid, home.st_gid)
    as_user("raylaunch", "sweep", *ASKED, "--", "/bin/true", f"i=range(0,{POINTS})")
    try:
        ours, peer = by_turns()
        cells = [
            turns.shown(f([wall for wall, _ in times]))
            for times in (ours, peer)
            for f in (min, statistics.median)
        ]
        ratio = f"{min(peer)[0] / min(ours)[0]:.2f} x"
        print(turns.LINE.format(f"status, {POINTS:,} held tasks", "raylaunch", *cells[:2],
                                "squeue", *cells[2:], ratio))  # fmt: skip
        look = cpu_of_a_look()
        print(f"CPU of one look at {POINTS:,} tasks, without squeue: {look * 1000:.0f} ms")
    finally:
        as_user("scancel", "-u", USER)
    shutil.rmtree(FOLDER)


main()
