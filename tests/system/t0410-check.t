#!/bin/bash
# raylaunch check on the local scheduler: findings, exit code, JSON, the probe and its faults.
# What needs a cluster is in tests/cluster/t9200-check.t.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir "$WORK/play" && cd "$WORK/play" || exit 1
check() { run "$RAYLAUNCH_BIN" check --scheduler local "$@"; }
value_of() { sed -nE "s/.*\"finding\":\"$1\",\"value\":\"([^\"]*)\".*/\1/p" "$out"; }

# Bad input first.
check now
is_rc 2 'a word is a usage error'
check --nodes 2
is_rc 2 'local has one node'
mkdir bin
for program in bash sh cat; do
    ln -s "$(command -v $program)" bin/
done
run env PATH="$PWD/bin" "$RAYLAUNCH_BIN" check
is_rc 4 'no scheduler'
err_has 'local' 'names the other one'
: >file
check --output-dir file/below
is_rc 1 'an output folder that cannot be'
out_has '^bad +here +output folder' 'is bad'
out_has '^ +-> choose another with --output-dir' 'with what to do'

# Here.
check
is_rc 0 'this machine is good enough'
out_has '^(ok|warn) +here +open files' 'open files'
out_has '^ok +here +output folder +slurm_outputs \(not there yet\)' 'the output folder'
err_has '^[0-9]+ findings: ' 'and a sum'
is "$(ls)" "$(printf 'bin\nfile')" 'nothing is left'
check --json
is "$(grep -vc '^{"type":"finding","where":"[^"]*","finding":"[^"]*","value":"[^"]*","status":"\(ok\|warn\|bad\)","is":"\(ok\|warn\|bad\)","advice":"[^"]*"}$' "$out")" 0 \
    'JSON rows'

# The probe.
check --probe --no-ray --json
is_rc 0 'the probe of this machine'
out_has '"finding":"canary file","value":"seen there and answered in ' 'the canary came back'
out_has '"finding":"clock","value":"within ' 'the clocks agree'
is "$(ls)" "$(printf 'bin\nfile')" 'nothing is left'
if python3 -c '' 2>/dev/null; then
    check --probe --json --env PYTHONPATH="$PWD/lib"
    "$RAYLAUNCH_BIN" ports --json >"$WORK/ports.json"
    slice=$(sed -nE 's/.*"type":"ports".*"ports":\[\[([0-9]+),([0-9]+)\]\].*/\1-\2/p' "$WORK/ports.json")
    [ -n "$slice" ] && [[ "$(value_of 'ports of your slice')" = *"($slice)" ]]
    ok $? "the job sees the slice that \`ports\` shows ($slice)"
    out_has '"finding":"head","value":"[^"]* reached in ' 'the head can be reached'
    mkdir -p lib/ray lib/ray-9.9.9.dist-info
    printf 'Metadata-Version: 2.1\nName: ray\nVersion: 9.9.9\n' >lib/ray-9.9.9.dist-info/METADATA
    echo 'raise ImportError("libteapot.so is not there")' >lib/ray/__init__.py
    check --probe --env PYTHONPATH="$PWD/lib"
    is_rc 1 'a Ray that cannot be imported is bad'
    out_has '^bad .* Ray +9.9.9: ImportError: libteapot.so is not there' 'and its error is shown'
    : >lib/ray/__init__.py
    check --probe --env PYTHONPATH="$PWD/lib"
    is_rc 0 'one that can is good'
    out_has '^ok .* Ray +9.9.9, imported in ' 'with the time it took'
fi

# Faults of the job.
check --probe --no-ray --venv /nonexistent
is_rc 1 'a venv that is not there'
out_has '^bad +cluster +probe .*setup: venv /nonexistent has no bin/activate' 'is the reason that is shown'
check --probe --no-ray --temp-folder /nonexistent --json
is_rc 1 'no temp folder, by the old name of the option'
check --probe --no-ray --temp-dir /nonexistent
is_rc 1 'no temp folder'
out_has 'no folder can be made in temp folder /nonexistent' 'is the reason that is shown'
# What is deaf to TERM is killed later: tests/unit/test_local.c sees that.
check --probe --no-ray --setup 'exec sleep 300' --wait-timeout 1
is_rc 1 'a probe that takes too long'
out_has 'was cancelled after 1 s' 'is cancelled'
"$RAYLAUNCH_BIN" check --scheduler local --probe --no-ray --setup 'echo $$ >'"$WORK/pid; exec sleep 300" >"$out" 2>"$err" &
pid=$!
for _ in $(seq 100); do
    [ ! -s "$WORK/pid" ] || break
    sleep 0.1
done
kill -TERM "$pid"
wait "$pid"
rc=$?
[ $rc = 143 ]
ok $? "TERM ends it (exit code $rc)"
err_has 'interrupted; the probe.s job local-[0-9a-f]+ was cancelled' 'and its job'
! kill -0 "$(cat "$WORK/pid")" 2>/dev/null
ok $? 'no process is left'
[ ! -e slurm_outputs ]
ok $? 'no folder is left'
finish
