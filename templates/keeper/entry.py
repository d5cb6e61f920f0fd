# The parent of the entrypoint where no shell can be it. Under symmetric-run, which gives its child
# a captured stdout and does not say how it ended, this process gets the job's own stdout over a
# socket and says there how the program ended. In a step (head_step) see step_main().
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time


def entry_main(path, words):
    link = socket.socket(socket.AF_UNIX)
    link.connect(path)
    data, extra, _, _ = link.recvmsg(64, socket.CMSG_SPACE(8))
    if not data or not extra:
        return 1
    out, err = struct.unpack("ii", extra[0][2][:8])

    def tell(what):
        try:
            link.sendall(("entry_" + what + "\n").encode())
        except OSError:
            pass
    return entry_run(words, out, err, link.fileno(), tell)


def step_main(outer, words):
    """The parent of the entrypoint as a task of an srun step, which has no socket to the keeper and
    gives only an exit code: stdin brings the signals, and the pipe of the events, in the temp folder
    of this very node, takes the word of how it ended."""
    def tell(what):
        if what.startswith("end "):
            try:
                pipe = os.open(outer + "/events", os.O_WRONLY | os.O_NONBLOCK)
                os.write(pipe, ("RL - step_said " + what[4:] + "\n").encode())
                os.close(pipe)
            except OSError as error:
                sys.stderr.write("raylaunch: %s/events: %s\n" % (outer, error.strerror))
    return entry_run(words, 1, 2, 0, tell)


def entry_run(words, out, err, orders, tell):
    """Run the entrypoint as a child. orders: a descriptor that brings "signal NAME" lines, and whose
    end ends the child. tell: is told "pid N", and "end exit N" or "end signal N"."""
    wake, wake_end = os.pipe()
    for end in (wake, wake_end):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake_end)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda *_: None)
    env = dict(os.environ)
    for name in ("RAY_SYMMETRIC_RUN_CLUSTER_WAIT_TIMEOUT", "RAY_gcs_rpc_server_reconnect_timeout_s"):
        env.pop(name, None)
    if env.get("PYTHONSAFEPATH") == "raylaunch":  # of Ray alone (environment())
        del env["PYTHONSAFEPATH"]
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                                 preexec_fn=os.setpgrp)
    except OSError as error:
        os.write(err, ("raylaunch: \"%s\": %s\n" % (words[0], error.strerror)).encode("utf-8", "replace"))
        code = 127 if isinstance(error, FileNotFoundError) else 126
        tell("end exit %d" % code)
        return code
    for copy in (out, err):
        if copy > 2:
            os.close(copy)
    tell("pid %d" % child.pid)
    code = entry_wait(child, orders, wake)
    tell("end exit %d" % code if code >= 0 else "end signal %d" % -code)
    end_group(child.pid)
    return code if code >= 0 else 128 - code


def entry_wait(child, orders, wake):
    heard, lost = b"", 0.0
    while child.poll() is None:
        sources = [wake] if lost else [wake, orders]
        ready = select.select(sources, [], [], 0.5)[0]
        if wake in ready:
            os.read(wake, 512)
        if orders in ready:
            try:
                data = os.read(orders, 4096)
            except OSError:
                data = b""
            heard += data
            if not data:
                lost = time.monotonic()
                group_signal(child.pid, signal.SIGTERM)
        while b"\n" in heard:
            line, heard = heard.split(b"\n", 1)
            number = getattr(signal, "SIG" + line.decode().partition(" ")[2], None)
            if number is not None:
                group_signal(child.pid, number)
        if lost and time.monotonic() - lost > 2:
            group_signal(child.pid, signal.SIGKILL)
    return child.returncode


def group_signal(group, number):
    try:
        os.killpg(group, number)
        return True
    except OSError:
        return False


def end_group(group):
    """What the entrypoint left behind in its process group."""
    if group_signal(group, signal.SIGTERM):
        end = time.monotonic() + 2
        while time.monotonic() < end and group_signal(group, 0):
            time.sleep(0.05)
        group_signal(group, signal.SIGKILL)
