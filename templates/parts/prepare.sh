# ---- the environment: temp folder, setup lines, modules, venv, conda ---------------------------

rl_clear_left_overs() { # of this user, whose owner was killed: their lock has our mark, and is free
    local folder mark
    find "$rl_temp_folder" -maxdepth 1 -type d -uid "$UID" -name 'rl.??????*' -mmin +1 -print0 \
        >"$rl_tmp/old" 2>/dev/null
    while IFS= read -r -d '' folder; do
        mark=''
        [ ! -f "$folder/lock" ] || IFS= read -r mark <"$folder/lock"
        [ "$mark" != raylaunch ] || flock -n "$folder/lock" rm -rf -- "$folder"
    done <"$rl_tmp/old"
}

rl_make_temp() { # a private folder, its lock held while this script lives
    rl_step='making the temp folder'
    if [ -z "$rl_tmp" ]; then # a thin script has made it for the runtime
        if ! rl_tmp=$(umask 077 && mktemp -d -- "$rl_temp_folder/rl.XXXXXX"); then
            rl_tmp=''
            rl_fail temp_folder "no folder can be made in temp folder $rl_temp_folder on $HOSTNAME"
        fi
        exec {rl_lock}>"$rl_tmp/lock"
        echo raylaunch >&"$rl_lock"
    fi
    flock -n "$rl_lock" 2>/dev/null || rm -f -- "$rl_tmp/lock"
    printf '%s\n' "$rl_params" >"$rl_tmp/params.json" ||
        rl_fail temp_folder "temp folder $rl_temp_folder on $HOSTNAME cannot be written"
    if [ ! -k "$rl_temp_folder" ] && [ -n "$(find -H "$rl_temp_folder" -maxdepth 0 -perm /022)" ]; then
        rl_warn "others can put their folders in the place of this job's in $rl_temp_folder on $HOSTNAME: \
it needs chmod +t, or set temp_dir"
    fi
    mkfifo -m 600 -- "$rl_tmp/events" "$rl_tmp/bell" "$rl_tmp/life" ||
        rl_fail temp_folder "no pipe can be made in temp folder $rl_temp_folder on $HOSTNAME"
}

rl_environment() { # rl_env: what setup lines and programs begin with; rl_late: what only programs get
    local item name
    rl_given=(PYTHONUNBUFFERED=1 RAY_DEDUP_LOGS=0 RAY_COLOR_PREFIX=0 RAY_USAGE_STATS_ENABLED=0
        "RAYLAUNCH_PARAMS_FILE=$rl_tmp/params.json")
    for name in "${!RAYLAUNCH_PARAM_@}"; do # of a task's line
        rl_given+=("$name=${!name}")
    done
    if declare -F rl_export >/dev/null; then # the point's parameters, and --env
        export() { rl_given+=("$@"); }
        rl_export
        unset -f export
    fi
    for item in "${rl_given[@]}"; do
        if rl_is_of_bash "${item%%=*}"; then rl_late+=("$item"); else rl_env+=("$item"); fi
    done
}

rl_module_command() { # a batch shell often has no "module": take the first init script there is
    local init
    for init in "${MODULESHOME:-/nonexistent}/init/bash" "${LMOD_PKG:-/nonexistent}/init/bash" \
        /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh /etc/profile.d/modules.sh \
        /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash \
        /usr/share/Modules/init/bash /opt/cray/pe/lmod/default/init/bash; do
        [ "$(type -t module)" != function ] || return 0
        # shellcheck disable=SC1090
        [ ! -r "$init" ] || . "$init"
    done
    [ "$(type -t module)" = function ]
}

rl_load_module() {
    module load "$1" 2>|"$rl_tmp/module.err" </dev/null
    local code=$? said
    said=$(<"$rl_tmp/module.err")
    [ -z "$said" ] || printf '%s\n' "$said" >&2
    case $said in *:ERROR:*) code=1 ;; esac # Tcl modules 3.2 return 0 all the same
    [ "$code" = 0 ] || rl_fail setup "module load $1 failed: $said"
}

rl_conda_hook() {
    local conda=${CONDA_EXE:-conda} hook
    [ "$(type -t conda)" != function ] || return 0
    hook=$("$conda" shell.bash hook 2>/dev/null) && eval "$hook"
}

# ---- the shell of the setup lines: as the user's own, with his BASH_ENV and his functions -------
# These functions run in it. Between the lines rl_line, which a thin script's rl_user_setup calls,
# looks how the one before has ended. What it has to say stands in files.

rl_step_is() { # for the message, whatever ends this shell meanwhile
    rl_step=$1
    builtin printf '%s' "$1" >|"$rl_tmp/setup/step"
}

