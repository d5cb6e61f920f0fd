# ---- Ray: from the first keeper to the last ----------------------------------------------------

rl_srun_said() { # rl_text: and what srun has said of it, which is in the file of this job's stderr
    local said
    said=$(grep -as '^srun: error: ' /proc/self/fd/2 | tail -n 4 | cut -c13-312)
    [ -n "$said" ] || return 0
    rl_text+=": ${said//$'\n'/ / }"
    case $said in
    *credential*) rl_text+=' (do the clocks of the nodes differ? "raylaunch check --probe" tells)' ;;
    esac
}

rl_lost() { # rl_text: which keeper is gone without a word, or empty
    rl_text=''
    if ! kill -0 "$rl_head_pid" 2>/dev/null; then
        rl_text="the keeper of node $rl_head_name ended unexpectedly"
    elif [ -n "$rl_srun_pid" ] && ! kill -0 "$rl_srun_pid" 2>/dev/null; then
        rl_text='the srun of the other nodes ended unexpectedly'
    fi
}

rl_ready() {
    if [ "$rl_bootstrap" = symmetric ]; then
        [ $rl_head_ready = 1 ] # it has waited for the others itself
    else
        [ $rl_up -ge "$rl_nodes" ]
    fi
}

rl_wait_ready() {
    local deadline lost=0
    rl_clock
    deadline=$((rl_ran + rl_start_timeout * 1000))
    until rl_ready; do
        rl_tick 0.1 # the other nodes have no bell
        if [ -n "$rl_term" ]; then
            rl_killed
            rl_leave $((128 + rl_text))
        fi
        [ -z "$rl_trouble" ] || rl_fail "${rl_trouble%% *}" "${rl_trouble#* }"
        [ -z "$rl_died" ] || rl_fail ray_start "$rl_died"
        rl_lost
        [ -z "$rl_text" ] || lost=$((lost + 1)) # its last words may still be in the pipe
        if [ $lost -ge 10 ]; then
            rl_srun_said
            rl_fail ray_start "$rl_text"
        fi
        rl_clock
        [ "$rl_ran" -lt $deadline ] || rl_fail ray_start "only $rl_up of $rl_nodes nodes were up \
after $rl_start_timeout s (start_timeout); last heard: $rl_last"
    done
}

rl_ray_start() {
    rl_enter ray_start
    [ -n "${SLURM_JOB_ID:-}" ] || rl_head_step=0 # no Slurm, no steps
    rl_see_through
    rl_find_ray
    rl_choose_bootstrap
    rl_choose_tls
    rl_resources
    rl_gpu_environment
    rl_find_hosts
    rl_in_loop=1
    rl_have_keeper
    rl_start_head
    rl_start_workers
    rl_wait_ready
    local name near
    near=$rl_near,127.0.0.1,localhost
    for name in "${rl_hosts[@]}"; do
        near+=,$name
    done
    export NO_PROXY=${NO_PROXY:-${no_proxy:-}}
    NO_PROXY=${NO_PROXY:+$NO_PROXY,}$near
    export no_proxy=$NO_PROXY RAY_ADDRESS=$rl_ray_address
    if [ $rl_auth = 1 ]; then
        export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=$rl_tmp/token
    fi
    rl_end_authority
    rl_warned=0
    rl_say "the Ray cluster is ready: $rl_nodes nodes, head $rl_ray_address"
}

rl_step_parent() { # waits for the step of the entrypoint, which has its parent in it (head_step)
    local pid
    trap '' TERM INT HUP USR1
    (
        trap - TERM INT HUP USR1
        exec <"$rl_tmp/orders" {rl_life}>&- {rl_lock}>&- {rl_events}>&- {rl_bell}>&-
        rl_shut
        rl_exec_step 1 0 "${rl_python[@]}" "$rl_tmp/keeper.py" step "$rl_tmp" ${rl_words[@]+"${rl_words[@]}"} \
            "${rl_command[@]}"
    ) &
    pid=$!
    exec {rl_life}>&-
    rl_shut
    wait "$pid"
    printf 'RL - step_end %d\n' $? >&"$rl_events" # after the last of the output: srun has ended
    echo >&"$rl_bell"
}

