# Processes: who is below us, and how none of them gets away.
import os
import signal

from .base import read_text


def subreaper():
    """Orphans below us become our children, so none can hide, and none stays a zombie."""
    try:
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        return lambda: libc.prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    except Exception:  # no ctypes in this Python: the process group must do
        return None


def family():
    """Every living process below this one. Ray puts its daemons into sessions of their own, so a
    process group would miss them; their way up to the parent cannot be changed by them."""
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = read_text("/proc/" + name + "/stat").rpartition(")")[2].split()
            if len(fields) > 1 and fields[0] not in "ZX":
                below.setdefault(int(fields[1]), []).append(int(name))
    found, todo = [], [os.getpid()]
    while todo:
        children = below.get(todo.pop(), [])
        found += children
        todo += children
    return found


def kill_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass
