{{include parts/shell.sh}}

# ---- the clock, the talk and the verdict -------------------------------------------------------
# The verdict says how far this attempt came and how it ended. It is written anew at each phase,
# so that a job that dies by SIGKILL or with its node still leaves the last phase behind.
rl_job=${SLURM_JOB_ID:-${RAYLAUNCH_LOCAL_JOB:-$$}} # the local scheduler sets no SLURM_*
if [ -n "${SLURM_ARRAY_JOB_ID:-}" ] && [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    rl_job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
fi
rl_starts=$((${SLURM_RESTART_COUNT:-0} + 1))
rl_state=running rl_cause='' rl_message='' rl_exit_code='' rl_signal=''
rl_phase='' rl_phases='' rl_started='' rl_ended='' rl_warnings='' rl_ports=''
rl_ray_version='' rl_ray_address='' rl_dashboard='' rl_tmp='' rl_sealed=0 rl_over=0 rl_in_loop=0
rl_term='' rl_warned=0 rl_entry_pid='' rl_parent_pid='' rl_entry_how='' rl_entry_code=0 rl_died=''
rl_hosts=("${SLURMD_NODENAME:-$HOSTNAME}") rl_clock_start='' rl_now='' rl_ran=0 rl_runtime='' rl_code_sum=''

# The wall clock is asked once; from then on the kernel's own count says how much time has gone
# by. So a clock that is set meanwhile stretches no deadline, and the phases' times fit together.
# Deadlines count in rl_ran: who waits looks at least once a second, so where the next look comes
# much later, this shell and with it the job has stood still (scontrol suspend, gang scheduling).
rl_clock() { # rl_now: milliseconds since 1970, as the clock of this node had it at the start; rl_ran
    local up gap before=$rl_now
    if read -r up _ </proc/uptime; then
        up=$((10#${up/./} * 10))
        if [ -z "$rl_clock_start" ]; then
            rl_now=${EPOCHREALTIME:-$(date +%s%6N)}
            rl_now=${rl_now/[!0-9]/} # the locale may write a comma
            rl_clock_start=$((rl_now / 1000 - up))
        fi
        rl_now=$((rl_clock_start + up))
    else
        rl_now=$(date +%s%3N)
    fi 2>/dev/null
    gap=$((rl_now - ${before:-rl_now}))
    [ $gap -le 3000 ] || gap=1000
    rl_ran=$((rl_ran + (gap > 0 ? gap : 0)))
}

rl_iso() { # rl_text: rl_now as ISO 8601, UTC
    local TZ=UTC0
    printf -v rl_text '%(%Y-%m-%dT%H:%M:%SZ)T' $((rl_now / 1000))
}

rl_say() {
    rl_clock
    local took=$((rl_now - rl_began))
    printf 'raylaunch: [%5d.%ds] %s\n' $((took / 1000)) $((took % 1000 / 100)) "$*" >&2
}

rl_json() { # rl_text: $1 as a JSON string; bytes that are no UTF-8 become U+FFFD
    local LC_ALL=C text=$1 out='' run char size
    local tail=$'[\x80-\xbf]'
    while [ -n "$text" ]; do
        run=${text%%[!] !#-[^-~]*}
        if [ -n "$run" ]; then
            out+=$run
            text=${text:${#run}}
            continue
        fi
        char=${text:0:1} size=1
        # shellcheck disable=SC2254 # the patterns are meant as patterns
        case $text in
        [\"\\]*) char=\\$char ;;
        $'\n'*) char='\n' ;;
        $'\t'*) char='\t' ;;
        [$'\x01'-$'\x1f\x7f']*) printf -v char '\\u%04x' "'$char" ;;
        [$'\xc2'-$'\xdf']$tail*) size=2 ;;
        $'\xe0'[$'\xa0'-$'\xbf']$tail* | $'\xed'[$'\x80'-$'\x9f']$tail*) size=3 ;;
        [$'\xe1'-$'\xec\xee\xef']$tail$tail*) size=3 ;;
        $'\xf0'[$'\x90'-$'\xbf']$tail$tail* | $'\xf4'[$'\x80'-$'\x8f']$tail$tail*) size=4 ;;
        [$'\xf1'-$'\xf3']$tail$tail$tail*) size=4 ;;
        *) char='\ufffd' ;;
        esac
        [ "$size" = 1 ] || char=${text:0:size}
        out+=$char
        text=${text:size}
    done
    rl_text=\"$out\"
}

