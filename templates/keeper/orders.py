# What comes in (orders of the batch script, signals, Ray's words), and what goes out.
import os
import select
import signal
import socket
import struct
import sys
import time

from .base import NODE, Moved, Stop
from .tls import write_leaf

BELL = sys.argv[2:3] == ["bell=4"]  # a pipe that wakes the batch script up


def say(event, text=""):
    """One line in one write of less than PIPE_BUF bytes: the lines of several keepers never mix."""
    line = "RL %s %s %s" % (NODE, event, text)
    try:
        os.write(1, line.encode("utf-8", "replace")[:3500].replace(b"\n", b" ") + b"\n")
        if BELL:
            os.write(4, b"\n")
    except OSError:
        pass


class Orders:
    """All waiting is done in pump(): one place that hears everything, so no signal and no order is
    missed while something else is waited for."""

    def pump(self, seconds):
        """Wait for one thing that happens, at most so long, and take note of it."""
        sources = [self.wake]
        if not self.eof:
            sources.append(0)
        if self.child is not None and self.child.stdout is not None:
            sources.append(self.child.stdout)
        for source in (self.door, self.link):
            if source is not None:
                sources.append(source)
        ready = select.select(sources, [], [], seconds)[0]
        if self.wake in ready:
            self.on_signals(os.read(self.wake, 512))
        if self.child is not None and self.child.stdout in ready:
            self.on_talk()
        if self.door is not None and self.door in ready:
            self.link, _ = self.door.accept()
            self.door.close()
            self.door, self.linked = None, True
        elif self.link is not None and self.link in ready:
            self.on_link()
        if 0 in ready:
            self.on_orders()

    def on_signals(self, numbers):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if self.child is not None and pid == self.child.pid:
                self.ended, self.child.returncode = status, 0
            self.lost = self.lost or self.vital.get(pid)
        if signal.SIGTERM not in numbers:
            return
        if self.stopping:
            self.hurry = True  # the batch script was killed, and Slurm's KILL comes within KillWait
            return
        self.save_logs()  # Slurm ends the job: it may kill us next
        if not self.head:
            self.keep, self.hurry = False, True
            self.stop()

    def on_talk(self):
        data = os.read(self.child.stdout.fileno(), 65536)
        if not data:
            self.child.stdout.close()
            self.child.stdout = None
        self.talk = (self.talk + data)[-64 * 1024:]  # a Ray that talks for weeks must not fill us

    def on_link(self):
        try:
            data = self.link.recv(4096)
        except OSError:
            data = b""
        self.heard += data
        while b"\n" in self.heard:
            line, self.heard = self.heard.split(b"\n", 1)
            word, _, rest = line.decode().partition(" ")
            if word in ("entry_pid", "entry_end"):
                self.entry_over = self.entry_over or word == "entry_end"
                say(word, rest)
        if not data:
            self.link.close()
            self.link = None
            if not self.entry_over:
                self.entry_over = True
                say("entry_end", "signal 9")

    def on_orders(self):
        data = os.read(0, 65536)
        self.orders += data
        while b"\n" in self.orders:
            line, self.orders = self.orders.split(b"\n", 1)
            self.order(line.decode("utf-8", "replace").split())
        if not data:
            self.eof = True
            if self.keep is None:  # nobody said stop: the batch script was killed
                self.keep = self.given["ray_logs"] != "none"
            self.stop()

    def order(self, words):
        word = words[0] if words else ""
        if word == "stop":
            self.keep, self.hurry = "keep" in words, "now" in words
            self.stop()
        elif word == "logs":
            self.save_logs()
            say("saved")
        elif word == "run":
            self.run_entry()
        elif word == "signal" and self.link is not None:
            self.link.sendall(("signal " + words[1] + "\n").encode())
        elif word == "leaf" and len(words) == 5 and words[1] == NODE:  # every node hears all of them
            write_leaf(self.outer, words[2:])
            self.has_leaf = True
        elif word == "go" and len(words) == 3 and words[2] != self.address:
            self.token, self.address = words[1:]
            if self.child is not None and not self.stopping:
                raise Moved()

    def stop(self):
        if not self.stopping:
            self.stopping = True
            raise Stop()

    def run_entry(self):
        """Hand stdout and stderr of the job to the parent of the entrypoint and let it go."""
        if self.link is not None:
            rights = struct.pack("ii", 3, 2)
            self.link.sendmsg([b"run\n"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])

    def wait_for(self, test, seconds):
        """Time in which this process stood still, as its job was suspended, does not count."""
        while not test():
            if seconds <= 0:
                return False
            began = time.monotonic()
            self.pump(min(seconds, 0.5))
            took = time.monotonic() - began
            if took > 3:
                self.deadline += took
                took = 0.5
            seconds -= took
        return True
