#!/bin/bash
# cluster.sh: a real Slurm cluster on one machine, for raylaunch's tests. As root.
#
#   up              start it, or say "already up"; down again if it does not come up
#   down            end every process of it and remove all but the cached venv-* folders
#   status          what runs; exit 1 unless all of it does
#   env             export lines for a shell: LAB, RAYLAUNCH_LAB and PATH
#   as USER [CMD]   run CMD (default: a shell) as USER on the submit host "rl-ctl"
#   node NODE USER [CMD]     the same on a node, beside Slurm
#   pids NODE [USER]         the node's processes (or "login"'s), seen from here
#   pid DAEMON      process id of munged mariadbd slurmdbd slurmctld rl1 rl2 rl3, seen
#                   from here: for SIGSTOP and SIGCONT (of rlN: the slurmd)
#   stop|start DAEMON        kill one of these, start it again (rlN: the whole node)
#   config LINE…    put "Key=Value" lines into slurm.conf, each instead of the line of its
#                   key, and restart slurmctld; config --restore: as it was after "up"
#
# What it is: munged, slurmctld, slurmdbd on a MariaDB of its own, and the nodes rl1 to
# rl3. The submit host and each node have a network, a mount table, a host name, /etc,
# /tmp and /dev/shm of their own; the nodes also their own process ids. /etc is a copy
# with Slurm's configuration, the names of the hosts and the users rlalice and rlbob,
# so nothing outside LAB changes: no user, no hosts line, no port, no interface. What
# runs belongs to one of four network namespaces that are pinned in LAB, which is how
# "down" finds every process, also after a half-failed "up".
#
# LAB=${RAYLAUNCH_LAB:-/opt/raylaunch-test} must be readable for everyone and not lie
# under /tmp. Users work in LAB/home/USER; LAB/prefix holds the installed raylaunch.
set -eu
umask 022

LAB=$(realpath -m "${RAYLAUNCH_LAB:-/opt/raylaunch-test}")
CLUSTER=$LAB/cluster
NODES='rl1 rl2 rl3'
USERS='rlalice rlbob'
NET=10.77.0
SELF=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/files.sh"

fail()
{
    echo "cluster: $*" >&2
    exit 1
}

# ---- processes and machines -----------------------------------------------------

# A process id alone may be somebody else's by now: its start time goes with it.
start_time()
{
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

recorded_pid()
{
    local pid='' started=''
    read -r pid started 2>/dev/null <"$CLUSTER/run/$1.pid" || return 1
    [ -n "$pid" ] && [ "$(start_time "$pid")" = "$started" ] && echo "$pid"
}

# spawn NAME CMD…: CMD in the background, in a session of its own, recorded.
spawn()
{
    local name=$1
    shift
    # not in the caller's folder, which may be a test's and go away
    setsid env -C / "$@" </dev/null >>"$CLUSTER/log/$name.out" 2>&1 9>&- &
    echo "$! $(start_time $!)" >"$CLUSTER/run/$name.pid"
}

wait_until() # SECONDS CMD…
{
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# The process that stands for a machine: its mount table and names hang on it.
machine_pid()
{
    local outer
    outer=$(recorded_pid "$1") || fail "'$1' is not running; type: $0 up"
    case $1 in
    login) echo "$outer" ;;
    *) pgrep -P "$outer" || fail "node '$1' is not running; type: $0 start $1" ;;
    esac
}

# on MACHINE CMD…: as root. On the submit host CMD takes this process's place, so that
# its id is the caller's $!; the process ids of a node need a fork.
on()
{
    local pid private=
    pid=$(machine_pid "$1") || exit 1
    [ "$1" = login ] || private=--pid
    shift
    # --root: inside a chroot the machine's root is not that of its mount table.
    exec nsenter --target "$pid" --mount --uts --net $private --root --wd -- "$@"
}

# as_user MACHINE USER [CMD…] with a login's clean environment.
as_user()
{
    local machine=$1 user=$2 folder home
    shift 2
    [ $# -gt 0 ] || set -- bash
    home=$LAB/home/$user
    [ "$user" != root ] || home=/root
    folder=$home
    case $PWD in "$LAB/home/"*) folder=$PWD ;; esac
    on "$machine" env -i -C "$folder" HOME="$home" USER="$user" LOGNAME="$user" \
        PATH="$LAB/prefix/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
        SHELL=/bin/bash LANG=C.UTF-8 TERM=dumb \
        setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
}