rl_word() { # rl_text: $1 as a JSON string, or null when it is empty
    rl_text=null
    [ -z "$1" ] || rl_json "$1"
}

rl_warn() {
    rl_say "warning: $1"
    rl_json "$1"
    rl_warnings+=${rl_warnings:+,}$rl_text
}

rl_write_verdict() {
    local out host file=$rl_base.verdict.json
    rl_json "$rl_point"
    out="{\"v\":1,\"point\":$rl_text,\"attempt\":$rl_attempt"
    rl_json "$rl_job"
    out+=",\"job_id\":$rl_text"
    rl_word "${SLURM_JOB_NAME:-}"
    out+=",\"job_name\":$rl_text"
    rl_json "$HOSTNAME"
    out+=",\"host\":$rl_text,\"nodes\":["
    for host in "${rl_hosts[@]}"; do
        rl_json "$host"
        out+=$rl_text,
    done
    out=${out%,}]
    rl_word "${rl_bootstrap:-}"
    out+=",\"bootstrap\":$rl_text"
    rl_word "${rl_bootstrap_reason:-}"
    out+=",\"bootstrap_reason\":$rl_text"
    rl_word "$rl_ray_version"
    out+=",\"ray_version\":$rl_text"
    out+=",\"phase\":\"$rl_phase\",\"state\":\"$rl_state\""
    rl_word "$rl_cause"
    out+=",\"cause\":$rl_text"
    rl_word "${rl_message:0:2000}"
    out+=",\"message\":$rl_text,\"exit_code\":${rl_exit_code:-null}"
    rl_word "$rl_signal"
    out+=",\"signal\":$rl_text,\"started_at\":\"$rl_started\""
    rl_word "$rl_ended"
    out+=",\"ended_at\":$rl_text,\"phases\":{$rl_phases}"
    out+=",\"ports\":${rl_ports:+{}${rl_ports:-null}${rl_ports:+\}}"
    rl_word "$rl_ray_address"
    out+=",\"ray_address\":$rl_text"
    rl_word "$rl_dashboard"
    out+=",\"dashboard\":$rl_text"
    rl_word "$rl_tmp"
    out+=",\"temp\":$rl_text"
    rl_word "$rl_runtime"
    out+=",\"runtime\":$rl_text"
    rl_word "$rl_code_sum"
    out+=",\"code\":$rl_text,\"starts\":$rl_starts,\"warnings\":[$rl_warnings]}"
    if ! (umask go-w && printf '%s\n' "$out" >"$rl_base.verdict.tmp" &&
        exec mv -f "$rl_base.verdict.tmp" "$file") 2>/dev/null; then
        rl_say "warning: the verdict $file cannot be written"
    fi
}

rl_enter() { # the next phase begins
    rl_clock
    rl_phase=$1
    printf -v rl_text '"%s":%d.%03d' "$1" $((rl_now / 1000)) $((rl_now % 1000))
    rl_phases+=${rl_phases:+,}$rl_text
    rl_write_verdict
}

