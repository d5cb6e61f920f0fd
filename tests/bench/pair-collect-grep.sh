# shellcheck shell=bash disable=SC2034 # read by run.sh
. tests/bench/outputs.sh
TITLE='results of 2,000 files (100 MB)'
A_NAME='raylaunch collect' A=("$RAYLAUNCH" collect --format jsonl "$BENCH/outputs")
B_NAME='grep (lines only)' B=(grep -rahF TMGG_RESULT: "$BENCH/outputs")
