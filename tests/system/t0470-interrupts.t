#!/bin/bash
# Ctrl-C and TERM in every state in which raylaunch waits: the first is answered within a
# second, a second one ends it within two, whatever child hangs; the child and what it started
# are gone then, and the next command finds out what became of an intent.
#
# Slurm's commands are stand-ins: a real one cannot be made to hang on command. The one that a
# state is about never returns from its N-th call on, and hears nothing but SIGKILL. All
# states run at the same time; time is measured from the signal, so that a slow start does not
# count. The bounds are those of the promise; where this script itself is woken up late, because
# the machine is busy with others, they are longer by twenty times that.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir -p "$WORK/bin" && cd "$WORK" || exit 1
use_slurm_stand_in # each state has answers of its own
for program in sbatch squeue sacct scontrol sinfo sacctmgr scancel git; do
    cat >"$WORK/bin/$program" <<'SH'
#!/bin/bash
name=${0##*/}
echo . >>"$STAND_IN/n.$name" # one write, whoever else does
from=$(cat "$STAND_IN/hang.$name" 2>/dev/null)
if [ -n "$from" ] && [ "$(wc -l <"$STAND_IN/n.$name")" -ge "$from" ]; then
    trap '' INT TERM HUP
    sleep 300 &
    echo "$$ $!" >"$STAND_IN/hung.part" && mv "$STAND_IN/hung.part" "$STAND_IN/hung.$name"
    wait
    exit 1
fi
case "$name $1" in
*' --version') echo 'slurm 22.05.8' ;;
scancel*) ;;
git*) exit 1 ;;
*) exec "$ANSWER/$name" "$@" ;;
esac
SH
done
chmod +x "$WORK/bin"/*
export ANSWER=$WORK/stand-in
cat >states.py <<'PY'
import glob, json, os, signal, subprocess, sys, threading, time

WORK, PROGRAM = sys.argv[1:3]
SWEEP = ["sweep", "--scheduler", "slurm", "--no-ray", "--nodes", "1", "--cpus-per-task", "1",
         "--gpus-per-task", "0", "--mem", "10M", "--time", "5", "--shared", "--fs-grace", "0",
         "--name", "e"]
POINTS = ["--", "true", "a=1,2"]
lines, lock = [], threading.Lock()

def tell(good, name, what):
    with lock:
        lines.append((name, good, what))

def alive(pid):
    try:
        return open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False

class State:
    def __init__(self, name):
        self.name, self.far = name, os.path.join(WORK, "far", name)
        os.makedirs(self.far)
        self.env = dict(os.environ, STAND_IN=self.far, PATH=WORK + "/bin:" + os.environ["PATH"],
                        XDG_CACHE_HOME=self.far + "/cache")
        self.put("sinfo", "gpu*|up|infinite|3|32|64000|gpu:2|\n")
        self.set_timeout(1)
        self.empty_queue()

    def set_timeout(self, seconds):
        self.put("config", "SLURM_VERSION = 22.05.8\nClusterName = x\n"
                 "MessageTimeout = %d sec\n" % seconds)

    def empty_queue(self):
        self.put("queue", "JOBID:SEP:STATE:SEP:REASON:SEP:SUBMIT_TIME:SEP:START_TIME:SEP:"
                 "END_TIME:SEP:NODELIST:SEP:NAME:SEP:COMMAND:SEP:\n")

    def put(self, name, text):
        with open(os.path.join(self.far, name), "w") as file:
            file.write(str(text))

    def start(self, words, name="now"):
        self.err = os.path.join(self.far, name + ".err")
        return subprocess.Popen([PROGRAM] + words[:1] + ["--output-dir", "o"] + words[1:],
                                cwd=self.far, env=self.env, stdin=subprocess.DEVNULL,
                                stdout=open(os.path.join(self.far, name + ".out"), "w"),
                                stderr=open(self.err, "w"),
                                # a background shell's children ignore it
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def run(self, words, name):
        process = self.start(words, name)
        return process.wait(timeout=60), open(self.err).read()

    def has(self, what):
        """A program hangs, or "N looks" were begun."""
        if not what.endswith(" looks"):
            return os.path.exists(os.path.join(self.far, "hung." + what))
        path = os.path.join(self.far, "n.squeue")
        return os.path.exists(path) and len(open(path).readlines()) >= int(what.split()[0])

    def said(self, words):
        return words in open(self.err).read()

    def wait(self, condition, seconds):
        now = time.monotonic()
        end, self.lag = now + seconds, 0
        while now < end:
            if condition():
                return True
            time.sleep(0.01)
            self.lag = max(self.lag, time.monotonic() - now - 0.01)
            now = time.monotonic()
        return condition()

    def forget(self):
        for path in glob.glob(self.far + "/n.*") + glob.glob(self.far + "/hung.*"):
            os.unlink(path)

    def signal(self, process, number, done, bound, what):
        start = time.monotonic()
        process.send_signal(number)
        good = self.wait(done, 20)
        took = time.monotonic() - start
        tell(good and took <= bound + 20 * self.lag, self.name, "%s: %s within %d s (%.2f s, lag %.2f s)" % (
            signal.Signals(number).name, what, bound, took, self.lag))
        return good

    def gone(self):
        pids = [int(pid) for path in glob.glob(self.far + "/hung.*")
                for pid in open(path).read().split()]
        good = self.wait(lambda: not any(alive(pid) for pid in pids), 20)
        tell(good, self.name, "what hung is gone, with what it started (%d)" % len(pids))

# name, what hangs from which call on, words, what shows that the state is reached, polite,
# exit code (0: as a shell sees the signal). Before: a sweep of that name was submitted.
CHECK = ["check", "--scheduler", "slurm", "--no-ray", "--nodes", "1"]
STATES = [
    ("site", {"scontrol": 1}, SWEEP + POINTS, "scontrol", False, None, False),
    ("git", {"git": 1}, SWEEP + POINTS, "git", False, None, False),
    ("first look", {"squeue": 1}, SWEEP + POINTS, "squeue", False, None, True),
    ("max_active_jobs", {"squeue": 1}, SWEEP + ["--max-active-jobs", "9"] + POINTS, "squeue",
     False, None, False),
    ("submitting", {"sbatch": 1}, SWEEP + POINTS, "sbatch", True, None, False),
    ("submitting and waiting", {"sbatch": 2}, SWEEP + ["--wait"] + POINTS, "sbatch", True, None,
     False),
    ("waiting", {"squeue": 2}, ["wait", "e"], "squeue", False, None, True),
    ("waiting between looks", {}, ["wait", "--poll", "60", "e"], "1 looks", False, None, True),
    ("history", {"sacct": 1}, ["status", "e"], "sacct", False, None, True),
    ("cancel, looking", {"squeue": 1}, ["cancel", "e"], "squeue", False, None, True),
    ("cancel", {"scancel": 1}, ["cancel", "e"], "scancel", False, None, True),
    ("status", {"squeue": 1}, ["status", "e"], "squeue", False, None, True),
    ("status --watch", {"squeue": 1}, ["status", "--watch", "e"], "squeue", False, None, True),
    ("status --watch, later", {"squeue": 2}, ["status", "--watch", "--poll", "1", "e"], "squeue",
     False, None, True),
    ("logs --follow", {"squeue": 1}, ["logs", "--follow", "--sweep", "e", "a=1*"], "squeue",
     False, None, True),
    ("retry", {"squeue": 1}, ["retry", "e", "--all"], "squeue", False, None, True),
    ("check", {"sinfo": 1}, CHECK, "sinfo", False, None, False),
    ("check, accounting", {"sacct": 2}, CHECK, "sacct", False, None, False),
    ("config --init", {"sinfo": 1}, ["config", "--init", "-o", "new.yaml"], "sinfo", False, None,
     False),
    ("check --probe", {"sbatch": 2}, CHECK + ["--probe"], "sbatch", True, None, False),
    ("check --probe, waiting", {"scancel": 2}, CHECK + ["--probe"], "2 looks", "scancel", None,
     False),
    ("collect job", {"sbatch": 3}, SWEEP + ["--collect-job"] + POINTS, "sbatch", True, None,
     False),
]

def walk(index, row):
    name, hangs, words, reached, is_polite, code, has_sweep = row
    number = (signal.SIGINT, signal.SIGTERM)[index % 2]
    state = State(name)
    if has_sweep and state.run(SWEEP + POINTS, "before")[0] != 0:
        return tell(False, name, "a sweep to begin with: " + open(state.err).read())
    state.forget()
    if name == "history":
        state.empty_queue()
    for program, call in hangs.items():
        state.put("hang." + program, call)
    process = state.start(words)
    if not state.wait(lambda: state.has(reached) or process.poll() is not None, 30) or \
            process.poll() is not None:
        process.kill()
        return tell(False, name, "not reached: rc %s, %s" % (process.poll(),
                                                             open(state.err).read()))
    if is_polite:
        state.signal(process, number, lambda: state.said("(again: at once)"), 1,
                     "answered")
        if isinstance(is_polite, str):
            state.wait(lambda: state.has(is_polite), 10)
        tell(process.poll() is None, name, "and goes on")
    state.signal(process, number, lambda: process.poll() is not None, 2 if is_polite else 1,
                 "ended")
    if process.poll() is None:
        process.kill()
    wanted = 128 + number if code is None else code
    tell(process.wait() == wanted, name, "exit code %d, wanted %d" % (process.returncode, wanted))
    state.gone()
    if name == "config --init":
        tell(not os.path.exists(state.far + "/new.yaml"), name, "no file that knows nothing is left")
    if name.startswith("submitting"):
        finish(state)

def finish(state):
    """The next command finds out, and completes it: no point twice, none lost."""
    for path in glob.glob(state.far + "/hang.*"):
        os.unlink(path)
    journal = os.path.join(state.far, "o/e/journal.jsonl")
    before = [json.loads(line) for line in open(journal)]
    n_open = sum(e["event"] == "submitting" for e in before) - sum(
        e["event"] in ("submitted", "absent", "refused") for e in before)
    tell(n_open == 1, state.name, "the intent stays open (%d)" % n_open)
    rc, err = state.run(SWEEP + POINTS, "after")
    after = [json.loads(line) for line in open(journal)][len(before):]
    n_absent = sum(e["event"] == "absent" for e in after)
    points = [e["point"] for e in before + after if e["event"] == "submitted"]
    tell(rc == 0 and n_absent == 1 and len(points) == 2 and len(set(points)) == 2, state.name,
         "the next command finds that out, and submits (rc %d, %d absent, %s)" % (
             rc, n_absent, points))

def wait_for_lock():
    """Another submits, and its sbatch hangs; then the kill of that one, SIGKILL."""
    state = State("lock")
    state.put("hang.sbatch", 1)
    holder = state.start(SWEEP + POINTS, "holder")
    if not state.wait(lambda: state.has("sbatch"), 30):
        tell(False, "lock", "the holder does not submit")
    process = state.start(["cancel", "e"])
    state.wait(lambda: state.said("waiting up to") or process.poll() is not None, 30)
    said = open(state.err).read()
    tell("(process %d)" % holder.pid in said and said.count("waiting") == 1, "lock",
         "whose it is, is said: " + said.strip())
    state.signal(process, signal.SIGINT, lambda: process.poll() is not None, 1, "ended")
    tell(process.poll() == 130 and "(process %d)" % holder.pid in open(state.err).read(), "lock",
         "exit code %s" % process.poll())
    holder.kill()
    holder.wait()
    pids = [int(pid) for pid in open(state.far + "/hung.sbatch").read().split()]
    tell(state.wait(lambda: not alive(pids[0]), 20), "lock", "SIGKILL of ours ends sbatch, too")
    for pid in pids: # what it started itself is out of reach then
        if alive(pid):
            os.kill(pid, signal.SIGKILL)

def reconcile():
    """An open intent, in the looks and in the pause between them."""
    for name, hangs, reached, timeout in (("reconcile", {"squeue": 2}, "squeue", 1),
                                          ("reconcile, pause", {}, "2 looks", 60)):
        state = State(name)
        state.put("hang.sbatch", 1)
        process = state.start(SWEEP + POINTS, "before")
        state.wait(lambda: state.has("sbatch"), 30)
        process.kill()
        process.wait()
        for pid in open(state.far + "/hung.sbatch").read().split():
            if alive(int(pid)):
                os.kill(int(pid), signal.SIGKILL)
        os.unlink(state.far + "/hang.sbatch")
        state.forget()
        state.set_timeout(timeout)
        for program, call in hangs.items():
            state.put("hang." + program, call)
        process = state.start(SWEEP + POINTS)
        tell(state.wait(lambda: state.has(reached), 30), name, "reached")
        time.sleep(0.2)
        state.signal(process, signal.SIGINT, lambda: process.poll() is not None, 1, "ended")
        if process.poll() is None:
            process.kill()
        said = open(state.err).read()
        tell(process.wait() == 130 and "jobs of an earlier" in said, name,
             "exit code %d: %s" % (process.returncode, said.strip().splitlines()[-1:]))
        state.gone()

threads = [threading.Thread(target=walk, args=item) for item in enumerate(STATES)]
threads += [threading.Thread(target=wait_for_lock), threading.Thread(target=reconcile)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name, good, what in sorted(lines, key=lambda line: line[0]):
    print("%d %s: %s" % (not good, name, " ".join(what.split())[:400]))
PY
run python3 states.py "$WORK" "$RAYLAUNCH_BIN"
is_rc 0 'all states were walked through'
while read -r is_bad what; do
    ok "$is_bad" "$what"
done <"$out"
[ "$(wc -l <"$out")" -ge 89 ]
ok $? "$(wc -l <"$out") things were looked at"
finish
