# The keeper: one on each node of a Ray job, run by "python3 -S -c" so that no shared folder is
# needed. It claims ports, runs the node's Ray as its child, says on stdout what happens, takes
# orders on stdin, and ends everything it started when stdin ends. "keeper.py entry SOCKET WORDS"
# is its second use: the entrypoint's parent under "ray symmetric-run". See docs/job-script.md.
import fcntl
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

GRAIN = 128  # a job takes whole grains of ports, the same for every user and width
SLICE = 2048  # where a user's search starts: slice number uid modulo the number of slices
SERVICES = "gcs client dash node object env_agent agent_grpc agent_http metrics auto_m dash_m".split()
RESERVED = 16  # ports kept for services; the rest are for worker processes
TRIES = 3
MIB = 1 << 20
FILE_CAP = 10 * MIB  # of one log file: half from its head, half from its tail
TOTAL_CAP = 100 * MIB  # of one node's log archive
PORT_WORDS = ("Address already in use", "Errno 98", "trying to use a port number", "used by other components",
              "does not match persisted value", "No available ports")
AGAIN_WORDS = PORT_WORDS + ("timed out during startup", "Timed out waiting", "connect to GCS",
                            "can not find the matched Raylet", "Failed to get the system config")


class Stop(Exception):
    """The batch script said stop, or is gone."""


class Moved(Exception):
    """The head has started again at another address."""


class Failure(Exception):
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
    """The last lines of Ray's talk, without colours and control characters."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode("utf-8", "replace"))
    text = re.sub(r"Command .\[.*?\]. ", "the command ", text)  # symmetric-run prints all words
    kept = [re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", line).strip() for line in text.split("\n")]
    return " / ".join([line for line in kept if line.strip("-= ")][-lines:])[-1500:]


def read_text(path):
    try:
        with open(path) as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def subreaper():
    """Orphans below us become our children, so none can hide, and none stays a zombie."""
    try:
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        return lambda: libc.prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    except Exception:
        return None


def family():
    """Every living process below this one."""
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


# ---- addresses ---------------------------------------------------------------------------------


def interfaces():
    """(name, IPv4 address) of every interface, in the kernel's order."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        room = bytearray(40 * 512)
        import array
        buffer = array.array("B", bytes(room))
        request = struct.pack("iL", len(room), buffer.buffer_info()[0])
        used = struct.unpack("iL", fcntl.ioctl(probe.fileno(), 0x8912, request))[0]  # SIOCGIFCONF
        data = buffer.tobytes()[:used]
    found = []
    for at in range(0, len(data), 40):
        name = data[at:at + 16].split(b"\0")[0].decode("ascii", "replace")
        found.append((name, socket.inet_ntoa(data[at + 20:at + 24])))
    return found


def resolve(name):
    try:
        return [info[4][0] for info in socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)]
    except OSError:
        return []


def head_address(wanted, peer):
    """The address under which the other nodes shall find this one (design: never a loopback or a
    virtual bridge). wanted is an interface or a subnet, peer the name of another node or empty."""
    mine = interfaces()
    if "/" in wanted:
        import ipaddress
        net = ipaddress.ip_network(wanted, False)
        mine = [pair for pair in mine if ipaddress.ip_address(pair[1]) in net]
    elif wanted:
        mine = [pair for pair in mine if pair[0].split(":")[0] == wanted]
    if wanted:
        if not mine:
            raise Failure("ray_start", "node %s has no IPv4 address on interface %s; it has %s"
                          % (NODE, wanted, ", ".join("%s %s" % pair for pair in interfaces())))
        return mine[0][1]
    good = [address for name, address in mine
            if not address.startswith(("127.", "169.254.")) and not re.match(r"lo|docker|virbr|veth|br-|cni|podman", name)]
    for name in (os.environ.get("SLURMD_NODENAME", ""), socket.gethostname()):
        for address in resolve(name) if name else []:
            if address in good:
                return address
    for address in resolve(peer) if peer else []:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((address, 9))
                if probe.getsockname()[0] in good:
                    return probe.getsockname()[0]
            except OSError:
                pass
    if good or not peer:
        return (good or ["127.0.0.1"])[0]
    raise Failure("ray_start", "node %s has no IPv4 address that other nodes can reach" % NODE)


