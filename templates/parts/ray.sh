# ---- Ray: keepers, start and end ---------------------------------------------------------------
# A keeper on each node runs that node's Ray. The head's is a child of this shell, the others are
# the tasks of one srun. They read orders from pipes that only this shell holds open: when it is
# gone, even by SIGKILL, the pipes end, and the keepers end what they started.
rl_head_in='' rl_work_in='' rl_head_pid='' rl_srun_pid='' rl_up=0 rl_trouble=''
rl_told='' rl_last='' rl_head_ready=0 rl_near='' rl_srun_gone=0 rl_head_stopped=0
rl_entry_in='' rl_step_said='' rl_shown='' rl_hip=0
rl_head_name=${rl_hosts[0]%%.*}
declare -A rl_port_list=()

rl_shut() { # nothing else may inherit the pipes to the keepers
    [ -z "$rl_head_in" ] || exec {rl_head_in}>&-
    [ -z "$rl_work_in" ] || exec {rl_work_in}>&-
    [ -z "$rl_entry_in" ] || exec {rl_entry_in}>&-
}

rl_order() { # to the head's keeper and to the others
    [ -z "$rl_head_in" ] || printf '%s\n' "$1" >&"$rl_head_in"
    [ -z "$rl_work_in" ] || printf '%s\n' "$1" >&"$rl_work_in"
}

rl_keeper_words() { # rl_words: what both kinds of keeper are told
    local word
    rl_words=("bootstrap=$rl_bootstrap" "nodes=$rl_nodes" "base=$rl_base" "temp=$rl_temp_folder"
        "ports_first=$rl_ports_first" "ports_last=$rl_ports_last" "ports_strict=$rl_ports_strict"
        "interface=$rl_interface" "peer=${rl_hosts[1]:-}" "cpus=$rl_cpus" "gpus=$rl_gpus"
        "mem_mib=$rl_mem" "store_mib=$rl_store_mib" "ray_logs=$rl_ray_logs" "auth=$rl_auth" "client=$rl_client"
        "tls=$rl_tls" "start_timeout=$rl_start_timeout" "same_root=$rl_same_root" "head_node=$rl_head_name" "shown=$rl_shown")
    for word in ${rl_wrap[@]+"${rl_wrap[@]}"}; do
        rl_words+=("wrap=$word")
    done
    for word in ${rl_ray_start_args[@]+"${rl_ray_start_args[@]}"}; do
        rl_words+=("arg=$word")
    done
}

rl_have_keeper() { # as a file; a whole template brings it as a value
    [ -z "${rl_keeper:-}" ] || printf '%s\n' "$rl_keeper" >"$rl_tmp/keeper.py"
    rl_python=(python3 -I -S -B) # nothing of the environment, the user or the site, and no cache
}

# To the other nodes the keeper goes in front of its orders: what they see of the sweep is not sure,
# and a word of srun stands in the accounting, for all to read. The first word is its size in bytes.
rl_receive='import os, sys
left, keeper = int(sys.argv.pop(1)), b""
while left:
    part = os.read(0, left)
    if not part:
        sys.exit(1)
    keeper, left = keeper + part, left - len(part)
exec(compile(keeper, "keeper.py", "exec"))'

rl_start_head() {
    local word words bell=4
    rl_keeper_words
    [ "$rl_head_step" = 0 ] || bell=none # srun carries stdin, stdout and stderr, and no more
    words=(role=head "bell=$bell" "outer=$rl_tmp" "${rl_words[@]}")
    if [ "$rl_bootstrap" = symmetric ]; then
        for word in "${rl_command[@]}"; do
            words+=("entry=$word")
        done
    fi
    mkfifo -m 600 -- "$rl_tmp/head"
    exec {rl_head_in}<>"$rl_tmp/head"
    (
        exec 3>&1 4>"$rl_tmp/bell" >"$rl_tmp/events" <"$rl_tmp/head"
        exec {rl_life}>&- {rl_lock}>&- {rl_events}>&- {rl_bell}>&-
        rl_shut
        [ "$rl_head_step" = 0 ] || rl_exec_step 1 0 "${rl_python[@]}" "$rl_tmp/keeper.py" "${words[@]}"
        rl_exec_as_user "${rl_python[@]}" "$rl_tmp/keeper.py" "${words[@]}"
    ) &
    rl_head_pid=$!
}

