# ray.sh: a job with a Ray cluster of its own, from its claim to its end.
#
# What a script written by hand does in ten lines is done here, too. Where to find it:
#
#   nodes=$(scontrol show hostnames "$SLURM_JOB_NODELIST")     rl_find_hosts
#   head_node=${nodes_array[0]}                                ${rl_hosts[0]}, the node of this shell
#   ip_head=$head_node:6379                                    $rl_ray_address; the head's keeper chooses
#                                                              address and port (keeper.py: head_address, Ports)
#   srun --nodes=… --ntasks=… \                                rl_start_workers, rl_exec_step
#       ray symmetric-run --address "$ip_head" \               keeper.py: command(), ray_options(), where
#       --min-nodes "$SLURM_JOB_NUM_NODES" \                   bootstrap is symmetric. Where it is direct,
#       --num-cpus=… --num-gpus=… -- \                         "ray start --head" and "ray start --address"
#       python train.py …                                      rl_entry_start: ${rl_command[@]}
#
# The difference: each node has a keeper (keeper.py), which holds the ports, runs that node's Ray as
# its child and ends it, and says how the program ended.
# shellcheck shell=bash
# shellcheck disable=SC1091,SC2016,SC2034,SC2154,SC2317
. "$rl_tmp/job.sh"

{{include parts/ray_defaults.sh}}

{{include parts/ray_plan.sh}}

{{include parts/tls.sh}}

{{include parts/ray.sh}}

{{include parts/ray_run.sh}}

rl_begin
rl_setup
rl_ray_start
rl_entry_run