login()
{
    (on login "$@")
}

# Runs inside new namespaces, before the machine's first program.
furnish()
{
    hostname "$1"
    mount --bind "$CLUSTER/etc" /etc
    mount -t tmpfs -o mode=1777 tmpfs /tmp
    mount -t tmpfs -o mode=1777 tmpfs /dev/shm
}

# ---- network --------------------------------------------------------------------

pin()
{
    : >"$CLUSTER/run/$1.net"
    unshare --net="$CLUSTER/run/$1.net" true
}

net() # MACHINE ARGUMENTS-OF-IP…
{
    local name=$1
    shift
    nsenter --net="$CLUSTER/run/$name.net" ip "$@"
}

make_network()
{
    local name i=0
    pin login
    net login link set lo up
    net login link add rlbr0 type bridge
    net login address add "$NET.1/24" dev rlbr0
    net login link set rlbr0 up
    for name in $NODES; do
        i=$((i + 1))
        pin "$name"
        net login link add "$name" type veth peer name eth0 netns "$CLUSTER/run/$name.net"
        net login link set "$name" master rlbr0 up
        net "$name" link set lo up
        net "$name" address add "$NET.1$i/24" dev eth0
        net "$name" link set eth0 up
    done
}

# ---- daemons --------------------------------------------------------------------

start_login()
{
    spawn login nsenter --net="$CLUSTER/run/login.net" \
        unshare --uts --mount bash "$SELF" _login
    wait_until 5 login test -e /tmp/.furnished || fail "the submit host did not start"
}

start_munged()
{
    spawn munged "$SELF" _on_login setpriv --reuid=munge --regid=munge --init-groups -- \
        munged -F --key-file="$CLUSTER/munge/key" --socket="$CLUSTER/munge/socket" \
        --pid-file="$CLUSTER/munge/pid" --log-file="$CLUSTER/munge/log" \
        --seed-file="$CLUSTER/munge/seed" --force
    wait_until 5 test -S "$CLUSTER/munge/socket" || fail "munged did not start"
}

# Runs as Slurm's user, so that Slurm's own login to it is by the socket's peer.
start_mariadbd()
{
    spawn mariadbd "$SELF" _on_login setpriv --reuid=slurm --regid=slurm --init-groups -- \
        mariadbd --no-defaults --datadir="$CLUSTER/db/data" \
        --socket="$CLUSTER/db/socket" --pid-file="$CLUSTER/db/pid" --skip-networking \
        --tmpdir="$CLUSTER/db" --init-file="$CLUSTER/db/init.sql" \
        --innodb-flush-log-at-trx-commit=0 --innodb-lock-wait-timeout=900
    wait_until 30 test -S "$CLUSTER/db/socket" || fail "mariadbd did not start"
}

create_database()
{
    cat >"$CLUSTER/db/init.sql" <<SQL
create database if not exists slurm_acct_db;
create user if not exists 'slurm'@'localhost' identified via unix_socket;
grant all on slurm_acct_db.* to 'slurm'@'localhost';
SQL
    # In the cluster's network like the daemons, so that "down" finds it too.
    nsenter --net="$CLUSTER/run/login.net" \
        setpriv --reuid=slurm --regid=slurm --init-groups -- \
        mariadb-install-db --no-defaults --datadir="$CLUSTER/db/data" \
        --skip-test-db --innodb-log-file-size=16M </dev/null \
        >"$CLUSTER/log/mariadb-install-db.out" 2>&1 9>&-
}

listening()
{
    nsenter --net="$CLUSTER/run/login.net" ss -Hltn "sport = :$1" | grep -q .
}

start_slurmdbd()
{
    spawn slurmdbd "$SELF" _on_login env MYSQL_UNIX_PORT="$CLUSTER/db/socket" \
        setpriv --reuid=slurm --regid=slurm --init-groups -- slurmdbd -D
    wait_until 30 listening 6819 || fail "slurmdbd did not start"
}

create_accounts()
{
    local name
    login sacctmgr -i add cluster rltest
    login sacctmgr -i add account lab
    for name in $USERS; do login sacctmgr -i add user "$name" account=lab; done
}