rl_least_cpus() { # rl_text: the CPUs that the job has on each of its nodes, at least
    local part
    rl_text=$rl_cpus_per_task
    [ "$rl_ray_cpus" = all ] || return 0
    rl_text=0
    for part in ${SLURM_JOB_CPUS_PER_NODE//,/ }; do
        part=${part%%(*}
        if [ "$rl_text" = 0 ] || [ "$part" -lt "$rl_text" ]; then rl_text=$part; fi
    done
}

rl_exec_step() { # nodes, number of the first one, command: a task on each; ends this subshell
    local count=$1 first=$2 gres=none cpus gpus=$rl_gpus item kept=()
    shift 2
    rl_least_cpus
    cpus=$rl_text
    [ "$gpus" != all ] || gpus=${SLURM_GPUS_ON_NODE:-0}
    [ "$gpus" = 0 ] || gres=gpu:$gpus
    # srun reads these as options and would mix them with the ones below
    for item in "${rl_env[@]}"; do
        case ${item%%=*} in
        SLURM_GPU* | SLURM_TRES* | SLURM_MEM_* | SLURM_CPU_* | SLURM_STD* | SLURM_LABELIO | SLURM_NTASKS) ;;
        SLURM_NPROCS | SLURM_NTASKS_PER_NODE | SLURM_DISTRIBUTION | SLURM_EXCLUSIVE | SLURM_EXACT) ;;
        SLURM_THREAD_SPEC | SLURM_CORE_SPEC) ;;
        CUDA_VISIBLE_DEVICES | ROCR_VISIBLE_DEVICES | ZE_AFFINITY_MASK | GPU_DEVICE_ORDINAL) # the head's node's
            [ "$gpus" != 0 ] || kept+=("$item")
            ;;
        HIP_VISIBLE_DEVICES) [ "$gpus" != 0 ] && [ "$first$rl_hip" = 11 ] || kept+=("$item") ;;
        *) kept+=("$item") ;;
        esac
    done
    rl_env=("${kept[@]}")
    rl_exec_as_user srun --overlap --export=ALL --mpi=none "-N$count" "-n$count" --ntasks-per-node=1 \
        "--relative=$first" --mem=0 "--cpus-per-task=$cpus" "--gres=$gres" --cpu-bind=none \
        --kill-on-bad-exit=0 --wait=0 ${rl_step_options[@]+"${rl_step_options[@]}"} "$@"
}

rl_start_workers() {
    local count=$((rl_nodes - 1))
    [ $count -gt 0 ] || return 0
    rl_keeper_words
    mkfifo -m 600 -- "$rl_tmp/work"
    exec {rl_work_in}<>"$rl_tmp/work"
    (
        exec >"$rl_tmp/events" <"$rl_tmp/work"
        exec {rl_life}>&- {rl_lock}>&- {rl_events}>&- {rl_bell}>&-
        rl_shut
        exec < <(trap '' TERM INT HUP USR1 && exec cat "$rl_tmp/keeper.py" -)
        rl_exec_step $count 1 "${rl_python[@]}" -c "$rl_receive" "$(wc -c <"$rl_tmp/keeper.py")" \
            role=worker bell=none "outer=$rl_tmp" "${rl_words[@]}"
    ) &
    rl_srun_pid=$!
}

rl_node_event() { # node, event, the rest of the line
    rl_last="$1: $2 $3"
    case $2 in
    claimed) rl_on_claimed "$1" "$3" ;;
    waiting) rl_say "$1: waits $3" ;;
    again) rl_warn "$1: Ray is started again, try ${3%% *} of 3: ${3#* }" ;;
    up) rl_on_up "$1" "$3" ;;
    dashboard) rl_dashboard=$3 ;;
    failed) [ -n "$rl_trouble" ] || rl_trouble=$3 ;;
    died) rl_on_died "$1" "$3" ;;
    warning) rl_warn "$3" ;;
    stopped) [ "$1" != "$rl_head_name" ] || rl_head_stopped=1 ;;
    step_said) rl_step_said=$3 ;;
    step_end) rl_on_step_end "$3" ;;
    esac
}

rl_on_claimed() {
    local first=${2%% *} rest=${2#* }
    local last=${rest%% *} name=$1
    rest=${rest#* }
    local address=${rest%% *} addresses=${rest#* }
    [ "$1" != "$rl_head_name" ] || name='head' # the address tells nothing: a worker's second try has it
    if [ "$first" = 0 ]; then
        rl_warn "$1: no free grain of ports in $rl_ports_first-$rl_ports_last: single free ports are used"
    else
        rl_say "$1: ports $first-$last"
    fi
    rl_port_list[$name]="[$first,$last]"
    rl_ports=''
    for name in "${!rl_port_list[@]}"; do
        rl_json "$name"
        rl_ports+=${rl_ports:+,}$rl_text:${rl_port_list[$name]}
    done
    if [ "$1" != "$rl_head_name" ]; then
        rl_send_leaf "$1" "$addresses" "$rl_work_in"
        return 0
    fi
    rl_send_leaf "$1" "$addresses" "$rl_head_in"
    rl_ray_address=$address
    rl_near=${address%:*}
    [ "$rl_bootstrap" = direct ] || rl_tell_workers # they start together with the head
}

rl_tell_workers() {
    local token=''
    [ -n "$rl_work_in" ] || return 0
    [ "$rl_told" != "$rl_ray_address" ] || return 0
    rl_told=$rl_ray_address
    IFS= read -r token <"$rl_tmp/token"
    printf 'go %s %s\n' "${token:--}" "$rl_ray_address" >&"$rl_work_in"
}

rl_on_up() {
    local address=${2%% *} rest=${2#* }
    rl_up=$((rl_up + 1))
    rl_near+=,$address
    rl_say "$1: Ray is up after ${rest%% *} s"
    if [ "$1" = "$rl_head_name" ]; then
        rl_head_ready=1
        rl_tell_workers
    fi
}

rl_on_died() {
    if [ "$1" = "$rl_head_name" ] || [ "$rl_phase" = ray_start ]; then
        [ -n "$rl_died" ] || rl_died=$2
    elif [ -z "$rl_term" ] && [ "$rl_sealed" = 0 ]; then
        rl_warn "$2"
    fi
}
