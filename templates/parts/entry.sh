# ---- the entrypoint ----------------------------------------------------------------------------
# Its parent is a subshell that waits for it and says how it ended through the events pipe; the
# main shell reads that pipe, one line an event, and looks at clock and signals in between.

rl_shut() { :; } # ray.sbatch: close the pipes whose end means "stop"

rl_expand_wrap() { # rl_words: the wrapper's words for this node
    local word
    rl_words=()
    for word in ${rl_wrap[@]+"${rl_wrap[@]}"}; do
        rl_words+=("${word//'{tmp}'/$rl_tmp}")
    done
}

rl_guard() { # this shell killed (the pipe "life" ends without a word): end the entrypoint too
    local word code=142
    while [ "$code" -gt 128 ]; do # its time was up
        read -r -t 3600 word
        code=$?
    done <"$rl_tmp/life"
    [ "$code" != 0 ] || return
    kill -TERM -- "-$1"
    sleep 2
    kill -KILL -- "-$1"
} 2>/dev/null

rl_entry_parent() {
    local pid code how seen=''
    # Not a trap: a wait that is broken off as the child dies may then wait for ever (bash 5.2)
    trap '' TERM INT HUP USR1
    exec {rl_life}>&-
    rl_shut
    set -m # each child leads a process group of its own
    # wait says 137 both for "exit 137" and for SIGKILL; the list of jobs tells them apart
    # (bash may warn of a second SIGCHLD there: "run_pending_traps: bad value")
    trap '{ seen+=$(LC_ALL=C; jobs -l); } 2>/dev/null' CHLD
    (
        trap - CHLD TERM INT HUP USR1
        exec {rl_events}>&- {rl_bell}>&- {rl_lock}>&- </dev/null
        rl_exec_as_user ${rl_words[@]+"${rl_words[@]}"} "${rl_command[@]}"
    ) &
    pid=$!
    printf 'RL - entry_pid %d\n' "$pid" >&"$rl_events"
    (trap '' TERM INT HUP USR1 && rl_guard "$pid") {rl_events}>&- {rl_bell}>&- {rl_lock}>&- >/dev/null 2>&1 &
    wait "$pid"
    code=$?
    how='exit'
    if [ "$code" -gt 128 ]; then
        case $seen in
        *" $pid Exit "* | *" $pid Done"*) ;;
        *) how=signal code=$((code - 128)) ;;
        esac
    fi
    printf 'RL - entry_end %s %d\n' "$how" "$code" >&"$rl_events"
    echo >&"$rl_bell"
}

rl_entry_start() {
    rl_expand_wrap
    rl_entry_parent &
    rl_parent_pid=$!
}

rl_entry_signal() { # to all processes of the entrypoint's group
    [ -z "$rl_entry_pid" ] || kill "-$1" -- "-$rl_entry_pid" 2>/dev/null
}

rl_node_event() { :; } # ray.sbatch listens to its keepers
rl_save_logs() { :; }
rl_watch_nodes() { :; }
rl_explain_exit() { :; } # rl_exit_why: cause and message, where more is known of an exit code that is not 0

rl_event() { # node, event, the rest of the line
    case $2 in
    entry_pid) rl_entry_pid=$3 ;;
    entry_end) rl_entry_how=${3% *} rl_entry_code=${3#* } ;;
    *) rl_node_event "$@" ;;
    esac
}

# "read -t" may lose what it has read when its time is up in the middle of a line (seen), so it
# only ever listens to the bell; the events are read when they are there, without a time limit.
rl_tick() { # the events that are there; waits for the bell at most $1 seconds
    local tag node event rest
    read -t 0 -u "$rl_events" || read -r -t "$1" -u "$rl_bell" tag
    while read -t 0 -u "$rl_events"; do
        IFS=' ' read -r -u "$rl_events" tag node event rest
        [ "$tag" != RL ] || rl_event "$node" "$event" "$rest"
    done
}

rl_on_warning() { # Slurm's signal before the time limit: logs first, then the user's own signal
    [ "$rl_warned" = 1 ] || return
    rl_warned=0
    rl_say 'SIGUSR1: the time limit is near'
    rl_save_logs
    [ -z "$rl_warn_signal" ] || rl_entry_signal "$rl_warn_signal"
}

rl_entry_end() { # ask the entrypoint to end; $1 seconds later it is killed
    rl_clock
    rl_kill_at=$((rl_ran + $1 * 1000))
    rl_entry_signal TERM
}

rl_watch_parent() { # it was killed: nobody will tell how the entrypoint ends
    [ -n "$rl_parent_pid" ] && [ -z "$rl_entry_how" ] || return 0
    kill -0 "$rl_parent_pid" 2>/dev/null && return
    rl_tick 0.5 # its last word may still be in the pipe
    [ -n "$rl_entry_how" ] || rl_entry_how=lost
}