start_slurmctld()
{
    spawn slurmctld "$SELF" _on_login slurmctld -D
    wait_until 15 listening 6817 || fail "slurmctld did not start"
}

start_node()
{
    spawn "$1" nsenter --net="$CLUSTER/run/$1.net" unshare --uts --mount --pid --fork \
        --kill-child --mount-proc bash "$SELF" _node "$1"
}

start_one()
{
    ! recorded_pid "$1" >/dev/null || fail "'$1' is already running"
    case $1 in
    munged | mariadbd | slurmdbd | slurmctld) "start_$1" ;;
    rl[1-3]) start_node "$1" ;;
    *) fail "no daemon '$1'" ;;
    esac
}

daemon_pid()
{
    local outer
    outer=$(recorded_pid "$1") || fail "'$1' is not running"
    case $1 in
    rl*) pgrep -P "$(pgrep -P "$outer")" -x slurmd | head -n 1 ;;
    *) echo "$outer" ;;
    esac
}

stop_one()
{
    local pid
    pid=$(recorded_pid "$1") || fail "'$1' is not running"
    kill -KILL "$pid" # of a node: the kernel ends all that it started
    wait_until 5 test ! -d "/proc/$pid" || fail "'$1' (process $pid) does not end"
}

# Many keys are read only by a slurmctld that starts. TERM: it saves its jobs first.
restart_slurmctld()
{
    local pid
    pid=$(recorded_pid slurmctld) && kill -TERM "$pid"
    wait_until 15 test ! -d "/proc/${pid:-none}" || fail "slurmctld (process $pid) does not end"
    start_slurmctld
    wait_until 10 login scontrol reconfigure || fail 'slurmctld takes no new configuration'
}

config()
{
    local folder=$CLUSTER/etc/slurm
    is_up || fail "not up in '$LAB'"
    if [ "$1" = --restore ]; then
        cmp -s "$folder/slurm.conf" "$folder/slurm.conf.first" && return
        cat "$folder/slurm.conf.first" >"$folder/slurm.conf"
    else
        set_slurm_conf "$@"
    fi
    rm -f "$LAB"/home/*/.cache/raylaunch/*.json # what raylaunch knew of the limits
    restart_slurmctld
}

# ---- verbs ----------------------------------------------------------------------

is_up()
{
    [ -e "$CLUSTER/run/up" ] && recorded_pid login >/dev/null
}

all_idle()
{
    [ "$(login sinfo -h -p gpu -o '%t %D' 2>/dev/null)" = 'idle 3' ]
}

up()
{
    local name missing='' database
    for name in munged mariadbd mariadb-install-db slurmdbd slurmctld slurmd sinfo tini \
        ip ss nsenter unshare setpriv pgrep; do
        command -v "$name" >/dev/null || missing="$missing $name"
    done
    [ -z "$missing" ] || fail "no such program:$missing; type: make deps-check"
    case $LAB/ in /tmp/*) fail "'$LAB' lies under /tmp; set RAYLAUNCH_LAB" ;; esac
    if is_up; then
        echo "cluster: already up in '$LAB'"
        return
    fi
    mkdir -p "$LAB"
    setpriv --reuid=munge --regid=munge --clear-groups -- test -x "$LAB" ||
        fail "'$LAB' cannot be read by other users; set RAYLAUNCH_LAB"
    down >/dev/null || fail "what is left in '$LAB' cannot be removed; type: $0 down"
    mkdir -p "$LAB"
    trap up_failed EXIT
    write_files
    make_network
    create_database &
    database=$!
    start_login
    start_munged
    wait "$database" || fail "mariadb-install-db failed"
    start_mariadbd
    start_slurmdbd
    create_accounts >"$CLUSTER/log/accounts.out" || fail "sacctmgr failed"
    start_slurmctld
    for name in $NODES; do start_node "$name"; done
    wait_until 20 all_idle || fail "the nodes did not become idle"
    : >"$CLUSTER/run/up"
    trap - EXIT
    echo "cluster: up in '$LAB' after $SECONDS s: $NODES"
}

up_failed()
{
    trap - EXIT
    tail -v -n 5 -- "$CLUSTER"/log/* >&2 || :
    down >&2 || :
    exit 1
}

# Namespaces of ours: what is pinned cannot be anybody else's.
pins()
{
    local file
    for file in "$CLUSTER"/run/*.net; do
        [ "$(stat -f -c %T "$file" 2>/dev/null)" != nsfs ] || echo "$file"
    done
}

# The processes in the namespaces that FILE… pin.
processes_in()
{
    local file ours=
    for file in "$@"; do ours="$ours|$(stat -Lc %i "$file")"; done
    [ -n "$ours" ] || return 0
    find /proc/[0-9]*/ns -maxdepth 1 -name net -printf '%h %l\n' 2>/dev/null |
        sed -nE "s,^/proc/([0-9]+)/ns net:\\[(${ours#|})\\]\$,\\1,p"
}

