# ---- the environment: temp folder, setup lines, modules, venv, conda ---------------------------

rl_clear_left_overs() { # of this user, whose owner was killed: their lock has our mark, and is free
    local folder mark
    find "$rl_temp_folder" -maxdepth 1 -type d -uid "$UID" -name 'rl.??????*' -mmin +1 2>/dev/null |
        while IFS= read -r folder; do
            mark=''
            [ ! -f "$folder/lock" ] || IFS= read -r mark <"$folder/lock"
            [ "$mark" != raylaunch ] || flock -n "$folder/lock" rm -rf -- "$folder"
        done
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
    export RAYLAUNCH_PARAMS_FILE=$rl_tmp/params.json
    if [ ! -k "$rl_temp_folder" ] && [ -n "$(find -H "$rl_temp_folder" -maxdepth 0 -perm /022)" ]; then
        rl_warn "others can put their folders in the place of this job's in $rl_temp_folder on $HOSTNAME: \
it needs chmod +t, or set temp_dir"
    fi
    mkfifo -m 600 -- "$rl_tmp/events" "$rl_tmp/bell" "$rl_tmp/life" ||
        rl_fail temp_folder "no pipe can be made in temp folder $rl_temp_folder on $HOSTNAME"
}

rl_environment() {
    local name
    for name in "${!RAY_@}"; do # what the login shell brought along means another cluster
        unset "$name"
    done
    export PYTHONUNBUFFERED=1 RAY_DEDUP_LOGS=0 RAY_COLOR_PREFIX=0 RAY_USAGE_STATS_ENABLED=0
    ! declare -F rl_export >/dev/null || rl_export # the point's parameters, and --env
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
    rl_step="module load $1"
    module load "$1" 2>"$rl_tmp/module.err" </dev/null
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

# The setup lines of a thin script stand in its function rl_user_setup as they were written. Between
# them it calls this one, which looks how the line before has ended.
rl_line() { # number of the line that comes now, or "end"
    local code=$?
    set +eu
    [ "$code" = 0 ] || rl_fail setup "$rl_step failed with exit code $code"
    rl_setup_at=$1
    rl_step="setup line $1 (${rl_script[BASH_LINENO[0]]#"    "})"
}

rl_run_user_setup() {
    declare -F rl_user_setup >/dev/null || return 0
    mapfile -t rl_script <"$0" # the text of the lines, for messages
    rl_setup_at=0
    rl_user_setup </dev/null
    [ "$rl_setup_at" = end ] || rl_fail setup "$rl_step returned, and the lines behind it did not run"
}

rl_setup() {
    local code number=0 name line
    rl_enter setup
    rl_clear_left_overs
    rl_make_temp
    rl_environment
    for line in ${rl_setup_lines[@]+"${rl_setup_lines[@]}"}; do
        number=$((number + 1))
        rl_step="setup line $number ($line)"
        eval "$line" </dev/null
        code=$?
        set +eu
        [ "$code" = 0 ] || rl_fail setup "$rl_step failed with exit code $code"
    done
    rl_run_user_setup
    if [ ${#rl_modules[@]} -gt 0 ]; then
        rl_step='finding the module command'
        rl_module_command || rl_fail setup 'there is no module command on this node'
        for name in "${rl_modules[@]}"; do
            rl_load_module "$name"
        done
    fi
    if [ -n "$rl_venv" ]; then
        rl_step="venv $rl_venv"
        [ -r "$rl_venv/bin/activate" ] || rl_fail setup "venv $rl_venv has no bin/activate"
        # shellcheck disable=SC1091
        . "$rl_venv/bin/activate" || rl_fail setup "venv $rl_venv cannot be activated"
    fi
    if [ -n "$rl_conda" ]; then
        rl_step="conda activate $rl_conda"
        rl_conda_hook || rl_fail setup 'there is no conda command on this node'
        conda activate "$rl_conda" || rl_fail setup "conda activate $rl_conda failed"
    fi
    ulimit -Sn hard 2>/dev/null || :
    ulimit -Su hard 2>/dev/null || :
    IFS=$' \t\n'
    set +ef
    set -u
    rl_own_shell
    rl_traps # a setup line may have set its own
    exec {rl_events}<>"$rl_tmp/events" {rl_bell}<>"$rl_tmp/bell" {rl_life}<>"$rl_tmp/life"
}
