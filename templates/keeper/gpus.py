# The GPUs of this node: what Slurm made visible, and the words in which Ray wants it.

from .base import NODE, Failure

# NVIDIA's, AMD's (of the driver, of HIP), Intel's, OpenCL's. A site may have Slurm set several at once.
SHOWN = ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "GPU_DEVICE_ORDINAL")


def devices(text):
    return [one for one in text.split(",") if one.strip() not in ("", "NoDevFiles", "-1")]


def count_shown(env):
    """GPUs that the variables show: the least of them, 0 where there is none."""
    return min([len(devices(env[name])) for name in SHOWN if name in env] or [0])


def count_given(env):
    told = env.get("SLURM_GPUS_ON_NODE", "")
    return int(told) if told.isdigit() else count_shown(env)


def add_for_ray(env):
    """Ray refuses AMD's ROCR_VISIBLE_DEVICES unless HIP_VISIBLE_DEVICES is there, which numbers what the other
    has left, from 0. Intel's mask it takes as it is. One that somebody else has set stays, if it can be meant."""
    if "ROCR_VISIBLE_DEVICES" not in env:
        return
    count = len(devices(env["ROCR_VISIBLE_DEVICES"]))
    mine = [one for one in devices(env.get("HIP_VISIBLE_DEVICES", "")) if one.isdigit() and int(one) < count]
    if "HIP_VISIBLE_DEVICES" not in env or len(mine) != len(devices(env["HIP_VISIBLE_DEVICES"])):
        env["HIP_VISIBLE_DEVICES"] = ",".join(str(one) for one in range(count))


def check_place(given, env):
    """Slurm 26.05.0 and .1 may put a step with --relative on the head's node, and before 26.05.3 a step with
    --overlap may lack GPUs. Ray would take both, and share or miss what the job has paid for."""
    if given["role"] == "worker" and given.get("head_node") == NODE:
        raise Failure("slurm_step", "Slurm started the step of the other nodes on node %s, which is the head's: a "
                      "fault of Slurm 26.05.0 and 26.05.1, mended in 26.05.2" % NODE)
    if given["gpus"] in ("all", "0"):
        return
    wanted = int(given["gpus"])
    names = [name for name in SHOWN if name in env] or [name for name in given.get("shown", "").split(",") if name]
    for name in names:
        if len(devices(env.get(name, ""))) < wanted:
            raise Failure("slurm_step", "node %s: %d GPUs are asked on each node, and Slurm shows %d here (%s=%s); before "
                          "Slurm 26.05.3 a step may get fewer than its job"
                          % (NODE, wanted, len(devices(env.get(name, ""))), name, env.get(name, "")))
