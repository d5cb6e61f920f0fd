# What Ray is told: resources, options, environment.
import os
import re
import socket
import subprocess
import sys

from .base import MIB, NODE, OPTIONS, Failure, read_text
from .gpus import add_for_ray, count_given
from .tls import tls_environment


def hidden_modules():
    """Names in this folder that a Python which looks there first takes for modules of its own."""
    own = getattr(sys, "stdlib_module_names", ())  # of Python 3.10 and newer
    try:
        return sorted(name for name in os.listdir(".") if (name[:-3] if name.endswith(".py") else name) in own and
                      (name.endswith(".py") or os.path.isfile(name + "/__init__.py")))
    except OSError:
        return []


class Words:
    """Every number is given: what Ray would find by itself is the whole node, not the job's part."""

    def cpu_count(self):
        if self.given["cpus"] != "all":
            return max(1, int(self.given["cpus"]))
        told = os.environ.get("SLURM_CPUS_ON_NODE", "")
        return int(told) if told.isdigit() and int(told) > 0 else len(os.sched_getaffinity(0))

    def gpu_count(self):
        if self.given["gpus"] != "all":
            return int(self.given["gpus"])
        return count_given(os.environ)

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

    def has_dashboard(self):
        return re.search(r"--include-dashboard[= ](true|1|yes|y|t|on)\b", " ".join(self.given["arg"]), re.I) is not None

    def environment(self):
        env = dict(os.environ)
        add_for_ray(env)
        port = self.ports.service
        near = [env.get("NO_PROXY") or env.get("no_proxy") or "", self.address.rsplit(":", 1)[0], self.me, "127.0.0.1",
                "localhost"]
        env["NO_PROXY"] = env["no_proxy"] = ",".join(dict.fromkeys(one for one in near if one))
        env.update(AUTOSCALER_METRIC_PORT=str(port["auto_m"]), DASHBOARD_METRIC_PORT=str(port["dash_m"]))
        if self.given["auth"] == "1":
            env.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN_PATH=self.outer + "/token")
        if not self.has_dashboard():  # agents of ray[default] send events there, with the token, even so
            env.setdefault("RAY_event_log_reporter_enabled", "0")
        if self.given["tls"] == "1":
            env.update(tls_environment(self.outer))
        if self.given["client"] == "1" and not env.get("PYTHONSAFEPATH") and hidden_modules():
            env["PYTHONSAFEPATH"] = "raylaunch"  # Ray's client server, by "python -m", would die of them
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
        return ["python3"] + OPTIONS + [self.outer + "/keeper.py", "entry", path] + self.given["entry"]

    def spawn(self):
        self.talk, self.ended = b"", None
        command = self.command()
        try:
            self.child = subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                          start_new_session=True, preexec_fn=self.before_child)
        except OSError as error:
            raise Failure("ray_missing", "node %s cannot run \"%s\": %s" % (NODE, command[0], error.strerror))
