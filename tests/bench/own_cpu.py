"""own_cpu.py COMMAND…: run it and print the seconds of CPU that it used itself, without its children.

The last line of stdout: user and system time of that one process, read between its end and its being
waited for. getrusage would count sbatch and all else that it ran.
"""

import os
import sys

pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
with open(f"/proc/{pid}/schedstat") as file:
    seconds = int(file.read().split()[0]) / 1e9
_, status = os.waitpid(pid, 0)
print(f"{seconds:.3f}")
sys.exit(os.waitstatus_to_exitcode(status))