# ---- ports -------------------------------------------------------------------------------------


def pieces(first, last):
    """The asked range without the node's ephemeral ports."""
    words = read_text("/proc/sys/net/ipv4/ip_local_port_range").split()
    low, high = (int(words[0]), int(words[1])) if len(words) == 2 else (32768, 60999)
    parts = [(first, min(last, low - 1)), (max(first, high + 1), last)]
    parts = [part for part in parts if part[1] >= part[0]]
    return parts or [(1024, low - 1)]  # ephemeral ports cover all of it


def grains(first, last):
    return [base for low, high in pieces(first, last)
            for base in range((low + GRAIN - 1) // GRAIN * GRAIN, high + 2 - GRAIN, GRAIN)]


def listener(port):
    held = socket.socket()
    try:
        held.bind(("0.0.0.0", port))
        held.listen(1)
    except OSError:
        held.close()
        raise
    return held


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Ray's own servers do
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def search_order(bases, uid, strict):
    """The user's slice first, then on through the range unless strict."""
    per = SLICE // GRAIN
    count = max(1, len(bases) // per)
    mine = uid % count * per
    end = len(bases) if uid % count == count - 1 else mine + per
    if strict:
        return bases[mine:end], set(bases[mine:end])
    return bases[mine:] + bases[:mine], set(bases)


class Ports:
    """Ports of one Ray node: claimed grains, or, when nothing fits, single tested ports."""

    def __init__(self, first, last, strict, workers, skip):
        self.held, self.workers = [], []
        need = -(-(RESERVED + workers) // (GRAIN - 1))
        order, allowed = search_order(grains(first, last), os.getuid(), strict)
        for base in order:
            row = [base + GRAIN * i for i in range(need)]
            if base in skip or not allowed.issuperset(row):
                continue
            if self.take(row, workers):
                self.first, self.last = base, row[-1] + GRAIN - 1
                return
        self.first = self.last = 0
        picked = [listener(0) for _ in SERVICES]
        self.service = dict(zip(SERVICES, [one.getsockname()[1] for one in picked]))
        for one in picked:
            one.close()

    def take(self, row, workers):
        try:
            for base in row:
                self.held.append(listener(base))
        except OSError:
            self.release()
            return False
        free = [port for port in range(row[0], row[-1] + GRAIN) if port % GRAIN and is_free(port)]
        if len(free) < RESERVED + workers:
            self.release()
            return False
        self.service = dict(zip(SERVICES, free))
        self.workers = free[RESERVED:RESERVED + workers]
        return True

    def release(self):
        for one in self.held:
            one.close()
        self.held = []


# ---- logs --------------------------------------------------------------------------------------


def first_and_last(path, size):
    """At most FILE_CAP bytes of a file: its head and its tail."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if size <= FILE_CAP:
            return file.read(FILE_CAP)
        half = FILE_CAP // 2
        data = file.read(half)
        file.seek(-half, 2)
        note = "\n[raylaunch: %d bytes left out here]\n" % (size - 2 * half)
        return data + note.encode() + file.read(half)


def log_files(root):
    """Regular files below <root>/session_*/logs, those that explain most first."""
    import stat
    found = []
    sessions = [name for name in sorted(os.listdir(root)) if name.startswith("session_")] if os.path.isdir(root) else []
    for session in sessions:
        logs = os.path.join(root, session, "logs")
        if os.path.islink(os.path.join(root, session)) or os.path.islink(logs):
            continue
        for folder, _, names in os.walk(logs):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    about = os.lstat(path)
                except OSError:
                    continue
                if stat.S_ISREG(about.st_mode):
                    late = not re.match(r"gcs_server|raylet|dashboard_agent|runtime_env_agent", name)
                    found.append((late, not name.endswith((".out", ".err")), path, about))
    return sorted(found, key=lambda row: row[:3])


def archive(target, outer, roots, talk):
    """One .tar.gz of a node's logs, complete before it gets its name."""
    import io
    import tarfile
    os.makedirs(os.path.dirname(target), exist_ok=True)
    part = target + ".part"
    total, left_out = 0, []
    with tarfile.open(part, "w:gz", compresslevel=4) as tar:
        def add(name, data, when):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), int(when), 0o600
            tar.addfile(info, io.BytesIO(data))
        add("ray_start.txt", talk, time.time())
        for root in roots:
            for _, _, path, about in log_files(root):
                name = os.path.relpath(path, outer)
                if total + min(about.st_size, FILE_CAP) > TOTAL_CAP:
                    left_out.append(name)
                    continue
                try:
                    data = first_and_last(path, about.st_size)
                except (OSError, ValueError):
                    continue
                total += len(data)
                add(name, data, about.st_mtime)
        if left_out:
            add("LEFT_OUT.txt", ("\n".join(left_out) + "\n").encode("utf-8", "replace"), time.time())
    os.replace(part, target)


def clear_left_overs(folder):
    """Temp folders of this user whose owner is gone: their lock is free."""
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
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass


# ---- the keeper --------------------------------------------------------------------------------


def say(event, text=""):
    line = "RL %s %s %s" % (NODE, event, text)
    try:
        os.write(1, line.encode("utf-8", "replace")[:3500].replace(b"\n", b" ") + b"\n")
    except OSError:
        pass


class Keeper:
    def __init__(self, given):
        self.given = given
        self.head = given["role"] == "head"
        self.symmetric = given["bootstrap"] == "symmetric"
        self.child = self.ended = self.ports = self.gate = self.link = self.door = None
        self.talk, self.orders, self.heard = b"", b"", b""
        self.eof = self.stopping = self.linked = self.entry_over = False
        self.keep, self.hurry = None, False
        self.token, self.address = "", ""
        self.roots, self.skip = [], set()
        self.vital, self.lost = {}, None
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
            self.outer = self.given.get("outer")
            if not self.head:
                clear_left_overs(folder)  # on the head's node the batch script has done it
                self.outer = tempfile.mkdtemp(prefix="rl.", dir=folder)
                self.lock = open(self.outer + "/lock", "w")
                fcntl.flock(self.lock, fcntl.LOCK_EX)
        except OSError as error:
            raise Failure("temp_folder", "temp folder \"%s\" on node %s: %s" % (folder, NODE, error.strerror))
        if len(self.outer) + 3 > 40:
            raise Failure("temp_folder", "temp folder \"%s\" is too long: Ray needs at most 40 bytes, choose a "
                          "shorter one" % folder)

    # -- what comes in

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
        if signal.SIGTERM in numbers and not self.stopping:
            self.save_logs()  # Slurm ends the job: it may kill us next
            if not self.head:
                self.keep, self.hurry = False, True
                self.stop()

    def on_talk(self):
        data = os.read(self.child.stdout.fileno(), 65536)
        if not data:
            self.child.stdout.close()
            self.child.stdout = None
        self.talk = (self.talk + data)[-64 * 1024:]

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
            self.keep = words[1:] == ["keep"]
            self.stop()
        elif word == "logs":
            self.save_logs()
            say("saved")
        elif word == "run":
            self.run_entry()
        elif word == "signal" and self.link is not None:
            self.link.sendall(("signal " + words[1] + "\n").encode())
        elif word == "go" and len(words) == 3 and words[2] != self.address:
            self.token, self.address = words[1:]
            if self.child is not None and not self.stopping:
                raise Moved()

    def stop(self):
        if not self.stopping:
            self.stopping = True
            raise Stop()

    def run_entry(self):
        """Hand the job's own stdout and stderr to the entrypoint's parent and let it go."""
        if self.link is not None:
            rights = struct.pack("ii", 3, 2)
            self.link.sendmsg([b"run\n"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])

    def wait_for(self, test, seconds):
        end = time.monotonic() + seconds
        while not test():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.pump(min(left, 0.5))
        return True

    # -- start

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
        self.cpus = self.cpu_count()
        self.ports = Ports(int(given["ports_first"]), int(given["ports_last"]), given["ports_strict"] == "1",
                           max(100, 8 * self.cpus), self.skip)
        if self.head:
            self.me = head_address(given["interface"], given["peer"])
            self.address = "%s:%d" % (self.me, self.ports.service["gcs"])
            if not self.token:
                self.token = os.urandom(24).hex()
            self.write_token()
        say("claimed", "%d %d %s" % (self.ports.first, self.ports.last, self.address or "-"))
        if not self.head:
            if not self.wait_for(lambda: self.address, self.left()):
                raise Failure("ray_start", "node %s was never told the head's address" % NODE)
            self.reach_head()
            self.write_token()
        self.root = "%s/r%s" % (self.outer, len(self.roots) + 1 if self.roots else "")
        os.mkdir(self.root, 0o700)
        self.roots.append(self.root)
        self.close_gate()
        began = time.monotonic()
        self.spawn()
        self.wait_up(began)
        self.open_gate()
        self.find_vital()
        say("up", "%s %.1f %s" % (self.me, time.monotonic() - began, self.address))

    def find_vital(self):
        """symmetric-run does not watch the head's daemons; as orphans they are our children."""
        names = {pid: read_text("/proc/%d/comm" % pid).strip() for pid in family()}
        self.vital = {pid: name for pid, name in names.items() if name in ("raylet", "gcs_server")}

    def left(self):
        return max(0.0, self.deadline - time.monotonic())

    def cpu_count(self):
        if self.given["cpus"] != "all":
            return max(1, int(self.given["cpus"]))
        told = os.environ.get("SLURM_CPUS_ON_NODE", "")
        return int(told) if told.isdigit() and int(told) > 0 else len(os.sched_getaffinity(0))

    def gpu_count(self):
        if self.given["gpus"] != "all":
            return int(self.given["gpus"])
        told = os.environ.get("SLURM_GPUS_ON_NODE", "")
        if told.isdigit():
            return int(told)
        return len([one for one in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if one not in ("", "NoDevFiles", "-1")])

    def memory(self):
        """Bytes for tasks and for the object store, from what the job was given on this node."""
        words = read_text("/proc/meminfo").split()
        total = int(words[1]) * 1024 if len(words) > 1 else 1024 * MIB
        mine = min(int(self.given["mem_mib"]) * MIB or total, total)
        asked = int(self.given["store_mib"]) * MIB
        if not asked:
            try:
                about = os.statvfs("/dev/shm")
                room = about.f_bavail * about.f_frsize * 8 // 10
            except OSError:
                room = mine
            asked = min(mine * 3 // 10, room)
        store = max(asked, 78643200)  # the least that Ray takes
        return max(mine - store, 100 * MIB), store

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
        path = self.outer + "/token"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
            file.write(self.token)

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

    def ray_options(self):
        port = self.ports.service
        memory, store = self.memory()
        words = ["--temp-dir=" + self.root, "--num-cpus=%d" % self.cpus, "--num-gpus=%d" % self.gpu_count(),
                 "--memory=%d" % memory, "--object-store-memory=%d" % store,
                 "--node-manager-port=%d" % port["node"], "--object-manager-port=%d" % port["object"],
                 "--runtime-env-agent-port=%d" % port["env_agent"],
                 "--dashboard-agent-grpc-port=%d" % port["agent_grpc"],
                 "--dashboard-agent-listen-port=%d" % port["agent_http"],
                 "--metrics-export-port=%d" % port["metrics"],
                 "--dashboard-port=%d" % port["dash"], "--disable-usage-stats"]
        if self.given["client"] == "1":  # without ray[client] the option is refused
            words.append("--ray-client-server-port=%d" % port["client"])
        if self.ports.workers:
            words.append("--worker-port-list=" + ",".join(str(one) for one in self.ports.workers))
        else:
            words += ["--min-worker-port=0", "--max-worker-port=0"]
        if self.head:
            words.append("--include-dashboard=false")
        return words + [arg for arg in self.given["arg"]
                        if self.head or not arg.startswith(("--include-dashboard", "--dashboard-host"))]

    def environment(self):
        env = dict(os.environ)
        port = self.ports.service
        near = [env.get("NO_PROXY") or env.get("no_proxy") or "", self.address.rsplit(":", 1)[0], self.me, "127.0.0.1",
                "localhost"]
        env["NO_PROXY"] = env["no_proxy"] = ",".join(dict.fromkeys(one for one in near if one))
        env.update(AUTOSCALER_METRIC_PORT=str(port["auto_m"]), DASHBOARD_METRIC_PORT=str(port["dash_m"]))
        if self.given["auth"] == "1":
            env.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN_PATH=self.outer + "/token")
        if self.symmetric:
            env.update(RAY_ADDRESS=self.address, RAY_gcs_rpc_server_reconnect_timeout_s="3",
                       RAY_SYMMETRIC_RUN_CLUSTER_WAIT_TIMEOUT=str(max(30, int(self.left()))))
        return env

    def command(self):
        words = [word.replace("{tmp}", self.outer) for word in self.given["wrap"]] + ["ray"]
        if self.symmetric:
            words += ["symmetric-run", "--address", self.address, "--min-nodes", self.given["nodes"]]
            return words + self.ray_options() + ["--"] + self.entry_words()
        words.append("start")
        if self.head:
            words += ["--head", "--node-ip-address=" + self.me, "--port=%d" % self.ports.service["gcs"]]
        else:
            words.append("--address=" + self.address)
        return words + self.ray_options() + ["--block"]

    def entry_words(self):
        if not self.head:
            return ["true"]
        path = self.outer + "/entry.sock"
        if self.door is not None:
            self.door.close()
        if os.path.lexists(path):
            os.unlink(path)
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(path)
        self.door.listen(1)
        source = open("/proc/self/cmdline").read().split("\0")
        with open(self.outer + "/keeper.py", "w") as file:
            file.write(source[source.index("-c") + 1])
        return ["python3", "-S", self.outer + "/keeper.py", "entry", path] + self.given["entry"]

    def spawn(self):
        self.talk, self.ended = b"", None
        command = self.command()
        try:
            self.child = subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                          start_new_session=True, preexec_fn=self.before_child)
        except OSError as error:
            raise Failure("ray_missing", "node %s cannot run \"%s\": %s" % (NODE, command[0], error.strerror))

    def wait_up(self, began):
        """Ray says itself when it is up; its own daemons have registered by then."""
        if self.symmetric and self.head:
            if not self.wait_for(lambda: b"Head node started." in self.talk or self.ended is not None, 120):
                raise Failure("ray_start", "the head did not start within 120 s: " + plain(self.talk), True)
            self.open_gate()
            ready, room = (lambda: self.linked), self.left()
        else:
            ready, room = (lambda: b"Ray runtime started" in self.talk), 120
        done = self.wait_for(lambda: ready() or self.ended is not None, max(1.0, room))
        if ready():
            return
        if self.ended is not None:
            self.wait_for(lambda: self.child.stdout is None, 0.5)
        raise self.why_not(done, time.monotonic() - began)

    def why_not(self, died, took):
        text = self.talk.decode("utf-8", "replace")
        for _, _, path, about in log_files(self.root):
            if re.search(r"(gcs_server|raylet|agent)[^/]*$", path) and about.st_size:
                try:
                    text += first_and_last(path, about.st_size)[-8192:].decode("utf-8", "replace")
                except (OSError, ValueError):
                    pass
        cause = "port_in_use" if any(word in text for word in PORT_WORDS) else "ray_start"
        again = any(word in text for word in AGAIN_WORDS) or not died
        return Failure(cause, "node %s: Ray %s after %.0f s: %s"
                       % (NODE, "ended" if died else "was not up", took, plain(self.talk)), again)

    # -- end

    def watch(self):
        """Until Ray ends or the batch script says so."""
        self.wait_for(lambda: self.ended is not None or self.lost, float("inf"))
        if not self.entry_over:
            what = self.lost if self.symmetric and self.lost else "Ray"
            say("died", "node %s: %s ended: %s" % (NODE, what, plain(self.talk, 3)))
        self.wait_for(lambda: False, float("inf"))

    def end_child(self, seconds):
        """TERM to the child, time to end, then KILL to all that is left below us."""
        if self.child is not None and self.ended is None:
            kill_all(family() if self.symmetric else [self.child.pid], signal.SIGTERM)
            self.settle(lambda: self.ended is not None, seconds)
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
            archive("%s.ray/%s.tar.gz" % (self.given["base"], NODE), self.outer, self.roots, self.talk)
        except Exception as error:
            say("warning", "the logs of node %s could not be kept: %s" % (NODE, error))

    def end(self):
        if self.symmetric and self.head and self.entry_over:
            self.settle(lambda: self.ended is not None, 6)  # its own "ray stop" is at work
        if self.child is not None and self.ended is None:
            kill_all([self.child.pid], signal.SIGTERM)
        if self.keep:
            self.save_logs()
        self.end_child(0 if self.hurry else 3 if self.symmetric else 8)
        self.open_gate()
        if self.ports is not None:
            self.ports.release()
        for root in self.roots:
            shutil.rmtree(root, ignore_errors=True)
        if not self.head or self.eof:
            shutil.rmtree(self.outer, ignore_errors=True)
        say("stopped")

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


# ---- the entrypoint's parent under symmetric-run -----------------------------------------------


def entry_main(path, words):
    link = socket.socket(socket.AF_UNIX)
    link.connect(path)
    data, extra, _, _ = link.recvmsg(64, socket.CMSG_SPACE(8))
    if not data or not extra:
        return 1
    out, err = struct.unpack("ii", extra[0][2][:8])
    wake, wake_end = os.pipe()
    for end in (wake, wake_end):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake_end)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda *_: None)
    env = dict(os.environ)
    for name in ("RAY_SYMMETRIC_RUN_CLUSTER_WAIT_TIMEOUT", "RAY_gcs_rpc_server_reconnect_timeout_s"):
        env.pop(name, None)
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                                 preexec_fn=os.setpgrp)
    except OSError as error:
        os.write(err, ("raylaunch: \"%s\": %s\n" % (words[0], error.strerror)).encode("utf-8", "replace"))
        code = 127 if isinstance(error, FileNotFoundError) else 126
        link.sendall(b"entry_end exit %d\n" % code)
        return code
    os.close(out)
    os.close(err)
    link.sendall(b"entry_pid %d\n" % child.pid)
    code = entry_wait(child, link, wake)
    try:
        link.sendall(b"entry_end exit %d\n" % code if code >= 0 else b"entry_end signal %d\n" % -code)
    except OSError:
        pass
    end_group(child.pid)
    return code if code >= 0 else 128 - code


