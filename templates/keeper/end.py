# The end: logs, Ray by its process id, then whatever is left below us.
import shutil
import signal
import time

from .base import NODE, plain
from .logs import archive
from .orders import say
from .processes import family, kill_all


class End:
    """Never "ray stop": it ends every Ray of the user on the node, and others' if it may."""

    def watch(self):
        """Until Ray ends or the batch script says so."""
        self.wait_for(lambda: self.ended is not None or self.lost, float("inf"))
        if not self.entry_over:
            what = self.lost if self.symmetric and self.lost else "Ray"
            say("died", "node %s: %s ended: %s" % (NODE, what, plain(self.talk, 3)))
        self.wait_for(lambda: False, float("inf"))

    def ask_child(self):
        """TERM, but once: a second one breaks into the cleaning up of "ray start" (seen: it then
        hangs). symmetric-run does not pass it on."""
        if self.child is not None and self.ended is None and self.asked != self.child.pid:
            self.asked = self.child.pid
            kill_all(family() if self.symmetric else [self.child.pid], signal.SIGTERM)

    def end_child(self, seconds):
        """TERM to the child, time to end, then KILL to all that is left below us."""
        self.ask_child()
        if self.child is not None:
            self.settle(lambda: self.ended is not None or self.hurry, seconds)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            rest = family()
            if not rest:
                break
            kill_all(rest, signal.SIGKILL)
            self.settle(lambda: False, 0.05)

    def settle(self, test, seconds):
        """wait_for, deaf to orders that come twice."""
        was, self.stopping = self.stopping, True
        try:
            self.wait_for(test, seconds)
        finally:
            self.stopping = was

    def save_logs(self):
        if self.given["ray_logs"] == "none":
            return
        try:
            archive("%s.ray/%s.tar.gz" % (self.given["base"], NODE), self.outer, self.all_roots(), self.talk)
        except Exception as error:
            say("warning", "the logs of node %s could not be kept: %s" % (NODE, error))

    def end(self):
        if self.symmetric and self.head and self.entry_over and not self.hurry:
            self.settle(lambda: self.ended is not None or self.hurry, 6)  # its own "ray stop" is at work
        if not self.hurry:
            self.ask_child()
        if self.keep:
            self.save_logs()
        self.end_child(0 if self.hurry else 3 if self.symmetric else 8)
        self.open_gate()
        if self.ports is not None:
            self.ports.release()
        for root in self.all_roots():
            shutil.rmtree(root, ignore_errors=True)
        if not self.head or self.eof:
            shutil.rmtree(self.outer, ignore_errors=True)
        say("stopped")
