# What all parts of the keeper have in common: constants, and how a start goes wrong.
import os
import re
import socket

NODE = (os.environ.get("SLURMD_NODENAME") or socket.gethostname()).split(".")[0]
OPTIONS = ["-I", "-S", "-B"]  # of Python: nothing of the environment, the user or the site, no cache
GRAIN = 128  # a job takes whole grains of ports, the same for every user and width
SLICE = 2048  # where the search of a user starts: slice number uid modulo the number of slices
SERVICES = "gcs client dash node object env_agent agent_grpc agent_http metrics auto_m dash_m".split()
RESERVED = 16  # ports kept for services; the rest are for worker processes
TRIES = 3
MARK = b"raylaunch\n"  # in the lock of a temp folder: it is one of ours, and may be cleared away
MIB = 1 << 20
ROOM = 32 * MIB  # in the temp folder, the least: logs and sockets of one short start
FILE_CAP = 10 * MIB  # of one log file: half from its head, half from its tail
TOTAL_CAP = 100 * MIB  # of the log archive of one node
# What Ray says when a port is taken, and when it died of its own 30 s limit: only these are
# worth another try. A wrong option or a broken installation fails the same way three times.
PORT_WORDS = ("Address already in use", "Errno 98", "trying to use a port number", "used by other components",
              "does not match persisted value", "No available ports")
AGAIN_WORDS = PORT_WORDS + ("timed out during startup", "Timed out waiting", "connect to GCS",
                            "can not find the matched Raylet", "Failed to get the system config")


class Stop(Exception):
    """The batch script said stop, or is gone."""
    pass


class Moved(Exception):
    """The head has started again at another address."""
    pass


class Failure(Exception):
    """cause is a word for the verdict, text is for people; again: another try may do."""

    def __init__(self, cause, text, again=False):
        Exception.__init__(self, text)
        self.cause, self.text, self.again = cause, text, again


def options(words):
    found = {"wrap": [], "arg": [], "entry": []}
    for word in words:
        key, _, value = word.partition("=")
        if key in found and isinstance(found[key], list):
            found[key].append(value)
        else:
            found[key] = value
    return found


def plain(data, lines=8):
    """The last lines that Ray said, without colours and control characters."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode("utf-8", "replace"))
    text = re.sub(r"Command .\[.*?\]. ", "the command ", text)  # symmetric-run prints all words
    kept = [re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", line).strip() for line in text.split("\n")]
    return " / ".join([line for line in kept if line.strip("-= ")][-lines:])[-1500:]


def write_private(path, text):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(text)


def read_text(path):
    try:
        with open(path) as file:
            return file.read()
    except (OSError, ValueError):
        return ""
