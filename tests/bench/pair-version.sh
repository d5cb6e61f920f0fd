# shellcheck shell=bash disable=SC2034 # read by run.sh
TITLE='start-up, --version'
A_NAME='raylaunch' A=("$RAYLAUNCH" --version)
B_NAME='git' B=(git --version)
