# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='plan 100,000 points, as JSON lines'
A_NAME='raylaunch' A=("$RAYLAUNCH" sweep --dry-run --json --scheduler local --max-points 100000
    -- /bin/true 'lr=range(0,100)' 'seed=range(0,1000)')
B_NAME='Python' B=(python3 -I tests/bench/plan.py)
