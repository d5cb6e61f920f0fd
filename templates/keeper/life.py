# The keeper itself: its state, its folder and its life.
import fcntl
import os
import re
import shutil
import signal
import tempfile
import time

from .base import MARK, MIB, NODE, ROOM, Failure, Moved, Stop
from .end import End
from .orders import Orders, say
from .processes import subreaper
from .start import Start
from .words import Words


def clear_left_overs(folder):
    """Temp folders of this user whose owner is gone: their lock has our mark, and is free. A folder
    that is only called as ours are may be anything."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if not re.match(r"rl\.[A-Za-z0-9_]{6,8}$", name):
            continue
        try:
            about = os.lstat(path)
            if about.st_uid != os.getuid() or about.st_mode & 0o170000 != 0o040000 or time.time() - about.st_mtime < 60:
                continue
            with os.fdopen(os.open(path + "/lock", os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK), "r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.read(lock.fileno(), len(MARK) + 1) != MARK:
                    continue
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass


def look_foreign(path):
    """Ray will work in this folder, which was there before: whoever made it has Ray's sockets."""
    about = os.lstat(path)
    if about.st_uid == os.getuid() and about.st_mode & 0o170022 == 0o040000:
        return  # of the head's own keeper, where nodes have one temp folder
    raise Failure("temp_folder", "\"%s\" on node %s was made by user %d before the job came there, and a Ray "
                  "before 2.54 would work in it: take a newer Ray, or --exclusive" % (path, NODE, about.st_uid))


def move_in(given, text):
    """A worker's keeper comes from the head through its stdin, because its node may not see the
    sweep's folder, or see it late (rl_receive in parts/ray.sh). It makes the private folder of this
    node, writes itself into it, and begins anew from there. text: its own bytes. Returns where, and
    the word that changed.

    The folder has the same path as on the node of the head: before 2.54 or so Ray takes the root of
    the head on every node, whatever --temp-dir says (seen with 2.49 and 2.53)."""
    outer = given["outer"]
    try:
        try:
            os.mkdir(outer, 0o700)
        except FileExistsError:
            if given["same_root"] == "1":
                look_foreign(outer)
            outer = tempfile.mkdtemp(prefix="rl.", dir=given["temp"])
        path = outer + "/keeper.py"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    except OSError as error:
        raise Failure("temp_folder", "temp folder \"%s\" on node %s: %s" % (given["temp"], NODE, error.strerror))
    return path, "outer=" + outer


class Keeper(Orders, Words, Start, End):
    def __init__(self, given):
        self.given = given
        self.head = given["role"] == "head"
        self.symmetric = given["bootstrap"] == "symmetric"
        self.child = self.ended = self.ports = self.gate = self.link = self.door = None
        self.talk, self.orders, self.heard = b"", b"", b""
        self.eof = self.stopping = self.linked = self.entry_over = False
        self.keep, self.hurry, self.asked = None, False, 0
        self.token, self.address, self.has_leaf = "", "", False
        self.starts, self.skip = 0, set()
        self.vital, self.lost = {}, None
        self.looked = 0.0
        self.deadline = time.monotonic() + float(given["start_timeout"])
        self.before_child = subreaper()
        self.wake, wake_end = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_end, False)
        signal.set_wakeup_fd(wake_end)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2,
                       signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # a handler, as an ignored signal is inherited
        self.make_temp()

    def make_temp(self):
        folder = self.given["temp"]
        try:
            self.outer = self.given["outer"]
            if not self.head:
                clear_left_overs(folder)  # on the node of the head the batch script has done it
                self.lock = open(self.outer + "/lock", "wb", 0)
                fcntl.flock(self.lock, fcntl.LOCK_EX)
                self.lock.write(MARK)
        except OSError as error:
            raise Failure("temp_folder", "temp folder \"%s\" on node %s: %s" % (folder, NODE, error.strerror))
        about = os.statvfs(self.outer)
        if about.f_bavail * about.f_frsize < ROOM:  # Ray would wait a minute for its dead daemons
            raise Failure("temp_folder", "temp folder \"%s\" on node %s is full: %d KiB left, Ray needs %d MiB"
                          % (folder, NODE, about.f_bavail * about.f_frsize // 1024, ROOM // MIB))
        # FOLDER/rl.XXXXXX/r2/session_2026-11-28_06-51-45_123456_1234567/sockets/plasma_store: 107 bytes are a socket's
        if len(os.fsencode(self.outer)) > 40:
            raise Failure("temp_folder", "temp folder \"%s\" is too long for Ray, whose sockets lie in it: it may have 30 "
                          "bytes, choose a shorter one" % folder)

    def all_roots(self):
        names = sorted(os.listdir(self.outer)) if os.path.isdir(self.outer) else []
        return [self.outer + "/" + name for name in names if re.match(r"r[0-9]?$", name)]

    def live(self):
        try:
            while True:
                try:
                    self.start()
                    self.watch()
                except Moved:
                    self.clean_try()
        except Stop:
            pass
        except Failure as failure:
            say("failed", failure.cause + " " + failure.text)
            try:
                self.wait_for(lambda: False, 120)
            except (Stop, Moved):
                pass
        self.stopping = True
        self.end()
