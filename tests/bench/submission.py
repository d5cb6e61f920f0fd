"""submission.py: held jobs submitted by raylaunch, by a bash loop and by xargs, on a real Slurm.

The same scripts, those that raylaunch rendered, go to sbatch in three ways that take turns, each
time another one first; raylaunch's time is that of the whole command, with plan, checks, journal
and fsync. After each turn the jobs are cancelled, untimed. Then 10,000 points as job arrays, alone, and
the CPU that raylaunch itself uses for each job, without sbatch and its other children (own_cpu.py), beside that
of an older commit (RAYLAUNCH_BENCH_BEFORE, 527ec89 by default, built by the pair). As root, on the test cluster (tests/cluster/with.sh brings it up; the pair gives it room for all
these jobs). RAYLAUNCH_BENCH_JOBS: 2,000 by default, and RAYLAUNCH_BENCH_TURNS: 7.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

import turns

USER = "rlalice"
LAB = os.path.realpath(os.environ.get("RAYLAUNCH_LAB", "/opt/raylaunch-test"))
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
FOLDER = os.path.join(LAB, "home", USER, "bench-submission")
JOBS = int(os.environ.get("RAYLAUNCH_BENCH_JOBS", "2000"))
ASKED = (
    "--nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray"
    " --sbatch hold --no-archive --quiet --max-rate 0"
).split()
LOOP = "for script in {0}; do sbatch --hold --parsable $script; done"
XARGS = "printf '%s\\n' {0} | xargs -P4 -n1 sbatch --hold --parsable"


def as_user(*words):
    return [ROOT + "/tests/cluster/cluster.sh", "as", USER, *words]


def run(*words):
    done = subprocess.run(
        as_user(*words), cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        sys.exit(f"bench: '{' '.join(words)}' ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def timed(*words):
    started = time.perf_counter()
    run(*words)
    return time.perf_counter() - started


def count_jobs():
    return len(run("squeue", "-h", "-r", "-u", USER, "-t", "PD", "-o", "%i").split())


def clear(expected):
    if count_jobs() != expected:
        sys.exit(f"bench: {count_jobs()} jobs wait, not {expected}")
    run("scancel", "-u", USER)
    while run("squeue", "-h", "-u", USER).strip():
        time.sleep(1)


def sweep(name, count, *more):
    return ["raylaunch", "sweep", *ASKED, *more, "--name", name, "--", "/bin/true", f"i=range(0,{count})"]


def raylaunch(turn):
    return sweep(f"turn{turn}", JOBS)


def by_turns():
    run(*raylaunch("s"))  # a warm-up; its scripts are those of the peers
    clear(JOBS)
    scripts = f"slurm_outputs/turns/points/{'*/' if JOBS > 1000 else ''}*.sbatch"
    ways = {
        "raylaunch": raylaunch,
        "xargs -P4 sbatch": lambda turn: ("bash", "-c", XARGS.format(scripts)),
        "bash loop": lambda turn: ("bash", "-c", LOOP.format(scripts)),
    }
    took = {name: [] for name in ways}
    for turn in range(max(1, int(os.environ.get("RAYLAUNCH_BENCH_TURNS", "7")))):
        for i in range(len(ways)):
            name = list(ways)[(turn + i) % len(ways)]
            took[name].append(timed(*ways[name](turn)))
            clear(JOBS)
    return took


def seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def arrays():
    before = seconds_of_children()
    took = timed(*sweep("arrays", 10000, "--mode", "array"))
    used = seconds_of_children() - before
    clear(10000)
    calls = len(os.listdir(f"{FOLDER}/slurm_outputs/arrays/arrays")) // 2
    print(f"10,000 points as arrays: {calls} sbatch calls, {took:.2f} s, {used:.2f} s of CPU here")


def own_cpu():
    """Turns of this program and the older one; the least of each, a job."""
    before = os.environ.get("RAYLAUNCH_BEFORE", "")
    if not os.access(before, os.X_OK):
        print("own CPU a job: there is no older program to compare with")
        return
    shutil.copy(before, FOLDER + "/before")
    shutil.copy(ROOT + "/tests/bench/own_cpu.py", FOLDER)
    used = {"raylaunch": [], "./before": []}
    for turn in range(3):
        for program, seconds in used.items():
            words = sweep(f"own{turn}-{len(seconds)}-{program.strip('./')}", JOBS)[1:]
            said = run("python3", "own_cpu.py", program, *words)
            seconds.append(float(said.split()[-1]) * 1000 / JOBS)
            clear(JOBS)
    ours, older = (min(seconds) for seconds in used.values())
    print(
        f"own CPU a job, without children: {ours:.2f} ms; of {os.environ['RAYLAUNCH_BEFORE_NAME']}:"
        f" {older:.2f} ms ({ours / older:.2f} of it)"
    )


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.mkdir(FOLDER)
    home = os.stat(os.path.dirname(FOLDER))
    os.chown(FOLDER, home.st_uid, home.st_gid)
    took = by_turns()
    ours, *peers = took
    for peer in peers:
        cells = [
            turns.shown(f(took[one])) for one in (ours, peer) for f in (min, statistics.median)
        ]
        ratio = f"{min(took[peer]) / min(took[ours]):.2f} x"
        print(turns.LINE.format(f"{JOBS:,} held jobs", ours, *cells[:2], peer, *cells[2:], ratio))
    arrays()
    own_cpu()
    shutil.rmtree(FOLDER)


main()
