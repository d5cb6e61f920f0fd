"""The entrypoint of t9215-tls.t: secure.py how=WORD."""
import os
import subprocess
import sys
import time

how = sys.argv[1].partition("=")[2]
if how == "bare":  # as after "env -i": with the token, without the certificate
    env = {name: os.environ[name] for name in ("RAY_ADDRESS", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH")}
    env.update(RAY_NUM_REDIS_GET_RETRIES="1", RAY_gcs_rpc_server_connect_timeout_s="1")
    sys.exit(subprocess.call([sys.executable, "-c", "import ray; ray.init()"], env=env))

import ray

ray.init(log_to_driver=False)


@ray.remote(num_cpus=0.5, scheduling_strategy="SPREAD")
def where(data):
    time.sleep(0.3)
    return os.uname().nodename, len(data)


@ray.remote(num_cpus=0.2, scheduling_strategy="SPREAD")
class Actor:
    def where(self):
        return os.uname().nodename

    def die(self):
        os._exit(1)


def seen():
    """How many hosts tasks with a large object, and actors, ran on; one actor has crashed by then."""
    data = ray.put(b"x" * 20000000)
    tasks = ray.get([where.remote(data) for _ in range(8)])
    actors = [Actor.remote() for _ in range(4)]
    ray.get([actor.where.remote() for actor in actors])
    try:
        ray.get(actors[0].die.remote())
    except ray.exceptions.RayActorError:
        actors[0] = Actor.remote()
    return len({host for host, _ in tasks}), len(set(ray.get([actor.where.remote() for actor in actors])))


hosts = seen()
open("there", "w").close()
while how == "waits" and not os.path.exists("over"):
    time.sleep(0.1)
tls = {name: value for name, value in os.environ.items() if name.startswith(("RAY_TLS", "RAY_USE_TLS"))}
nodes = sum(node["Alive"] for node in ray.nodes())
print('TMGG_RESULT:{"metrics":{"tasks":%d,"actors":%d,"nodes":%d,"tls":%d}}' % (hosts + (nodes, len(tls))))
