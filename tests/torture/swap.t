#!/bin/bash
# A neighbour swaps the runtime's folder while 200 jobs begin (t0256-thin-script.t does it 15 times).
export RAYLAUNCH_SWAPS=${RAYLAUNCH_SWAPS:-200}
exec "$(dirname "$0")/../system/t0256-thin-script.t"
