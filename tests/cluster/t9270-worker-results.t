#!/bin/bash
# Result lines that reached only a worker's log, on real Slurm and Ray: they are found in the logs that
# the job kept, marked in the row, and count only if the entrypoint ended well. Then the line of a log
# that proves a cause. Faults this finds: logs dropped although the result stands there, a result
# taken from a run that failed, a cause without its proof.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9270)
cd "$folder" || exit 1
cat >train.py <<'PY'
import sys, time
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

how = dict(word.split("=", 1) for word in sys.argv[1:])["how"]
ray.init(address="auto", log_to_driver=False)
head = ray.get_runtime_context().get_node_id()
nodes = sorted((node["NodeID"] for node in ray.nodes() if node["Alive"]), key=lambda node: node == head)


@ray.remote(num_cpus=0)
def task(loss):
    if how == "memory":
        time.sleep(100)
    print('\nTMGG_RESULT:{"metrics":{"val_loss":%s}}' % loss, flush=True)


def on(node, loss):
    ray.get(task.options(max_retries=0, scheduling_strategy=On(node, soft=False)).remote(loss))


on(nodes[0], 0.25)
if how == "twice":
    time.sleep(1.1)
    on(nodes[1], 0.125)
if how == "driver":
    print('TMGG_RESULT:{"metrics":{"val_loss":0.5}}', flush=True)
sys.exit(3 if how == "fails" else 0)
PY
cat >eat.py <<'PY'
import time
data = bytearray(400 << 20)
for place in range(0, len(data), 4096):
    data[place] = 1
time.sleep(60)
PY
# What Slurm says where the kernel has killed a job (cgroups are not to be had here): the answers of the
# real commands, with OUT_OF_MEMORY for FAILED.
mkdir bin
for name in squeue sacct; do
    printf '#!/bin/sh\n%s "$@" | sed s/FAILED/OUT_OF_MEMORY/\n' "$(command -v $name)" >bin/$name