rl_on_step_end() { # srun's exit code; the step itself has said exactly how the entrypoint ended
    if [ -n "$rl_step_said" ]; then
        rl_entry_how=${rl_step_said% *} rl_entry_code=${rl_step_said#* }
    else
        rl_entry_how=lost
        rl_text="the srun step of the entrypoint ended with exit code $1 and never told of its end"
        rl_srun_said
        rl_lost_why=$rl_text
    fi
}

# From here on the functions of the same name in the plain part are replaced.

rl_entry_start() {
    if [ "$rl_bootstrap" = symmetric ]; then
        printf 'run\n' >&"$rl_head_in" # the entrypoint is a child of symmetric-run
    elif [ "$rl_head_step" = 1 ]; then
        rl_expand_wrap
        mkfifo -m 600 -- "$rl_tmp/orders"
        exec {rl_entry_in}<>"$rl_tmp/orders"
        rl_step_parent &
        rl_parent_pid=$!
    else
        rl_expand_wrap
        rl_entry_parent &
        rl_parent_pid=$!
    fi
}

rl_entry_signal() {
    if [ "$rl_bootstrap" = symmetric ]; then
        printf 'signal %s\n' "$1" >&"$rl_head_in"
    elif [ -n "$rl_entry_in" ]; then
        printf 'signal %s\n' "$1" >&"$rl_entry_in"
    elif [ -n "$rl_entry_pid" ]; then
        kill "-$1" -- "-$rl_entry_pid" 2>/dev/null
    fi
}

rl_save_logs() {
    [ "$rl_ray_logs" = none ] || rl_order logs
}

rl_watch_nodes() {
    rl_lost
    case $rl_text in
    *'srun of the other nodes'*)
        if [ $rl_srun_gone = 0 ] && [ -z "$rl_why" ]; then
            rl_srun_said
            rl_warn "$rl_text"
        fi
        rl_srun_gone=1
        ;;
    ?*)
        if [ -z "$rl_died" ]; then
            rl_srun_said
            rl_died=$rl_text
        fi
        ;;
    esac
    [ -n "$rl_died" ] && [ -z "$rl_why$rl_entry_how" ] || return 0
    rl_tick 0.5 # a TERM of Slurm reaches Ray and this shell at the same time
    [ -z "$rl_term$rl_entry_how" ] || return 0
    rl_why=ray_died
    rl_say "$rl_died"
    rl_entry_end 10
    if [ "$rl_bootstrap" = symmetric ] && ! kill -0 "$rl_head_pid" 2>/dev/null; then
        sleep 3 # nobody will tell: the entrypoint's parent ends it, as its keeper is gone
        rl_entry_how=lost
    fi
}

rl_explain_exit() { # who has lost the certificate on his way is refused, and Ray does not say why
    [ "$rl_tls" = 1 ] && [ -f /proc/self/fd/2 ] &&
        grep -aq 'ailed to connect to GCS' < <(tail -c 65536 "/proc/$$/fd/2" "$rl_base.out") || return 0
    rl_exit_why=(ray_connect "the program did not reach its Ray at $rl_ray_address and ended with exit code \
$rl_entry_code. Ray speaks TLS here (ray_tls): a program whose environment lacks RAY_USE_TLS, RAY_TLS_SERVER_CERT, \
RAY_TLS_SERVER_KEY and RAY_TLS_CA_CERT (env -i, sudo, a container with --cleanenv) is not let in")
}

rl_end_nodes() { # keep or drop: the logs
    local pid limit began
    [ -n "$rl_head_pid" ] || return 0
    rl_clock
    began=$rl_now
    limit=$((rl_ran + 25000))
    # Slurm's KILL comes soon after its TERM (KillWait): no time for an end in order
    rl_order "stop $1${rl_term:+ now}"
    rl_shut
    rl_head_in='' rl_work_in='' rl_entry_in=''
    for pid in $rl_head_pid $rl_srun_pid; do
        while kill -0 "$pid" 2>/dev/null && [ "$rl_ran" -lt $limit ]; do
            rl_tick 0.1
            rl_clock
        done
        kill -KILL "$pid" 2>/dev/null
    done
    rl_tick 0.1
    if [ $rl_head_stopped = 0 ]; then # it was killed: what it left names its folder
        rl_say "the keeper of node $rl_head_name did not end in order"
        pkill -KILL -u "$UID" -f -- "$rl_tmp/r" 2>/dev/null
    fi
    if [ "$1" = drop ] && [ -d "$rl_base.ray" ]; then # kept when the time limit was near
        rm -rf -- "$rl_base.ray"
    fi
    rl_say "Ray has ended after $((rl_now - began)) ms"
}
