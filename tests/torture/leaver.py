"""The entrypoint of catch.t: leaver.py how=SHAPE-SECONDS. Its workers end all the time, each in the way
of its shape, so that others may listen where Ray still talks to them: crash (an actor's process
dies), kill (ray.kill), scope (the last handle goes), tasks (idle workers end in pauses), env (as crash, with a
runtime_env)."""
import os
import sys
import time

import ray

shape, seconds = sys.argv[1].partition("=")[2].split("-")
ray.init(log_to_driver=False)
options = {"num_cpus": 0.5, "max_restarts": 0}
if shape == "env":
    options["runtime_env"] = {"env_vars": {"A": "1"}}


@ray.remote
class Actor:
    def pid(self):
        return os.getpid()

    def die(self):
        os._exit(1)


@ray.remote
def task(number):
    time.sleep(0.05)
    return number


def once():
    if shape == "tasks":
        ray.get([task.remote(number) for number in range(8)], timeout=60)
        time.sleep(4)
        return
    actor = Actor.options(**options).remote()
    ray.get(actor.pid.remote(), timeout=60)
    if shape == "kill":
        ray.kill(actor)
    elif shape != "scope":
        actor.die.remote()
        try:
            ray.get(actor.pid.remote(), timeout=5)
        except ray.exceptions.RayError:
            pass
    del actor
    time.sleep(0.3)


began, turns, troubles = time.monotonic(), 0, 0
while time.monotonic() - began < float(seconds):
    turns += 1
    try:
        once()
    except Exception as error:
        troubles += 1
        print(type(error).__name__, error, flush=True)
print('TMGG_RESULT:{"metrics":{"turns":%d,"troubles":%d}}' % (turns, troubles))
