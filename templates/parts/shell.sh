# ---- the shell ---------------------------------------------------------------------------------
# What is the user's changes nothing in how this shell works. Its first line (bash -p) keeps BASH_ENV,
# functions and options out, and here goes what else there is. Setup lines run in a shell of their own
# (prepare.sh), programs with the environment, folder, umask and limits that it leaves behind.

# Variables by which bash itself works otherwise. Those of the login shell and of setup lines go no
# further; a program that needs one gets it by --env.
rl_bash_names=(BASHOPTS BASH_COMPAT BASH_XTRACEFD CDPATH CHILD_MAX EXECIGNORE FUNCNEST GLOBIGNORE
    POSIXLY_CORRECT POSIX_PEDANTIC SHELLOPTS TMOUT)

rl_own_shell() { # also in the shell of the setup lines, before and after them
    builtin local name
    builtin set +o posix
    builtin set +aefkuvxCET +o pipefail
    builtin set -hB
    builtin shopt -u assoc_expand_once compat31 compat32 compat40 compat41 compat42 compat43 compat44 dotglob \
        execfail extdebug failglob inherit_errexit lastpipe localvar_inherit localvar_unset nocaseglob \
        nocasematch nullglob shift_verbose xpg_echo
    for name in "${rl_bash_names[@]}"; do # a readonly one stays, so a "read" that waits has a limit of its own
        [[ $name = BASH_XTRACEFD ]] || builtin unset -v "$name" # to unset that one closes the descriptor
    done
    ! builtin unset -v IFS || IFS=$' \t\n'
} 2>/dev/null

rl_is_of_bash() { # NAME
    [[ " ${rl_bash_names[*]} " = *" $1 "* ]]
}

rl_valid() { # rl_valid NAME: is it the name of a variable?
    case $1 in '' | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;; esac
}

rl_read_items() { # rl_items: NAME=VALUE, a NUL behind each, of a file
    local item
    rl_items=()
    while IFS= read -r -d '' item; do
        case $item in
        rl_* | _=* | =*) ;;
        FAKETIME_SHARED=*) ;; # libfaketime's memory of the process that wrote the file, which has ended
        *=*) rl_is_of_bash "${item%%=*}" || rl_items+=("$item") ;;
        esac
    done <"$1"
}

rl_is_own() { # what of the environment this shell itself goes by
    case $1 in
    PATH | HOME | USER | LOGNAME | SHELL | TERM | LC_ALL | KRB5CCNAME) return 0 ;;
    SLURM* | RAYLAUNCH_LOCAL* | *_VISIBLE_DEVICES | GPU_DEVICE_ORDINAL | ZE_AFFINITY_MASK) return 0 ;;
    NO_PROXY | no_proxy | RAY_*) return 0 ;;
    BASH* | EPOCH* | FUNCNAME | DIRSTACK | GROUPS | UID | EUID | PPID | LINENO | RANDOM) return 0 ;; # bash's own
    esac
    return 1
}

rl_own_environment() { # rl_env: that of the user's programs
    local item name
    rl_read_items "/proc/$$/environ" # as it was at the start, whatever this shell made of it
    rl_env=()
    for item in "${rl_items[@]}"; do
        name=${item%%=*}
        case $name in RAY_* | RAYLAUNCH_PARAM*) ;; *) rl_env+=("$item") ;; esac # of another cluster, another job
        if rl_valid "$name" && ! rl_is_own "$name"; then unset -v "$name"; fi
    done
    for name in "${!RAY_@}" "${!PYTHON@}" BASH_ENV; do
        unset -v "$name"
    done
    [[ ${PATH:-} = /usr/bin:/bin* ]] || export PATH=/usr/bin:/bin${PATH:+:$PATH}
    export LC_ALL=C
    read -r HOSTNAME </proc/sys/kernel/hostname
    : "${HOSTNAME:=$(uname -n)}"
} 2>/dev/null

rl_exec_as_user() { # CMD…: with what is the user's; ends this subshell
    local name words=() limit
    for name in "${!RAY_@}" NO_PROXY no_proxy; do # what came with the start of Ray
        [ -z "${!name+x}" ] || words+=("$name=${!name}")
    done
    cd -- "$rl_where" 2>/dev/null || : # it is gone
    umask "$rl_umask"
    for limit in ${rl_limits[@]+"${rl_limits[@]}"}; do # letter:soft:hard, soft may be above or below the hard one of now
        name=${limit%%:*} limit=${limit#*:}
        ulimit "-S$name" "${limit%:*}" 2>/dev/null
        ulimit "-H$name" "${limit#*:}" 2>/dev/null
        ulimit "-S$name" "${limit%:*}" 2>/dev/null
    done
    ulimit -Sn hard 2>/dev/null
    ulimit -Su hard 2>/dev/null
    case $1 in *=*) set -- "$(type -P nice)" -n 0 "$@" ;; esac # env would take it for a variable
    exec env -i -- "${rl_env[@]}" ${words[@]+"${words[@]}"} "$@"
}

rl_own_shell
: "${rl_umask:=$(umask)}"
umask u+rwx,go-w
rl_own_environment
rl_where=$PWD rl_limits=() rl_late=() rl_setup_pid=''
