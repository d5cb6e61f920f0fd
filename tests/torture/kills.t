#!/bin/bash
# t9400-kills.t in full: a thousand SIGKILLs in 100 sweeps of 50 jobs, and one at every system
# call around a submission. RAYLAUNCH_SWEEPS sets another number of sweeps.
here=$(dirname "$0")
export RAYLAUNCH_SWEEPS="${RAYLAUNCH_SWEEPS:-100}" RAYLAUNCH_SIDE_BY_SIDE=8 RAYLAUNCH_CALL_STEP=1
exec bash "$here/../cluster/t9400-kills.t"
