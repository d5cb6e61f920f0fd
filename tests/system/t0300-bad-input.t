#!/bin/bash
# Bad input: one clear line, the right exit code, and the sweep folder as it was.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
echo 'echo "TMGG_RESULT:{}"' >fit.sh
local_sweep=(sweep --scheduler local --no-ray --cpus-per-task 1)
run "$RAYLAUNCH_BIN" "${local_sweep[@]}" --name keep -- bash fit.sh a=1
is_rc 0 'a good sweep first'
snapshot() { find slurm_outputs -type f -exec sha256sum {} + | sort; }
before=$(snapshot)

bad() { # RC REGEX WHAT ARGUMENTS…
    local wanted=$1 regex=$2 what=$3
    shift 3
    run env ${search:+"PATH=$search"} "$RAYLAUNCH_BIN" "$@"
    is_rc "$wanted" "$what"
    is "$(grep -c '^raylaunch: [^w]' "$err")" 1 "$what: one line"
    err_has "$regex" "$what: says what"
    is "$(wc -c <"$out")" 0 "$what: nothing on stdout"
}
sweep_bad() { # RC REGEX WHAT ARGUMENTS… (of the local sweep)
    local rc_=$1 regex_=$2 what_=$3
    shift 3
    bad "$rc_" "$regex_" "$what_" "${local_sweep[@]}" --name keep "$@"
}
sweep_bad 2 'unknown option' 'unknown flag' --nosuch -- bash fit.sh a=2
sweep_bad 2 "a" 'an empty grid' -- bash fit.sh 'a=range(5,5)'
sweep_bad 2 'allow-duplicates' 'two equal points' -- bash fit.sh a=2,2
sweep_bad 2 'max-points' 'a grid of a million by accident' -- bash fit.sh 'a=range(0,1000)' 'b=range(0,1000)'
sweep_bad 2 'no script' 'a script that does not exist' -- bash nosuch.sh a=2
sweep_bad 2 'no program' 'a program that does not exist' -- nosuchprogram a=2
sweep_bad 2 'no command' 'no command' --
sweep_bad 2 'time' 'a negative time limit' --time -1 -- bash fit.sh a=2
sweep_bad 2 'mem' 'memory with a decimal point' --mem 4.5G -- bash fit.sh a=2
sweep_bad 2 'nodes' 'two nodes on the local scheduler' --nodes 2 -- bash fit.sh a=2
sweep_bad 2 'nodes' 'nodes that are no number' --nodes two -- bash fit.sh a=2
printf 'a,b\n1,2\n3\n' >short.csv
sweep_bad 3 'short.csv.*3' 'a CSV row too short' --points short.csv -- bash fit.sh
printf '{"a":1}\n{"a":\n' >torn.jsonl
sweep_bad 3 'torn.jsonl.*2' 'a torn JSONL row' --points torn.jsonl -- bash fit.sh
printf '{"a":"x\\u0000y"}\n' >nul.jsonl
sweep_bad 3 'NUL|nul' 'a parameter that cannot be an argument' --points nul.jsonl -- bash fit.sh
printf 'nodes: 1\n\tcpus_per_task: 1\n' >tab.yaml
sweep_bad 3 'tab.yaml.*2' 'YAML with a tab' --file tab.yaml -- bash fit.sh a=2
printf 'nodes: 1\nnodes: 2\n' >twice.yaml
sweep_bad 3 'twice.yaml.*nodes' 'YAML with a duplicate key' --file twice.yaml -- bash fit.sh a=2
printf 'nods: 1\n' >unknown.yaml
sweep_bad 3 "unknown.yaml.*nods.*nodes" 'an unknown key' --file unknown.yaml -- bash fit.sh a=2
sweep_bad 6 'nosuch.yaml' 'a sweep file that is not there' --file nosuch.yaml -- bash fit.sh a=2
RAYLAUNCH_SET_NODS=1 bad 2 'RAYLAUNCH_SET_NODS' 'an unknown variable' "${local_sweep[@]}" -- bash fit.sh a=2
is "$(snapshot)" "$before" 'the sweep folder is as it was'

search=$WORK/nothing bad 4 'sbatch.*local' 'no sbatch on PATH' sweep --no-ray --env A=1 -- /bin/bash fit.sh a=2
mkdir full
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=16k tmpfs full 2>/dev/null; then
    head -c 20000 /dev/zero >full/fill 2>/dev/null
    bad 6 'full' 'an output folder on a full disk' "${local_sweep[@]}" --output-dir full -- bash fit.sh a=2
    umount full
fi
touch file
bad 6 'file' 'an output folder that cannot be made' "${local_sweep[@]}" --output-dir file -- bash fit.sh a=2
for limit in 1-2 90 24:00:00 1:30:00 1-12:30; do
    run "$RAYLAUNCH_BIN" render --nodes 1 --time "$limit" -- bash fit.sh a=1
    is_rc 0 "time limit $limit"
    out_has "^#SBATCH --time=" "time limit $limit is in the script"
done
for memory in 4GB 4g 4096 100M; do
    run "$RAYLAUNCH_BIN" render --nodes 1 --mem "$memory" -- bash fit.sh a=1
    is_rc 0 "memory $memory"
done
finish
