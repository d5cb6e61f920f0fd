# The start of Ray on this node: three tries, each with new ports and a new folder.
import fcntl
import os
import re
import socket
import time

from .addresses import head_address
from .base import AGAIN_WORDS, NODE, PORT_WORDS, TRIES, Failure, Moved, plain, read_text, write_private
from .gpus import check_place
from .logs import first_and_last, log_files
from .orders import say
from .ports import Ports
from .processes import family
from .tls import all_addresses
from .words import hidden_modules


class Start:

    def start(self):
        tries = 1
        while True:
            try:
                self.start_once()
                return
            except Moved:
                self.clean_try()
            except Failure as failure:
                if not failure.again or tries == TRIES:
                    raise
                tries += 1
                say("again", "%d %s" % (tries, failure.text))
                if self.ports is not None and self.ports.first:
                    self.skip.add(self.ports.first)
                self.clean_try()

    def clean_try(self):
        self.end_child(2)
        self.child = self.ended = self.lost = None
        self.vital = {}
        self.open_gate()
        if self.ports is not None:
            self.ports.release()

    def start_once(self):
        given = self.given
        check_place(given, os.environ)
        self.cpus = self.cpu_count()
        self.ports = Ports(int(given["ports_first"]), int(given["ports_last"]), given["ports_strict"] == "1",
                           max(100, 8 * self.cpus), self.skip)
        if self.head:
            self.me = head_address(given["interface"], given["peer"])
            self.address = "%s:%d" % (self.me, self.ports.service["gcs"])
            if not self.token:
                self.token = os.urandom(24).hex()
            self.write_token()
        say("claimed", "%d %d %s %s" % (self.ports.first, self.ports.last, self.address or "-", all_addresses()))
        if given["tls"] == "1" and not self.wait_for(lambda: self.has_leaf, self.left()):
            raise Failure("ray_tls", "node %s was never sent its certificate" % NODE)
        if not self.head:
            if not self.wait_for(lambda: self.address, self.left()):
                raise Failure("ray_start", "node %s was never told the address of the head" % NODE)
            self.reach_head()
            self.write_token()
        self.starts += 1
        self.root = "%s/r%s" % (self.outer, self.starts if self.starts > 1 else "")
        os.mkdir(self.root, 0o700)
        self.close_gate()
        began = time.monotonic()
        self.spawn()
        self.wait_up(began)
        self.open_gate()
        self.find_vital()
        if self.head and self.has_dashboard():
            say("dashboard", "%s:%d" % (self.me, self.ports.service["dash"]))
        say("up", "%s %.1f %s" % (self.me, time.monotonic() - began, self.address))

    def find_vital(self):
        """symmetric-run does not watch the daemons of the head; as orphans they are our children."""
        names = {pid: read_text("/proc/%d/comm" % pid).strip() for pid in family()}
        self.vital = {pid: name for pid, name in names.items() if name in ("raylet", "gcs_server")}

    def left(self):
        return max(0.0, self.deadline - time.monotonic())

    def reach_head(self):
        """A TCP connection proves the address before Ray starts on it."""
        began = time.monotonic()
        while True:
            host, port = self.address.rsplit(":", 1)
            try:
                with socket.create_connection((host, int(port)), 3) as probe:
                    self.me = probe.getsockname()[0]
                return
            except OSError as error:
                refused = isinstance(error, ConnectionRefusedError)
                room = self.left() if refused and self.symmetric else 30
                if time.monotonic() - began >= room:
                    raise Failure("ray_start", "node %s cannot reach the head at %s: %s; look for a firewall or set "
                                  "interface" % (NODE, self.address, error), refused)
            self.pump(0.1)

    def write_token(self):
        write_private(self.outer + "/token", self.token)

    def close_gate(self):
        """One Ray node of this user starts at a time on this node: Ray gives a start 30 s, a
        literal that nothing raises, and many at once all miss it."""
        try:
            path = "%s/.raylaunch-start-%d" % (self.given["temp"], os.getuid())
            self.gate = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            if os.fstat(self.gate).st_uid != os.getuid():
                self.open_gate()
        except OSError:
            self.gate = None  # a foreign file of that name: start without waiting
        told = False
        while self.gate is not None:
            try:
                fcntl.flock(self.gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                if not told:
                    say("waiting", "for another Ray start on this node")
                told = True
                self.pump(0.1)

    def open_gate(self):
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None

    def wait_up(self, began):
        """Ray says itself when it is up; its own daemons have registered by then."""
        if self.symmetric and self.head:
            if not self.wait_for(lambda: b"Head node started." in self.talk or self.ended is not None or
                                 self.has_lost_port(), 120):
                raise Failure("ray_start", "the head did not start within 120 s: " + plain(self.talk), True)
            self.open_gate()
            ready, room = (lambda: self.linked), self.left()
        else:
            ready, room = (lambda: b"Ray runtime started" in self.talk), 120
        done = self.wait_for(lambda: ready() or self.ended is not None or self.has_lost_port(), max(1.0, room))
        if ready():
            return
        if self.ended is not None:
            self.wait_for(lambda: self.child.stdout is None, 0.5)
        raise self.why_not(done, time.monotonic() - began)

    def has_lost_port(self):
        """The control store found its port taken and is dead. Ray itself notices 40 s later (seen), and
        all that time no other Ray of the user could start on this node."""
        if not self.head or self.looked > time.monotonic() - 0.5:
            return False
        self.looked = time.monotonic()
        said = read_text(self.root + "/session_latest/logs/gcs_server.err")
        return any(word in said for word in PORT_WORDS)

    def why_not(self, died, took):
        text = self.talk.decode("utf-8", "replace")
        for _, _, path, about in log_files(self.root):
            if re.search(r"(gcs_server|raylet|agent)[^/]*$", path) and about.st_size:
                try:
                    text += first_and_last(path, about.st_size)[-8192:].decode("utf-8", "replace")
                except (OSError, ValueError):
                    pass
        cause = "port_in_use" if any(word in text for word in PORT_WORDS) else "ray_start"
        if "Version mismatch" in text:  # of Ray or Python between this node and the head's
            cause = "ray_version"
        again = any(word in text for word in AGAIN_WORDS) or not died
        proof = plain(self.talk)
        port = re.search("The specified port is [0-9]+", text)  # said by a daemon, in its own log
        if cause == "port_in_use" and port:
            proof = port.group(0) + ": Address already in use / " + proof
        hidden = hidden_modules()
        if hidden and cause == "ray_start":
            proof += " (in the folder of the job \"%s\" hides a module of Python's own)" % hidden[0]
        return Failure(cause, "node %s: Ray %s after %.0f s: %s"
                       % (NODE, "ended" if died else "was not up", took, proof), again)
