#!/bin/bash
# Eight Ray clusters of two users alive at the same time: the test of tests/torture, with a number of
# clusters that fits `make check`. The faults: a cluster that joins or disturbs another one, a
# port in two hands, and whatever is left behind.
RAYLAUNCH_CLUSTERS=8 exec bash "$(dirname "$0")/../torture/twenty-clusters.t"
