"""The entrypoint of t9250-faults.t: fault.py how=WORD. It does something that programs do."""

import os
import signal
import sys
import time

how = sys.argv[1].partition("=")[2]
RESULT = b'\nTMGG_RESULT:{"metrics":{"a":1}}\n'
if how == "deaf":  # TERM does not end it
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(1, b"begun\n")
if how in ("deaf", "sleeps"):
    time.sleep(600)
elif how == "daemon":  # leaves a process in a session of its own behind, stdout still open
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.wait()
elif how == "closes":  # has said its result and goes on with stdout closed
    os.write(1, RESULT)
    os.close(1)
    os.close(2)
    time.sleep(1)
    sys.exit(0)
elif how == "much":  # a gigabyte in front of the result
    line = b"x" * 1023 + b"\n"
    for _ in range(1024):
        os.write(1, line * 1024)
os.write(1, RESULT)