rl_entry_wait() {
    local limit=0
    rl_kill_at=0 rl_why=''
    rl_clock
    [ "$rl_timeout" = 0 ] || limit=$((rl_ran + rl_timeout * 1000))
    while [ -z "$rl_entry_how" ]; do
        rl_tick 1
        rl_clock
        rl_on_warning
        if [ -n "$rl_term" ] && [ "$rl_why" != killed ]; then
            rl_why=killed
            rl_killed
            rl_save_logs
            rl_entry_end 20
        elif [ -z "$rl_why" ] && [ -z "$rl_entry_how" ] && [ $limit -gt 0 ] &&
            [ "$rl_ran" -ge $limit ]; then
            rl_why=timeout
            rl_say "the entrypoint has run for $rl_timeout s: it is ended"
            rl_entry_end 30
        fi
        rl_watch_nodes
        rl_watch_parent
        if [ $rl_kill_at -gt 0 ] && [ "$rl_ran" -ge $rl_kill_at ]; then
            rl_entry_signal KILL
            [ "$rl_ran" -lt $((rl_kill_at + 10000)) ] || break # it cannot be killed: leave it
        fi
    done
    # Slurm's TERM reaches the entrypoint and this shell at the same time
    [ "$rl_entry_how $rl_entry_code" != 'signal 15' ] || [ -n "$rl_why" ] || rl_tick 0.5
    [ -z "$rl_term" ] || rl_why=killed
}

rl_entry_sweep() { # what the entrypoint left behind in its process group
    local tries=0
    [ -n "$rl_entry_pid" ] && kill -TERM -- "-$rl_entry_pid" 2>/dev/null || return 0
    while [ $tries -lt 20 ] && kill -0 -- "-$rl_entry_pid" 2>/dev/null; do
        rl_tick 0.1
        tries=$((tries + 1))
    done
    kill -KILL -- "-$rl_entry_pid" 2>/dev/null
}

rl_keep_environment() { # for "raylaunch attach": a shell in this job as the entrypoint has it
    local item
    (
        umask 077
        exec >"$rl_tmp/env"
        for item in "${rl_env[@]}"; do
            case $item in BASH_ENV=*) printf 'export BASH_ENV=%q\n' "${item#*=}" ;; esac
        done
        rl_umask=077
        rl_exec_as_user env -u BASH_ENV "$BASH" -c 'builtin export -p; builtin export -fp'
    ) 2>/dev/null
}

rl_find_code() { # rl_text: the file that the entrypoint is, as far as it can be found
    local word=${rl_command[${rl_code#[mp]}]:-} folder file folders
    rl_text=''
    case $rl_code in
    m*) # python -m: a folder with __main__.py, else the file
        case $word in -*) word=${word#*m} ;; esac
        IFS=: read -r -a folders <<<".:${PYTHONPATH:-}"
        for folder in "${folders[@]}"; do
            for file in "${folder:-.}/${word//.//}"{/__main__,}.py; do
                [ -n "$rl_text" ] || [ ! -f "$file" ] || rl_text=$file
            done
        done
        ;;
    p*) [ ${#rl_wrap[@]} -gt 0 ] || rl_text=$(type -P -- "$word") ;; # wrapped, it may be another
    *) rl_text=$word ;;
    esac
}

rl_sum_code() { # rl_code_sum: SHA-256 of that file alone, as it is now
    local own=$PATH item PYTHONPATH=''
    [ -n "${rl_code:-}" ] || return 0
    rl_text=$(
        cd -- "$rl_where" || exit
        for item in "${rl_env[@]}"; do
            case $item in
            PATH=*) PATH=${item#*=} ;;
            PYTHONPATH=*) PYTHONPATH=${item#*=} ;;
            esac
        done
        rl_find_code
        PATH=$own
        [ -f "$rl_text" ] && timeout 30 sha256sum <"$rl_text"
    ) && rl_code_sum=${rl_text%% *}
    :
} 2>/dev/null

rl_entry_run() { # until it has ended, and what that means; the script's last act
    rl_in_loop=1
    rl_keep_environment
    rl_sum_code
    rl_enter entrypoint
    rl_say "the entrypoint starts: ${rl_command[*]}"
    rl_entry_start
    rl_entry_wait
    local code=1 name=''
    if [ "$rl_entry_how" = signal ]; then
        rl_signal_name "$rl_entry_code"
        name=$rl_text
        rl_signal=$name
    elif [ "$rl_entry_how" = exit ]; then
        rl_exit_code=$rl_entry_code
    fi
    case $rl_why in
    killed)
        [ "$rl_sealed" = 1 ] || rl_killed
        rl_signal=SIG$rl_term
        code=$((128 + $(kill -l "$rl_term")))
        ;;
    timeout) rl_seal timeout timeout "the entrypoint ran longer than its $rl_timeout s" ;;
    ray_died) rl_seal failed ray_died "$rl_died" ;;
    *)
        if [ "$rl_entry_how" = signal ]; then
            rl_seal failed entrypoint_signal "the entrypoint was ended by $name"
            code=$((128 + rl_entry_code))
        elif [ "$rl_entry_how" = lost ]; then
            rl_seal failed killed "${rl_lost_why:-the process that waits for the entrypoint was killed}"
        elif [ "$rl_entry_code" != 0 ]; then
            rl_exit_why=(entrypoint_exit "the entrypoint ended with exit code $rl_entry_code")
            rl_explain_exit
            rl_seal failed "${rl_exit_why[@]}"
            code=$rl_entry_code
        else
            rl_seal completed '' ''
            code=0
        fi
        ;;
    esac
    rl_entry_sweep
    echo >&"$rl_life" # tells the guard that all is well
    rl_leave "$code"
}