# A node's processes (or login's), of one user or of all.
node_pids()
{
    local pid user uid
    user=${2:-}
    [ -e "$CLUSTER/run/$1.net" ] || fail "no node '$1'"
    [ -z "$user" ] || uid=$(awk -F: -v u="$user" '$1 == u {print $3}' "$CLUSTER/etc/passwd")
    for pid in $(processes_in "$CLUSTER/run/$1.net"); do
        [ -z "$user" ] || [ "$(stat -c %u "/proc/$pid" 2>/dev/null)" = "$uid" ] || continue
        echo "$pid"
    done
}

kill_all()
{
    local pids
    for _ in $(seq 100); do
        # shellcheck disable=SC2046 # a list of our own files
        pids=$(processes_in $(pins))
        [ -n "$pids" ] || return 0
        # shellcheck disable=SC2086 # a list of numbers
        kill -KILL $pids 2>/dev/null || :
        sleep 0.1
    done
    # shellcheck disable=SC2086 # a list of numbers
    echo "cluster: processes left:" $pids
    return 1
}

down()
{
    local file failed=0
    kill_all || failed=1
    for file in $(pins); do
        umount "$file" || failed=1
    done
    if [ "$failed" = 0 ]; then
        for file in cluster home prefix; do
            rm -rf --one-file-system "${LAB:?}/$file" || failed=1
        done
    fi
    for file in cluster home prefix; do
        [ ! -e "$LAB/$file" ] || echo "cluster: left: '$LAB/$file'"
    done
    [ "$failed" = 0 ] || return 1
    rmdir "$LAB" 2>/dev/null || : # unless it holds cached folders
    echo "cluster: down"
}

status()
{
    local name failed=0
    is_up || {
        echo "cluster: not up in '$LAB'"
        return 1
    }
    for name in login munged mariadbd slurmdbd slurmctld $NODES; do
        recorded_pid "$name" >/dev/null || {
            echo "cluster: '$name' is not running"
            failed=1
        }
    done
    login sinfo || failed=1
    return "$failed"
}

print_env()
{
    printf "export LAB='%s' RAYLAUNCH_LAB='%s'\n" "$LAB" "$LAB"
    printf "export PATH='%s/prefix/bin':\"\$PATH\"\n" "$LAB"
}

verb=${1:-}
[ $# = 0 ] || shift
if [ "$verb" != env ] && [ "$(id -u)" != 0 ]; then fail "must be run as root"; fi
case $verb in
up | down | start | stop | config)
    [ "$LAB" != / ] || fail "LAB cannot be the root folder"
    mkdir -p "$LAB"
    exec 9<"$LAB" # one at a time
    flock 9
    ;;
esac
case $verb in
up) up ;;
down) down ;;
start) start_one "${1:?a daemon}" ;;
stop) stop_one "${1:?a daemon}" ;;
config) config "${@:?a line of slurm.conf or --restore}" ;;
status) status ;;
env) print_env ;;
as) as_user login "${1:?a user}" "${@:2}" ;;
node) as_user "${1:?a node}" "${2:?a user}" "${@:3}" ;;
pid) daemon_pid "${1:?a daemon}" ;;
pids) node_pids "${1:?a node}" "${2:-}" ;;
_on_login) on login "$@" ;;
_login)
    furnish rl-ctl
    : >/tmp/.furnished
    exec sleep infinity
    ;;
_node)
    furnish "$1"
    exec tini -s -- slurmd -D
    ;;
*)
    sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