rl_signal_name() { # rl_text: SIGKILL for 9
    rl_text=$(kill -l "$1" 2>/dev/null) || rl_text=$1
    rl_text=SIG${rl_text#SIG}
}

# ---- the end -----------------------------------------------------------------------------------

rl_seal() { # state, cause, message: what is decided about this attempt, on disk at once
    rl_sealed=1
    rl_state=$1 rl_cause=$2 rl_message=$3
    rl_clock
    rl_iso
    rl_ended=$rl_text
    if [ "$1" = completed ]; then
        rl_say 'the entrypoint has ended: exit code 0'
    else
        rl_say "$1: $2: $3"
    fi
    rl_enter ending
}

rl_end_nodes() { :; } # ray.sbatch has nodes to end

# A daemon has left its process group and its parents, and Slurm's own tracking may lose it too
# (proctrack/linuxproc does). What it cannot lose is the environment that it was started with.
rl_end_strays() { # TERM, and a second later KILL; the keepers are gone by now
    local tries=0 number=TERM pids
    [ -n "$rl_tmp" ] || return 0
    while [ $tries -lt 12 ]; do
        pids=$(grep -lszF -- "RAYLAUNCH_PARAMS_FILE=$rl_tmp/" /proc/[0-9]*/environ)
        [ -n "$pids" ] || return 0
        [ $tries -lt 10 ] || number=KILL
        pids=${pids//\/proc\//}
        if [ $tries = 0 ] || [ $number = KILL ]; then
            # shellcheck disable=SC2086 # a list of numbers
            kill -$number ${pids//\/environ/} 2>/dev/null
        fi
        tries=$((tries + 1))
        sleep 0.1
    done
}

rl_find_result() { # rl_text: what the output of this start has: whole, a result; part of one; or nothing
    local line object open close
    rl_text=whole
    [ "$rl_require_result" != 0 ] || return 0
    rl_text=''
    grep -aE '^raylaunch: start [0-9]+ of job |TMGG_RESULT:' -- "$rl_base.out" >"$rl_tmp/marks"
    while IFS= read -r line; do
        object=${line##*TMGG_RESULT:}
        object=${object#"${object%%[![:space:]]*}"}
        [ ${#object} -le 65536 ] || object=${object:0:1}${object: -1} # too long to count in a shell
        open=${object//[!\{]/} close=${object//[!\}]/}
        case $line in
        'raylaunch: start '*) rl_text='' ;;
        *'Running command on head node:'*) ;;
        *) # on several lines Ray's prefix breaks it: then only the worker's log has it whole
            if [ "${object:0:1}${#open}" = "{${#close}" ]; then rl_text=whole; else rl_text=${rl_text:-part}; fi
            ;;
        esac
    done <"$rl_tmp/marks"
} 2>/dev/null

rl_leave() { # exit code of this script
    local result
    rl_over=1
    trap '' TERM INT HUP USR1 USR2
    rl_end_setup
    rl_find_result
    result=$rl_text
    if [ "$rl_state" = completed ] && [ "$rl_ray_logs" != all ] && [ "$result" = whole ]; then
        rl_end_nodes drop
    else
        rl_end_nodes keep
    fi
    rl_end_strays
    [ -z "$rl_tmp" ] || rm -rf -- "$rl_tmp"
    rl_tmp=''
    rl_enter 'done'
    if [ "$rl_smoke" = 1 ] && [ "$1" = 0 ] && [ -z "$result" ]; then
        rl_say 'no result line: what waits for this point (--smoke) shall not start'
        exit 1
    fi
    exit "$1"
}

rl_fail() { # cause, message, exit code: the end before or without an entrypoint's own
    rl_seal failed "$1" "$2"
    rl_leave "${3:-1}"
}

rl_on_exit() { # whatever ends this shell in an orderly way leaves a verdict
    local code=$?
    [ "$rl_over" = 0 ] || return
    set +eu
    [ "$code" != 0 ] || code=1
    case $rl_phase in
    setup) rl_fail setup "${rl_step:-the setup} ended the script" "$code" ;;
    *) rl_fail script "the script ended in phase $rl_phase with $code" "$code" ;;
    esac
}

rl_on_term() { # $1: TERM, INT or HUP. The loop acts on it; where there is no loop, end here
    rl_term=$1
    if [ "$rl_in_loop" = 0 ] && [ "$rl_over" = 0 ]; then
        rl_killed
        rl_leave $((128 + rl_text))
    fi
}

rl_killed() { # the verdict of a job that was told to end; rl_text: the signal's number
    rl_signal=SIG$rl_term
    rl_seal failed killed "the job was ended by SIG$rl_term (scancel, time limit or preemption)"
    rl_text=$(kill -l "$rl_term")
}

rl_traps() {
    trap 'rl_on_term TERM' TERM
    trap 'rl_on_term INT' INT
    trap 'rl_on_term HUP' HUP
    trap 'rl_warned=1' USR1
    trap rl_on_exit EXIT
}
