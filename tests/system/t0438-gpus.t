#!/bin/bash
# GPUs of three makers and a keeper, alone, with a stand-in for Ray that writes down what it is told.
# The faults: Ray refuses AMD's ROCR_VISIBLE_DEVICES by itself; a step of Slurm 26.05 on the head's
# node, or with fewer GPUs than its job, made a cluster that nobody asked for.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
here=$(cd "$(dirname "$0")/../.." && pwd)
bash "$here/templates/join.sh" "$here/templates/keeper" >"$WORK/keeper.py"
mkdir "$WORK/bin"
cat >"$WORK/bin/ray" <<SH
#!/bin/bash
{
    printf '%s ' "\$@"
    env
} >"$WORK/told"
echo 'Ray runtime started.'
exec sleep 600
SH
chmod a+x "$WORK/bin/ray"
temp=$(mktemp -d /tmp/rlg.XXXX) # Ray's folders have short names
trap 'rm -rf "$WORK" "$temp"' EXIT

keeper() # ROLE WORDS-OF-THE-KEEPER NAME=VALUE…: what it said is in $WORK/events
{
    local role=$1 words=$2
    shift 2
    rm -rf "$temp/rl.k" "$WORK/told" "$WORK/orders" "$WORK/events"
    mkdir -m 700 "$temp/rl.k"
    mkfifo "$WORK/orders"
    exec 5<>"$WORK/orders"
    # shellcheck disable=SC2086 # words
    env -u CUDA_VISIBLE_DEVICES -u ROCR_VISIBLE_DEVICES -u HIP_VISIBLE_DEVICES -u ZE_AFFINITY_MASK \
        -u GPU_DEVICE_ORDINAL -u SLURM_GPUS_ON_NODE SLURMD_NODENAME=n1 PATH="$WORK/bin:$PATH" "$@" \
        python3 -I -S -B "$WORK/keeper.py" role="$role" bell=none outer="$temp/rl.k" bootstrap=direct nodes=1 \
        base="$WORK/p" temp="$temp" ports_first=20000 ports_last=29999 ports_strict=0 interface= peer= cpus=1 \
        mem_mib=500 store_mib=100 ray_logs=none auth=1 tls=0 client=0 start_timeout=60 same_root= $words \
        <"$WORK/orders" >"$WORK/events" 2>"$WORK/said" 5>&- &
    keeper=$!
    for ((i = 0; i < 1200; i++)); do
        ! grep -qsE '^RL [^ ]* (up|failed) ' "$WORK/events" || break
        sleep 0.05
    done
    exec 5>&-
    wait "$keeper"
}
told() # WHAT NUM-GPUS HIP-VISIBLE-DEVICES NAME=VALUE…
{
    local what=$1 gpus=$2 hip=$3
    shift 3
    keeper head gpus=all "$@"
    file_has "$WORK/told" "--num-gpus=$gpus " "$what: counted"
    is "$(sed -n 's/^HIP_VISIBLE_DEVICES=//p' "$WORK/told")" "$hip" "$what: as Ray wants it"
}
refused() # WHAT WORDS ROLE WORDS-OF-THE-KEEPER NAME=VALUE…
{
    local what=$1 words=$2
    shift 2
    keeper "$@"
    file_has "$WORK/events" "^RL n1 failed slurm_step .*$words" "$what"
    [ ! -e "$WORK/told" ]
    ok $? 'and no Ray is started'
}

refused "a worker on the head's node" "node n1, which is the head's" worker 'gpus=0 head_node=n1'
refused 'fewer GPUs than asked' '2 GPUs are asked on each node, and Slurm shows 1 here' head gpus=2 CUDA_VISIBLE_DEVICES=3
refused "fewer of AMD's" 'ROCR_VISIBLE_DEVICES=0' head gpus=2 ROCR_VISIBLE_DEVICES=0
refused "none of Intel's" 'shows 0 here .ZE_AFFINITY_MASK=' worker 'gpus=1 shown=ZE_AFFINITY_MASK'
refused 'the word for none' 'shows 0 here' head gpus=1 CUDA_VISIBLE_DEVICES=NoDevFiles
told 'NVIDIA' 2 '' CUDA_VISIBLE_DEVICES=0,1
told 'NVIDIA, by their names' 2 '' CUDA_VISIBLE_DEVICES=MIG-a1,MIG-b2
told 'AMD' 2 0,1 ROCR_VISIBLE_DEVICES=4,6
told 'AMD, and HIP by somebody else' 2 1,0 ROCR_VISIBLE_DEVICES=4,6 HIP_VISIBLE_DEVICES=1,0
told 'AMD, and HIP with numbers of the node' 2 0,1 ROCR_VISIBLE_DEVICES=4,6 HIP_VISIBLE_DEVICES=4,6
told 'HIP alone' 3 5,6,7 HIP_VISIBLE_DEVICES=5,6,7
told 'Intel' 2 '' ZE_AFFINITY_MASK=0.0,0.1
told 'all at once, as a GRES without AutoDetect' 2 0,1 CUDA_VISIBLE_DEVICES=2,3 ROCR_VISIBLE_DEVICES=2,3 \
    ZE_AFFINITY_MASK=2,3 GPU_DEVICE_ORDINAL=2,3 SLURM_GPUS_ON_NODE=2
told 'none' 0 '' SLURM_GPUS_ON_NODE=0
keeper head gpus=2
file_has "$WORK/told" '--num-gpus=2 ' 'a site that shows nothing is believed'
finish
