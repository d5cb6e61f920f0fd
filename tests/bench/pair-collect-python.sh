# shellcheck shell=bash disable=SC2034 # read by run.sh
. tests/bench/outputs.sh
TITLE='results of 2,000 files (100 MB), rows'
A_NAME='raylaunch collect' A=("$RAYLAUNCH" collect --format jsonl "$BENCH/outputs")
B_NAME='Python, by line' B=(python3 -I tests/bench/collect.py "$BENCH/outputs")
