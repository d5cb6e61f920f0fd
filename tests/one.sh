#!/bin/bash
# one.sh TEST: one test file, as run.sh has prove(1) run it: a file that hangs must not hang the
# rest (TERM after 15 minutes, then KILL), and of the two clusters the later half of the cluster
# tests has the one of $RAYLAUNCH_LAB-2.
case $1 in
*/t92[89]* | */t9[34]*) export RAYLAUNCH_LAB=$RAYLAUNCH_LAB-2 ;;
esac
exec timeout -k 10 900 "$1"