rl_line() { # number of the line that comes now, or "end"
    rl_setup_code=$? # no "local": with "set -k" that is a variable of the command
    builtin set +eku
    [[ $rl_setup_code = 0 ]] || rl_fail setup "$rl_step failed with exit code $rl_setup_code"
    rl_setup_at=$1
    [[ $1 = end ]] || rl_step_is "setup line $1 (${rl_script[$1]-})"
}

rl_run_user_setup() {
    rl_setup_at=0
    rl_user_setup </dev/null
    [[ $rl_setup_at = end ]] || rl_fail setup "$rl_step returned, and the lines behind it did not run"
}

rl_run_lines() { # where the lines stand in a list
    builtin local code number=0 line
    for line in ${rl_setup_lines[@]+"${rl_setup_lines[@]}"}; do
        number=$((number + 1))
        rl_step_is "setup line $number ($line)"
        builtin eval "$line" </dev/null
        code=$?
        builtin set +eku
        [[ $code = 0 ]] || rl_fail setup "$rl_step failed with exit code $code"
    done
}

rl_load_tools() { # modules, venv, conda
    builtin local name
    if [[ ${#rl_modules[@]} -gt 0 ]]; then
        rl_step_is 'finding the module command'
        rl_module_command || rl_fail setup 'there is no module command on this node'
        for name in "${rl_modules[@]}"; do
            rl_step_is "module load $name"
            rl_load_module "$name"
        done
    fi
    if [[ -n $rl_venv ]]; then
        rl_step_is "venv $rl_venv"
        [[ -r $rl_venv/bin/activate ]] || rl_fail setup "venv $rl_venv has no bin/activate"
        # shellcheck disable=SC1091
        builtin . "$rl_venv/bin/activate" || rl_fail setup "venv $rl_venv cannot be activated"
    fi
    if [[ -n $rl_conda ]]; then
        rl_step_is "conda activate $rl_conda"
        rl_conda_hook || rl_fail setup 'there is no conda command on this node'
        conda activate "$rl_conda" || rl_fail setup "conda activate $rl_conda failed"
    fi
}

rl_list_limits() { # of each kind its letter, the soft and the hard one, a line each
    builtin local letter
    for letter in c d e f i l m n q r s t u v x; do
        builtin printf '%s\n' $letter
        builtin ulimit -S$letter || builtin printf -- '-\n'
        builtin ulimit -H$letter || builtin printf -- '-\n'
    done
} 2>/dev/null

rl_leave_behind() { # all that a program inherits
    rl_step_is 'the end of the setup'
    builtin trap - EXIT ERR DEBUG RETURN
    rl_own_shell
    builtin umask >|"$rl_tmp/setup/umask"
    builtin printf '%s\0' "$PWD" >|"$rl_tmp/setup/folder"
    rl_list_limits >|"$rl_tmp/setup/limits"
    "$rl_env_program" -0 >|"$rl_tmp/setup/env" && builtin printf 'done' >|"$rl_tmp/setup/done"
    builtin exit 0
}

# ---- around that shell, in this one ---------------------------------------------------------------

rl_line_texts() { # rl_script: the setup lines of this script as they stand in it, for messages
    local line number=1 is_next=0
    rl_script=('')
    while IFS= read -r line; do
        if [ $is_next = 1 ]; then
            rl_script[number]=${line#'    '}
            number=$((number + 1)) is_next=0
        elif [ "$line" = "    rl_line $number" ]; then
            is_next=1
        fi
    done <"$0"
}

rl_write_list() { # name, words
    local name=$1
    shift
    printf '%s=(' "$name"
    [ $# = 0 ] || printf ' %q' "$@"
    printf ')\n'
}

rl_write_lines() { # the text that the other shell reads; aliases of BASH_ENV are for the user's lines only
    # In POSIX mode no function comes before "unset", and an assignment turns it on.
    printf '%s\n' 'POSIXLY_CORRECT=1' '\unset -f builtin' '\builtin shopt -q expand_aliases && rl_aliases=1' \
        '\builtin shopt -u expand_aliases' 'builtin set +o posix'
    printf '%s=%q\n' rl_tmp "$rl_tmp" rl_where "$rl_where" rl_venv "$rl_venv" rl_conda "$rl_conda" \
        rl_env_program "$rl_env_program"
    rl_write_list rl_bash_names "${rl_bash_names[@]}"
    rl_write_list rl_script "${rl_script[@]}"
    rl_write_list rl_setup_lines ${rl_setup_lines[@]+"${rl_setup_lines[@]}"}
    rl_write_list rl_modules ${rl_modules[@]+"${rl_modules[@]}"}
    declare -f rl_own_shell rl_step_is rl_line rl_run_user_setup rl_run_lines rl_module_command rl_load_module \
        rl_conda_hook rl_load_tools rl_list_limits rl_leave_behind
    printf '%s\n' \
        'rl_fail() { builtin printf "%s" "$2" >|"$rl_tmp/setup/failed"; builtin trap - EXIT; builtin exit 1; }' \
        rl_own_shell 'builtin trap - EXIT ERR DEBUG RETURN' 'builtin cd -- "$rl_where"' \
        'builtin printf begun >|"$rl_tmp/setup/begun"' \
        '[[ -z ${rl_aliases-} ]] || builtin shopt -s expand_aliases' 'builtin shift'
    if declare -F rl_user_setup >/dev/null; then
        declare -f rl_user_setup
        printf 'rl_run_user_setup\n'
    fi
    printf '%s\n' rl_run_lines rl_load_tools rl_leave_behind
}

rl_run_setup_shell() { # rl_setup_code: how it ended
    set -m # a process group of its own, so that all of it can be ended
    (
        trap - TERM INT HUP USR1 EXIT
        exec {rl_lock}>&-
        rl_exec_as_user "$BASH" -c '. "$1"' "$0" "$rl_tmp/setup/lines" </dev/null
    ) &
    rl_setup_pid=$!
    set +m
    while :; do # a signal breaks off "wait"
        wait "$rl_setup_pid"
        rl_setup_code=$?
        if [ $rl_setup_code -le 128 ] || ! kill -0 "$rl_setup_pid" 2>/dev/null; then break; fi
    done
    rl_setup_pid=''
}

rl_end_setup() { # this script ends meanwhile
    local tries=0
    [ -n "$rl_setup_pid" ] || return 0
    kill -TERM -- "-$rl_setup_pid" 2>/dev/null
    while [ $tries -lt 10 ] && kill -0 -- "-$rl_setup_pid" 2>/dev/null; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -KILL -- "-$rl_setup_pid" 2>/dev/null
}

rl_judge_setup() {
    local item kept=()
    if [ ! -e "$rl_tmp/setup/begun" ]; then # BASH_ENV: the user's bash scripts would all end so
        for item in "${rl_env[@]}"; do
            case $item in BASH_ENV=?*) rl_text=${item#*=} ;; *) kept+=("$item") ;; esac
        done
        if [ ${#kept[@]} -lt ${#rl_env[@]} ]; then
            rl_warn "BASH_ENV ($rl_text) ends every bash that reads it, so nothing of this job does"
            rl_env=("${kept[@]}")
            rl_run_setup_shell
        fi
    fi
    [ ! -s "$rl_tmp/setup/failed" ] || rl_fail setup "$(<"$rl_tmp/setup/failed")"
    [ -e "$rl_tmp/setup/done" ] || rl_fail setup "$(<"$rl_tmp/setup/step") ended the script" $((rl_setup_code ? rl_setup_code : 1))
}

rl_take_over() { # what the setup lines have left behind
    local letter soft hard own_soft own_hard item
    rl_read_items "$rl_tmp/setup/env"
    IFS= read -r -d '' rl_where <"$rl_tmp/setup/folder"
    rl_env=("${rl_items[@]}" "PWD=$rl_where" ${rl_late[@]+"${rl_late[@]}"})
    rl_umask=$(<"$rl_tmp/setup/umask")
    rl_limits=()
    rl_list_limits >"$rl_tmp/setup/own"
    while read -r letter && read -r soft && read -r hard; do
        read -r -u 9 _ && read -r -u 9 own_soft && read -r -u 9 own_hard
        [ "$soft $hard" = "$own_soft $own_hard" ] || rl_limits+=("$letter:$soft:$hard")
    done <"$rl_tmp/setup/limits" 9<"$rl_tmp/setup/own"
    for item in "${rl_items[@]}"; do
        case $item in PATH=* | LC_ALL=* | BASH* | HOSTNAME=*) continue ;; esac
        if rl_valid "${item%%=*}" && rl_is_own "${item%%=*}"; then export "${item?}"; fi
    done
    rm -rf -- "$rl_tmp/setup"
}

rl_setup() {
    rl_enter setup
    rl_make_temp
    rl_clear_left_overs
    [ -z "$rl_folder" ] || cd -- "$rl_folder" ||
        rl_fail setup "the folder of the jobs, $rl_folder, is not there on $HOSTNAME"
    rl_where=$PWD
    rl_environment
    rl_line_texts
    rl_env_program=$(type -P env)
    mkdir -- "$rl_tmp/setup"
    printf 'the shell' >"$rl_tmp/setup/step"
    rl_write_lines >"$rl_tmp/setup/lines" 2>/dev/null
    rl_run_setup_shell
    rl_judge_setup
    rl_take_over
    ulimit -Sn hard 2>/dev/null || :
    ulimit -Su hard 2>/dev/null || :
    set -u
    rl_traps
    exec {rl_events}<>"$rl_tmp/events" {rl_bell}<>"$rl_tmp/bell" {rl_life}<>"$rl_tmp/life"
}