done
chmod -R a+rX . bin/*
chmod a+x bin/*
common=(--shared --cpus-per-task 1 --gpus-per-task 0 --time 10)
sweep() # NAME OPTION… -- COMMAND
{
    local name=$1
    shift
    run as_user rlalice raylaunch sweep "${common[@]}" --name "$name" "$@"
    [ "$rc" = 0 ] || is_rc 0 "$name: submitted"
}
# shellcheck disable=SC2317 # called by the trap
restore()
{
    "$CLUSTER_SH" config --restore
    as_user root scontrol reconfigure
    rm -rf "$WORK"
} >/dev/null 2>&1
trap restore EXIT
"$CLUSTER_SH" config JobAcctGatherParams=OverMemoryKill
as_user root scontrol reconfigure
for name in seen kernel; do
    sweep $name --nodes 1 --no-ray --mem 200M -- python3 eat.py how=$name
done
sweep lost --nodes 2 --mem 4G --venv "$RAY_ENV" -- python3 train.py how=worker,fails,twice,driver
# Ray's own memory monitor, made to find any use of memory too much.
sweep memory --nodes 1 --mem 4G --venv "$RAY_ENV" --setup 'export RAY_memory_usage_threshold=0.01 RAY_memory_monitor_refresh_ms=100' -- \
    python3 train.py how=memory
sweep plain --nodes 1 --mem 200M --no-ray -- python3 -c 'import sys; how = sys.argv[1]
if how == "how=gpu": raise RuntimeError("No CUDA GPUs are available")
if how == "how=ray": raise ConnectionError("Could not find any running Ray instance.")
if how == "how=module": import no_such_module
if how == "how=bad": print("TMGG_RESULT:{\"metrics\":")
if how == "how=failed": print("TMGG_RESULT:{\"status\":\"failed\"}")' how=gpu,ray,module,bad,failed,none
sweep short --nodes 1 --mem 200M --no-ray --timeout 2 -- python3 -c 'import time; time.sleep(60)' how=timeout
sweep setup --nodes 1 --mem 200M --no-ray --setup false -- python3 -c 'pass' how=setup

run as_user rlalice raylaunch collect lost --wait --format jsonl
is_rc 1 'collect --wait: one of four failed'
row() # NAME HOW KEY…: as row_of, of a point that has ended
{
    local name=$1 how=$2
    shift 2
    row_of rlalice "$name" "how=$how" "$@"
}
is "$(row lost worker state cause metrics)" "completed/-/{'val_loss': 0.25}" 'the result of a worker counts'
row lost worker output | grep -qE '^points/how=worker-[0-9a-f]{12}\.ray/rl[123]\.tar\.gz#worker-[0-9a-f]+-[0-9a-f]+-[0-9]+\.out$'
ok $? "and is marked with its log ($(row lost worker output))"
row lost worker warnings | grep -q "the result line was found only in a worker's log"
ok $? 'and a warning'
is "$(row lost twice state metrics n_results)" "completed/{'val_loss': 0.125}/2" 'of two workers the later line counts'
row lost twice warnings | grep -q "results in workers' logs differ"
ok $? 'and that they differ is said'
is "$(row lost fails state cause exit_code)" failed/entrypoint_exit/3 'a worker says nothing for an entrypoint that failed'
row lost fails warnings | grep -q "it stood in a worker's log only and the entrypoint did not end by itself"
ok $? 'but its line is told of'
is "$(row lost driver state metrics n_results warnings)" "completed/{'val_loss': 0.5}/1/[]" 'a result in the output is all there is to it'
! ls -d slurm_outputs/lost/points/how=driver-*.ray >/dev/null 2>&1
ok $? 'and no logs are kept'
run as_user rlalice raylaunch collect lost --pick all --format jsonl
is "$(grep -c '"metrics":{"val_loss":0\.' "$out")" 5 '--pick all shows every one'
rm -f slurm_outputs/lost/results.jsonl
run as_user rlalice raylaunch collect lost --offline
out_has 'completed.*0\.125' 'derived again from the folder alone'

run as_user rlalice sh -c 'PATH=$PWD/bin:$PATH && raylaunch wait kernel --wait-timeout 60'
is_rc 1 'kernel: has ended'
for name in seen memory plain short setup; do
    run as_user rlalice raylaunch wait "$name" --wait-timeout 60
    is_rc 1 "$name: has ended"
done
proves() # NAME HOW STATE/CAUSE FILE REGEX
{
    local got
    is "$(row "$1" "$2" state cause)" "$3" "$2: $3"
    got=$(row "$1" "$2" evidence)
    grep -q "'file': 'points/how=$2-[0-9a-f]*\.$4'" <<<"$got" && grep -qE "'line': [\"'].*$5" <<<"$got"
    ok $? "$2: the line that proves it"
    grep -qE "$5" <<<"$got" || echo "#   $got"
}
proves memory memory failed/ray_oom err 'running low on memory'
row memory memory message | grep -q 'asked 4G a node; try --mem 5G, or `raylaunch retry memory --cause ray_oom --mem-factor 1\.2`'
ok $? "memory: what to do ($(row memory memory message | cut -c1-300))"
proves seen seen oom/out_of_memory err 'exceeded memory limit \([0-9]+ > 209715200\), being killed'
row seen seen message | grep -qE 'asked 200M a node, peak [2-9][0-9][0-9]M; try --mem [2-9][0-9][0-9]M, or `raylaunch retry seen --cause out_of_memory --mem-factor [1-4](\.[0-9]+)?`'
ok $? "seen: what was asked and used, and what to do ($(row seen seen message))"
is "$(row kernel kernel raw_state)" OUT_OF_MEMORY 'kernel: as Slurm says it'
row kernel kernel message | grep -qE 'asked 200M a node, peak [2-9][0-9][0-9]M \(MaxRSS\); try --mem [2-9][0-9][0-9]M'
ok $? "kernel: the peak is accounting's ($(row kernel kernel message))"
proves plain gpu failed/cuda_missing err 'RuntimeError: No CUDA GPUs are available'
proves plain ray failed/ray_connect err 'Could not find any running Ray instance'
proves plain module failed/import_error err 'ModuleNotFoundError.*no_such_module'
proves plain bad failed/bad_result out 'TMGG_RESULT:\{.*metrics'
proves plain failed failed/reported_failed out 'TMGG_RESULT:\{.*failed'
proves plain none failed/no_result err 'the entrypoint has ended: exit code 0'
proves short timeout timeout/timeout err 'raylaunch: \[.*\] timeout: timeout: the entrypoint ran longer'
proves setup setup failed/setup err 'raylaunch: \[.*\] failed: setup: '
finish
