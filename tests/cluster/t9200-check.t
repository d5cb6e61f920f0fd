#!/bin/bash
# raylaunch check on real Slurm: limits, partition, and what the probe sees on the nodes.
# shellcheck disable=SC2154 # LAB, rc, out and err are lib.sh's and harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9200)
cd "$folder" || exit 1
check() { run as_user rlalice raylaunch check "$@"; }
jobs_named() { as_user root squeue -h -u rlalice -o %j | grep -c '^raylaunch-check-'; }
no_probe_left() { [ "$(jobs_named)" = 0 ]; }

# What is bad.
check --partition nowhere --probe
is_rc 1 'a partition that does not exist'
out_has "^bad +cluster +partition +'nowhere' \(flag --partition\) does not exist" 'is bad'
out_has 'there are: .*gpu' 'and those that do are listed'
out_has '^warn +cluster +probe +not submitted' 'no job is made'
check --nodes 900 --json
is_rc 1 'more nodes than there are'
out_has '"finding":"partition","value":"gpu: 3 nodes \(asked: 900\)' 'is bad'
check --nodes 2 --mem 900G --probe
is_rc 1 'what no node has'
out_has '^bad +cluster +probe .*Requested node configuration is not available' 'sbatch says so'
{ cat "$LAB/cluster/etc/slurm/slurm.conf" && echo SlurmctldPort=1; } >dead.conf
chmod a+r dead.conf
run as_user rlalice env SLURM_CONF="$folder/dead.conf" raylaunch check
rm dead.conf
is_rc 1 'no controller'
out_has '^bad +cluster +controller' 'is bad'

# Here and the cluster.
check --nodes 3
is_rc 0 'the test cluster is good enough'
for program in sbatch squeue scancel scontrol sinfo sacct; do
    out_has "^ok +here +$program +slurm" "$program and its release"
done
for limit in MaxArraySize MaxJobCount MinJobAge MessageTimeout; do
    out_has "^ok +cluster +$limit +[0-9]+" "$limit"
done
out_has '^ok +cluster +accounting +sacct answers' 'accounting'

# The probe, with Ray, on three nodes.
check --nodes 3 --probe --venv "$RAY_ENV" --json
is_rc 0 'the probe of three nodes'
for node in rl1 rl2 rl3; do
    out_has "\"where\":\"node $node\",\"finding\":\"canary file\",\"value\":\"seen there" "$node: the canary"
    out_has "\"where\":\"node $node\",\"finding\":\"Ray\",\"value\":\"[0-9.]+, imported in " "$node: Ray"
    out_has "\"where\":\"node $node\",\"finding\":\"head\",\"value\":\"rl[123]: its name gives 10[0-9.]+, 10[0-9.]+ reached in " \
        "$node: the head"
    out_has "\"where\":\"node $node\",\"finding\":\"ports of your slice\",\"value\":\"[0-9]+ of 2048 free" "$node: ports"
    out_has "\"where\":\"node $node\",\"finding\":\"clock\",\"value\":\"within" "$node: the clock"
done
slice=$(as_user rlalice raylaunch ports --json |
    sed -nE 's/.*"type":"ports".*"ports":\[\[([0-9]+),([0-9]+)\]\].*/\1-\2/p')
[ -n "$slice" ] && [ "$(grep -c "2048 free ($slice)" "$out")" = 3 ]
ok $? "each node looks in the slice that \`ports\` shows ($slice)"
is "$(ls -A)" '' 'nothing is left in the folder'
wait_for 20 no_probe_left
ok $? 'no job is left'

# Faults.
mkdir bin
for program in srun scontrol sleep mv cp ls date df awk bash rm mkdir cat; do
    ln -s "$(command -v $program)" bin/
done
chmod a+rx bin
check --nodes 2 --probe --setup "PATH=$folder/bin"
is_rc 1 'nodes without Python'
out_has '^bad +node rl[123] +Python +none' 'say so'
out_has '^ok +node rl[123] +canary file +seen there' 'and report what bash sees'
check --nodes 2 --probe --no-ray --output-dir /dev/shm/rlalice-t9200
is_rc 1 'a folder that the nodes do not see'
out_has '^bad +here +file system +tmpfs' 'is in memory'
out_has '^bad +cluster +probe .*0 of 2 nodes reported' 'and no node is heard'
out_has 'the nodes do not see this folder' 'with the likely reason'
check --nodes 2 --probe --no-ray --venv /nonexistent
is_rc 1 'a venv that is not there'
out_has '^bad +cluster +probe .*venv /nonexistent has no bin/activate' 'is the reason shown'
as_user_exec rlalice raylaunch check --nodes 2 --probe --no-ray --setup 'sleep 120' >"$out" 2>"$err" &
pid=$!
wait_for 30 grep -q RUNNING "$err"
kill -INT "$pid"
wait "$pid"
rc=$?
is "$rc" 130 'Ctrl-C'
err_has "interrupted; the probe's job [0-9]+ was cancelled" 'cancels the job'
wait_for 20 no_probe_left
ok $? 'no job is left'
is "$(ls -A)" bin 'no folder is left'
finish
