# ---- Ray: version, bootstrap, what this job was given ------------------------------------------

rl_ask_python='
{{include parts/ask.py}}
'
rl_ask='ask=$1
shift
for python in python3 python; do
    "$@" "$python" -c "$ask" && exit
done
"$@" ray --version' # a "ray" of another Python; this takes a second or two

rl_no_ray() { # with what it said, but for the words of who simply has none
    local said
    said=$(grep -av -e 'No module named .ray' -e 'PackageNotFoundError' -e 'not found' -e 'No such file' \
        -- "$rl_tmp/asked" | grep -aE '^[A-Za-z_.]*(Error|Exception|Warning)\b' | tail -n 1 | cut -c1-300)
    cat -- "$rl_tmp/asked" >&2
    rl_fail ray_missing "Ray is not installed in the environment of this job; give --venv, --conda or \
--setup${said:+ (it said: $said)}"
}

rl_find_ray() { # rl_ray_version, rl_client (is there a Ray client?), in the job's own environment
    rl_step='looking for Ray'
    rl_expand_wrap
    if [ "$rl_head_step" = 1 ]; then
        rl_gpus=0 # for this first step
        rl_text=$(rl_exec_step 1 0 sh -c "$rl_ask" sh "$rl_ask_python" ${rl_words[@]+"${rl_words[@]}"} \
            </dev/null 2>"$rl_tmp/asked")
    else
        [ ${#rl_words[@]} = 0 ] || (rl_exec_as_user "$BASH" -p -c 'type -P -- "$1"' type "${rl_words[0]}") >/dev/null ||
            rl_fail setup "the wrapper's program ${rl_words[0]} is not there on $HOSTNAME"
        rl_text=$(rl_exec_as_user sh -c "$rl_ask" sh "$rl_ask_python" ${rl_words[@]+"${rl_words[@]}"} \
            2>"$rl_tmp/asked")
    fi
    rl_client=0
    case $rl_text in
    *,*) rl_ray_version=${rl_text##* } ;; # "ray, version 2.54.0"
    *) rl_ray_version=${rl_text% *} rl_client=${rl_text#* } ;;
    esac
    [ -n "$rl_ray_version" ] || rl_no_ray
    rl_say "Ray $rl_ray_version"
}

rl_ray_since() { # is it Ray $1.$2 or newer?
    local major=${rl_ray_version%%.*} minor=${rl_ray_version#*.}
    minor=${minor%%[!0-9]*}
    [ "$((10#$major))" -gt "$1" ] || { [ "$((10#$major))" -eq "$1" ] && [ "$((10#$minor))" -ge "$2" ]; }
}

rl_see_through() { # what the steps need from outside of a container: the temp folder, and that of the logs
    local i last='' own=$rl_temp_folder:$rl_temp_folder,${rl_base%/*}:${rl_base%/*}
    for i in "${!rl_step_options[@]}"; do
        case ${rl_step_options[i]} in --container-mounts=*) last=$i ;; esac
    done
    if [ -n "$last" ]; then # Pyxis takes the last one of several
        rl_step_options[last]+=,$own
    elif [ ${#rl_step_options[@]} -gt 0 ]; then
        rl_step_options+=("--container-mounts=$own")
    fi
}

rl_choose_bootstrap() {
    local why=''
    rl_auth=1 rl_same_root=0 # does Ray take the root folder of the head on every node?
    rl_ray_since 2 54 || rl_same_root=1
    if ! rl_ray_since 2 52; then
        rl_auth=0
        if [ "$rl_exclusive" = 0 ] && [ "$rl_allow_open" = 0 ]; then
            rl_fail ray_version "Ray $rl_ray_version has no access token (2.52 has), so on a shared node \
everybody could run code as you; ask for --exclusive, take a newer Ray, or say --allow-open"
        fi
        rl_warn "Ray $rl_ray_version has no access token: the cluster is open to all who reach its ports"
    fi
    [ "$rl_bootstrap" = symmetric ] || return 0
    if ! rl_ray_since 2 50; then
        why="Ray $rl_ray_version has no symmetric-run (2.50 has)"
        [ "$rl_bootstrap_forced" = 0 ] || rl_fail ray_version "$why"
    elif [ "$rl_nodes" -gt 1 ] && ! rl_ray_since 2 54; then
        why="symmetric-run of Ray $rl_ray_version never joins several nodes (mended in 2.54, ray#59795)"
        if [ "$rl_bootstrap_forced" = 1 ]; then
            rl_warn "$why"
            why=''
        fi
    fi
    [ -n "$why" ] || return 0
    rl_bootstrap=direct
    rl_bootstrap_reason=$why
    rl_warn "bootstrap direct instead of symmetric: $why"
}

rl_gpus_in() { # rl_text: GPUs in "cpu=2,gres/gpu:a100=1" (Slurm 24.05) or "cpu:2,gres/gpu:1" (23.11)
    local part all=0 typed=0
    for part in ${1//,/ }; do
        case $part in
        gres/gpu[:=]*[!0-9]*[:=]*[0-9]) typed=$((typed + ${part##*[:=]})) ;;
        gres/gpu[:=]*[0-9]) all=${part##*[:=]} ;;
        esac
    done
    rl_text=$all
    [ "$all" != 0 ] || rl_text=$typed
}

rl_gpus_given() { # rl_gpus: asked by --sbatch: a task's, or what was given to the node as a whole
    rl_gpus_in "${SLURM_TRES_PER_TASK:-}"
    [ "$rl_text" != 0 ] || rl_gpus_in "gres/gpu:${SLURM_GPUS_PER_TASK:-0}" # 22.05 and 23.02 only
    [ "$rl_text" != 0 ] || rl_text=${SLURM_GPUS_ON_NODE:-0}
    rl_gpus=$rl_text
}

rl_gpu_environment() { # rl_shown: the variables by which Slurm shows GPUs here; and what Ray wants to be told of them
    local name count=0
    rl_shown='' rl_hip=0
    for name in CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES ZE_AFFINITY_MASK GPU_DEVICE_ORDINAL; do
        [ "$rl_gpus" = 0 ] || [ -z "${!name:-}" ] || rl_shown+=${rl_shown:+,}$name
    done
    case " ${rl_env[*]}" in *' HIP_VISIBLE_DEVICES='*) count=-1 ;; esac # the user's own stays
    if [ -n "${ROCR_VISIBLE_DEVICES:-}" ] && [ $count = 0 ]; then
        name=${ROCR_VISIBLE_DEVICES//[!,]/} # HIP numbers what is visible, from 0
        HIP_VISIBLE_DEVICES=0
        while [ $((count += 1)) -le ${#name} ]; do
            HIP_VISIBLE_DEVICES+=,$count
        done
        rl_env+=("HIP_VISIBLE_DEVICES=$HIP_VISIBLE_DEVICES")
        rl_hip=1
    fi
    export RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO=${RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO:-$rl_hide_gpus}
}

rl_resources() { # rl_cpus, rl_gpus (numbers or "all" of the node), rl_mem
    rl_cpus=$rl_ray_cpus
    [ "$rl_cpus" != task ] || rl_cpus=$rl_cpus_per_task
    rl_gpus=$rl_gpus_per_task
    if [ "$rl_ray_cpus" = all ]; then
        rl_gpus=all
    elif [ "$rl_gpus" = 0 ]; then
        rl_gpus_given
    fi
    if [ -n "${SLURM_MEM_PER_NODE:-}" ]; then
        rl_mem=$SLURM_MEM_PER_NODE
    elif [ -n "${SLURM_MEM_PER_CPU:-}" ] && [ -n "${SLURM_CPUS_ON_NODE:-}" ]; then
        rl_mem=$((SLURM_MEM_PER_CPU * SLURM_CPUS_ON_NODE))
    else
        rl_mem=$rl_mem_mib
    fi
    local files
    files=$(ulimit -n)
    if [ "$files" != unlimited ] && [ "$files" -lt 8192 ]; then
        rl_warn "at most $files open files on $HOSTNAME (ulimit -n); Ray wants 65535"
    fi
}

rl_find_hosts() {
    [ "$rl_nodes" -gt 1 ] || return 0
    (rl_exec_as_user scontrol show hostnames "${SLURM_JOB_NODELIST:-}") >"$rl_tmp/hosts"
    mapfile -t rl_hosts <"$rl_tmp/hosts"
    if [ ${#rl_hosts[@]} != "$rl_nodes" ]; then
        rl_fail ray_start "the script was made for $rl_nodes nodes, the job has ${#rl_hosts[@]}"
    fi
}
