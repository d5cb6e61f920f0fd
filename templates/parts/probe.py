# What one node of "raylaunch check --probe" sees: "probe.py listen" holds a socket on the node of
# the head that the others shall reach, "probe.py node" looks around and writes node.<name> into
# the folder of the check. Addresses and ports are found by the keeper's own functions.
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

env = os.environ
keeper = {"__name__": "keeper"}
exec(env["RL_KEEPER"], keeper)
NODE = keeper["NODE"]
ASK = """
{{include parts/ask.py}}
"""


def write(name, text):
    """A whole file or none."""
    path = os.path.join(env["RL_FOLDER"], name)
    part = os.path.join(env["RL_FOLDER"], "." + name)
    with open(part, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(part, path)


def listen():
    held = socket.socket()
    held.bind(("0.0.0.0", 0))
    held.listen(64)
    try:
        address = keeper["head_address"](env["RL_INTERFACE"], env["RL_PEER"])
    except Exception as error:
        sys.stderr.write("raylaunch: %s\n" % getattr(error, "text", error))
        return
    print(address, held.getsockname()[1], flush=True)
    while True:
        link, _ = held.accept()
        link.close()


def canary():
    """What was written for this node there must be seen here, and the answer there."""
    write("ready." + NODE, json.dumps({"clock": time.time()}))
    path = os.path.join(env["RL_FOLDER"], "canary." + NODE)
    end = time.monotonic() + 90
    while time.monotonic() < end:
        os.listdir(env["RL_FOLDER"])  # a network file system looks anew
        text = keeper["read_text"](path)
        if text.endswith("\n"):
            write("seen." + NODE, text)
            return
        time.sleep(0.02)


def ray(seen):
    asked = subprocess.run([sys.executable, "-c", ASK], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, timeout=120).stdout.decode("utf-8", "replace").split()
    seen["ray"] = asked[0] if asked else None
    if not asked:
        return
    began = time.monotonic()
    try:
        done = subprocess.run([sys.executable, "-c", ASK + "import ray\n"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0:
            words = done.stderr.decode("utf-8", "replace").strip().split("\n")
            seen["ray_error"] = words[-1][-300:] or "exit code %d" % done.returncode
    except subprocess.TimeoutExpired:
        seen["ray_error"] = "not imported within 120 s"
    seen["ray_import_s"] = round(time.monotonic() - began, 2)


def head(seen):
    seen["head"], seen["head_address"] = env["RL_HEAD"], env["RL_ADDRESS"]
    seen["head_resolved"] = keeper["resolve"](env["RL_HEAD"])
    if not env["RL_ADDRESS"]:
        return
    began = time.monotonic()
    try:
        socket.create_connection((env["RL_ADDRESS"], int(env["RL_PORT"])), 5).close()
        seen["head_ms"] = round((time.monotonic() - began) * 1000, 1)
    except OSError as error:
        seen["head_error"] = error.strerror or str(error)


def ports(seen):
    words = keeper["read_text"]("/proc/sys/net/ipv4/ip_local_port_range").split()
    seen["ephemeral"] = [int(word) for word in words]
    bases = keeper["grains"](int(env["RL_FIRST"]), int(env["RL_LAST"]))
    order, allowed = keeper["search_order"](bases, os.getuid(), True)
    mine = [port for base in order for port in range(base, base + keeper["GRAIN"])]
    seen["slice"] = [mine[0], mine[-1]] if mine else None
    seen["slice_ports"], seen["slice_free"] = len(mine), sum(keeper["is_free"](port) for port in mine)


def room(seen):
    for key, folder in (("shm_mib", "/dev/shm"), ("temp_mib", env["RL_TEMP"])):
        try:
            about = os.statvfs(folder)
            seen[key] = about.f_bavail * about.f_frsize >> 20
        except OSError:
            seen[key] = None
    try:
        shutil.rmtree(tempfile.mkdtemp(prefix="rl.", dir=env["RL_TEMP"]))
    except OSError as error:
        seen["temp_error"] = error.strerror


def other_rays(seen):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            words = keeper["read_text"]("/proc/" + name + "/cmdline").split("\0")
            if re.search(r"/(raylet|gcs_server)$", words[0]):
                try:
                    found.append(os.stat("/proc/" + name).st_uid)
                except OSError:
                    pass
    seen["ray_processes"], seen["ray_uids"] = len(found), sorted(set(found))


def node():
    seen = {"node": NODE, "python": sys.version.split()[0], "python_path": sys.executable}
    canary()
    for look in (ray, head, ports, room, other_rays):
        try:
            look(seen)
        except Exception as error:
            seen.setdefault("problems", []).append("%s: %s" % (look.__name__, error))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    seen["files"] = -1 if hard == resource.RLIM_INFINITY else hard
    write("node." + NODE, json.dumps(seen) + "\n")


if sys.argv[1] == "listen":
    listen()
else:
    node()
