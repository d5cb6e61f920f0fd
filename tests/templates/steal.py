"""A wrapper that steals the port of the head: steal.py always|FILE COMMAND…

Listens on the port that COMMAND (a ray start --head or symmetric-run) was told, in a process
of its own, and then becomes COMMAND. With FILE only the first time: FILE is made.
"""

import os
import socket
import sys
import time

when, *words = sys.argv[1:]
ports = [word.rpartition("=")[2] for word in words if word.startswith("--port=")]
if "symmetric-run" in words:
    ports = [words[words.index("--address") + 1].rpartition(":")[2]]
if ports and (when == "always" or not os.path.exists(when)):
    if when != "always":
        open(when, "w").close()
    thief = socket.socket()
    thief.bind(("0.0.0.0", int(ports[0])))
    thief.listen(1)
    if os.fork() == 0:
        os.setsid()
        time.sleep(40)
        os._exit(0)
    thief.close()
os.execvp(words[0], words)
