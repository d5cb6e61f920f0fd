#!/bin/bash
# What others wrote reaches a terminal only in a form that moves and hides nothing: journal, points, logs,
# results and names with escapes, control bytes of both kinds and marks of direction, from every verb that
# reads a sweep. What would go wrong: a failed row reads as a good one, the window's title is a command.
# And a reading verb ends at the first Ctrl-C in the middle of a huge file, with 130.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1

cat >hostile.py <<'PY'
import json, os
# ESC, BEL, BS, a title, C1's CSI, each mark of direction, a lone byte
BAD = "a\x1b[2J\x1b]0;title\x07\x08\x9b31m\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069z\x7f"
def line(file, value):
    file.write(json.dumps(value, ensure_ascii=False) + "\n")
os.makedirs("slurm_outputs/e/points")
os.chdir("slurm_outputs/e")
with open("points.jsonl", "w") as file:
    for i, (k, v) in enumerate((("a", "1"), (BAD, BAD), ("b", BAD))):
        line(file, {"index": i, "point": "a=%d-0a1b2c3d4e5%d" % (i, i), "params": {k: v}, "argv": ["true", k + "=" + v]})
with open("journal.jsonl", "w") as file:
    seq = 0
    def event(kind, **members):
        global seq
        seq += 1
        line(file, dict({"v": 1, "seq": seq, "time": "2026-11-28T00:00:0%dZ" % (seq % 10), "event": kind}, **members))
    event("sweep", name="e", command=["true", BAD], folder="/tmp/" + BAD, version=BAD)
    event("settings", id="0a1b2c3d", values={"mem": BAD})
    for i in range(3):
        who = {"point": "a=%d-0a1b2c3d4e5%d" % (i, i), "attempt": 1, "token": "aaaaaaaaaaa%d" % i}
        event("submitting", base="points/a=%d" % i, settings="0a1b2c3d", **who)
        event("submitted", job_id="1" + BAD, **who)
        event("final", job_id="1" + BAD, state="failed" if i else "completed", cause=BAD if i else "", message=BAD, raw_state=BAD,
              signal=BAD, nodes=BAD, evidence={"file": BAD, "line": BAD}, warnings=[BAD], exit_code=1, **who)
with open("resolved.yaml", "w") as file:
    file.write("scheduler: local\n")
for i in range(3):
    with open("points/a=%d.out" % i, "w") as file:
        file.write(BAD + "\n\x1b[31mred\x1b[0m\rbar\n" + BAD + 'TMGG_RESULT:' + json.dumps({"metrics": {"m" + BAD: 1, BAD: BAD, "x": {BAD: 2}}, "status": BAD, BAD: BAD}) + "\n")
    with open("points/a=%d.err" % i, "w") as file:
        file.write("Traceback (most recent call last):\nValueError: " + BAD + "\n")
    with open("points/a=%d.verdict.json" % i, "w") as file:
        json.dump({"v": 1, "state": "failed", "phase": "done", "host": BAD, "message": BAD, "cause": BAD, "signal": BAD, "bootstrap": BAD,
                   "ray_version": BAD, "code": BAD, "warnings": [BAD]}, file)
with open("results.jsonl", "w") as file:
    file.write(BAD + "\n")
os.makedirs("../../loose/" + BAD.replace("/", ""))
with open("../../loose/" + BAD + "/" + BAD + ".out", "w") as file:
    file.write("TMGG_RESULT:" + BAD + "\n")
PY
python3 hostile.py

# On a terminal: both streams of the verb. Lines that raylaunch itself colours are allowed nothing else.
cat >look.py <<'PY'
import os, pty, re, sys
COLOURS = re.compile(rb"\x1b\[[0-9;]*m|\x1b\[H\x1b\[J|\r\x1b\[K")
def run(words):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(words[0], words)
    text = b""
    while True:
        try:
            block = os.read(fd, 65536)
        except OSError:
            break
        if not block:
            break
        text += block
    os.waitpid(pid, 0)
    return text
text = run(sys.argv[1:])
left = COLOURS.sub(b"", text).replace(b"\r", b"")
bad = re.findall(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\x1b\[31m|\x1b\[2J", left)
print(len(text) > 0, sorted(set(bad)))
PY
for words in 'status e' 'status --json e' 'status --all e' 'status --why a=1* e' 'collect e' 'collect --offline --format csv e' \
    'collect --format markdown e' 'collect --json e' 'collect --format json --metric x e' 'collect loose' 'collect --format csv loose' \
    'logs --sweep e a=1*' 'logs --json --sweep e a=0*' 'retry --dry-run e --failed' 'retry --dry-run --json e --failed' 'wait e' 'cancel e' \
    'archive e' 'archive --json e' 'attach e a=1*' 'sweep --name e --dry-run -- true k=1'; do
    read -ra typed <<<"$words"
    is "$(python3 look.py "$RAYLAUNCH_BIN" "${typed[0]}" --scheduler local --no-ray "${typed[@]:1}" 2>&1)" 'True []' "$words"
done
# Talk and tables for people are clean wherever they go; a log is copied byte for byte.
for words in 'status e' 'status --all e' 'status --why a=1* e' 'collect e' 'collect --format csv loose' 'wait e'; do
    read -ra typed <<<"$words"
    run "$RAYLAUNCH_BIN" "${typed[@]}"
    cat "$err" >said.txt
    case $words in *csv*) ;; *) cat "$out" >>said.txt ;; esac
    ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' said.txt
    ok $? "$words, not on a terminal"
done
run "$RAYLAUNCH_BIN" logs --sweep e --stream out 'a=0*'
cmp -s "$out" slurm_outputs/e/points/a=0.out
ok $? 'logs into a file: every byte'

# ---- Ctrl-C in the middle of much: files of holes cost no disk
cat >interrupt.py <<'PY'
import os, signal, subprocess, sys, time
def is_reading():
    for fd in os.listdir("/proc/%d/fd" % child.pid):
        try:
            if os.readlink("/proc/%d/fd/%s" % (child.pid, fd)).endswith((".out", ".out (deleted)")):
                return True
        except OSError:
            pass
    return False
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
end = time.monotonic() + 60
while child.poll() is None and not is_reading() and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.05)
early = child.poll()
child.send_signal(signal.SIGINT)
start = time.monotonic()
child.communicate()
print(early, child.returncode, time.monotonic() - start < 8)
PY
mkdir huge
truncate -s 100G huge/a.out slurm_outputs/e/points/a=0.out
before=$(wc -l <slurm_outputs/e/journal.jsonl)
for words in 'collect huge' 'collect --pick all huge/a.out' 'collect --offline e' 'collect e' 'status --json e' 'archive e' 'logs --sweep e --tail 1 --stream out a=0*' \
    'wait e'; do
    read -ra typed <<<"$words"
    is "$(python3 interrupt.py "$RAYLAUNCH_BIN" "${typed[@]}")" 'None 130 True' "Ctrl-C: $words"
done
is "$(wc -l <slurm_outputs/e/journal.jsonl)" "$before" 'and nothing was decided by half a file'
finish
