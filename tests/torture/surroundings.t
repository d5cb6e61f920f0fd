#!/bin/bash
# Each way of tests/fixtures/surroundings.txt to set up a shell, alone, with Ray on one node: 20 minutes.
exec "$(dirname "$0")/../cluster/t9295-surroundings.t" each
