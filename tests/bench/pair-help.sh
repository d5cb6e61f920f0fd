# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='start-up, --help'
A_NAME='raylaunch --help' A=("$RAYLAUNCH" --help)
B_NAME='git --version' B=(git --version)
