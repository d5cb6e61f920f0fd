# plain.sh: a job without Ray, from its claim to its end. It uses no Slurm command, so it runs the
# same without Slurm. All that it calls is in job.sh.
# shellcheck shell=bash
# shellcheck disable=SC1091,SC2154
. "$rl_tmp/job.sh"

rl_begin
rl_setup
rl_entry_run