def entry_wait(child, link, wake):
    heard, lost = b"", 0.0
    while child.poll() is None:
        sources = [wake] if lost else [wake, link]
        ready = select.select(sources, [], [], 0.5)[0]
        if wake in ready:
            os.read(wake, 512)
        if link in ready:
            data = link.recv(4096)
            heard += data
            if not data:
                lost = time.monotonic()
                group_signal(child.pid, signal.SIGTERM)
        while b"\n" in heard:
            line, heard = heard.split(b"\n", 1)
            number = getattr(signal, "SIG" + line.decode().partition(" ")[2], None)
            if number is not None:
                group_signal(child.pid, number)
        if lost and time.monotonic() - lost > 2:
            group_signal(child.pid, signal.SIGKILL)
    return child.returncode


def group_signal(group, number):
    try:
        os.killpg(group, number)
        return True
    except OSError:
        return False


def end_group(group):
    """What the entrypoint left behind in its process group."""
    if group_signal(group, signal.SIGTERM):
        end = time.monotonic() + 2
        while time.monotonic() < end and group_signal(group, 0):
            time.sleep(0.05)
        group_signal(group, signal.SIGKILL)


NODE = (os.environ.get("SLURMD_NODENAME") or socket.gethostname()).split(".")[0]
if sys.argv[1] == "entry":
    sys.exit(entry_main(sys.argv[2], sys.argv[3:]))
try:
    Keeper(options(sys.argv[1:])).live()
except Failure as problem:
    say("failed", problem.cause + " " + problem.text)
