# job.sh: what every job of raylaunch {{version}} does, with Ray or without. plain.sh and ray.sh read
# this file first; README in this folder is the page to begin with. Phases, in this order: claimed,
# setup, (ray_start,) entrypoint, ending, done.
#
# The job's own script has claimed the attempt, copied this file to the job's private folder and
# checked the copy. Functions and variables of raylaunch begin with rl_.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
rl_loaded=$rl_tmp

{{include parts/defaults.sh}}

{{include parts/base.sh}}
rl_tmp=$rl_loaded rl_runtime=$rl_sum

rl_claim() { :; } # the job's own script did it

{{include parts/begin.sh}}

{{include parts/prepare.sh}}

{{include parts/entry.sh}}
