# shellcheck shell=bash
# lib.sh - what the tests of tests/cluster share; to be sourced by bash
#
#     . "$(dirname "$0")/lib.sh"
#     cluster_require
#     work=$(work_folder rlalice t9100)
#     cd "$work" && as_user rlalice raylaunch sweep … >out 2>err
#
# The tests run as root beside the cluster that cluster.sh brought up. What they run as
# an ordinary user goes through as_user, on the submit host; the raylaunch found there
# is the one installed in $LAB/prefix, because users may be unable to read the checkout.

LAB=$(realpath -m "${RAYLAUNCH_LAB:-/opt/raylaunch-test}")
CLUSTER_SH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/cluster.sh

# cannot KIND REASON: ends the test file as skipped; as failed, and all other files with
# it, where RAYLAUNCH_REQUIRE says that KIND (slurm or ray) must be there.
cannot()
{
    case " ${RAYLAUNCH_REQUIRE:-} " in
    *" $1 "*)
        echo "Bail out! $2"
        exit 1
        ;;
    esac
    echo "1..0 # SKIP $2"
    exit 0
}

# The cluster, and what users call as "raylaunch" on it.
cluster_require()
{
    [ "$(id -u)" = 0 ] || cannot slurm 'the test cluster needs root'
    "$CLUSTER_SH" status >/dev/null 2>&1 ||
        cannot slurm 'the test cluster is not up (tests/cluster/cluster.sh up)'
}

# ray_require [VERSION]: a Ray environment that users can run; prints its folder's name
# into RAY_ENV. tests/deps/venv.sh "$LAB/venv-ray" ray (or venv-ray-VERSION) makes it.
# RAYLAUNCH_RAYS names the folder that holds them, if it is not LAB: clusters can share them.
ray_require()
{
    RAY_ENV=${RAYLAUNCH_RAYS:-$LAB}/venv-ray${1:+-$1}
    [ -r "$RAY_ENV/raylaunch-stamp" ] || cannot ray "no Ray in '$RAY_ENV'"
}

# as_user USER CMD…: on the submit host, in the current folder if that lies under
# $LAB/home, else in the user's home; with a login's clean environment ("as_user USER
# env NAME=VALUE CMD…" adds to it). Standard streams are the caller's.
as_user()
{
    "$CLUSTER_SH" as "$@"
}

# The same for the background: "as_user_exec rlalice raylaunch … & pid=$!" makes $pid the
# command itself, to be killed at any moment.
as_user_exec()
{
    exec "$CLUSTER_SH" as "$@"
}

# node_exec NODE USER CMD…: on a node, beside Slurm.
node_exec()
{
    "$CLUSTER_SH" node "$@"
}

# node_kill NODE USER WORD: ends the user's processes there whose command line holds WORD. (What
# node_exec started is not a child of the caller.)
node_kill()
{
    local pid
    for pid in $("$CLUSTER_SH" pids "$1" "$2"); do
        ! grep -qaF -- "$3" "/proc/$pid/cmdline" || kill -KILL "$pid"
    done 2>/dev/null
}

# node_processes NODE USER: how many processes the user has there ("login": on the
# submit host). Left-overs of a job are those that stay after it.
node_processes()
{
    "$CLUSTER_SH" pids "$@" | grep -c .
}

# jobs_of USER: ids of the user's waiting and running jobs, one a line.
jobs_of()
{
    as_user root squeue -h -u "$1" -o %A
}

# work_folder USER NAME: prints a fresh empty folder of the user's, seen by all nodes.
work_folder()
{
    local folder=$LAB/home/$1/$2
    rm -rf "$folder"
    mkdir -p "$folder"
    chown --reference="$LAB/home/$1" "$folder"
    echo "$folder"
}

# wait_for SECONDS CMD…: until CMD succeeds; fails after that time.
wait_for()
{
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

has_no_jobs()
{
    [ -z "$(jobs_of "$1")" ]
}

# nothing_left USER: no process of the user on any node.
nothing_left()
{
    local node
    for node in rl1 rl2 rl3; do
        [ "$(node_processes "$node" "$1")" = 0 ] || return 1
    done
}

# row_of USER SWEEP TEXT KEY…: members of the row whose point's id holds TEXT, from
# "raylaunch status --json", joined by "/" (null is "-"); in the current folder.
row_of()
{
    local user=$1 sweep=$2
    shift 2
    as_user "$user" raylaunch status "$sweep" --json 2>/dev/null | python3 -c 'import json, sys
for line in sys.stdin:
    row = json.loads(line)
    if sys.argv[1] in row.get("point", ""):
        print("/".join("-" if row[key] is None else str(row[key]) for key in sys.argv[2:]))' "$@"
}

# traces FILE USER…: writes what jobs of the users could leave on the nodes: processes,
# listening ports, files in /tmp and /dev/shm.
traces()
{
    local file=$1 node user
    shift
    for node in rl1 rl2 rl3; do
        for user in "$@"; do
            echo "$node: $user has $(node_processes "$node" "$user") processes"
        done
        node_exec "$node" root ss -Hltnu | awk -v n="$node" '{print n ": listens on " $5}' | sort
        node_exec "$node" root find /tmp /dev/shm -mindepth 1 \
            ! -name '.raylaunch-start-*' | sed "s/^/$node: /" | sort
    done >"$file" 2>/dev/null
}

# nothing_new FILE USER…: no trace that was not there when FILE was written; FILE.new holds
# those that were not. (What jobs before left behind may have gone since.)
nothing_new()
{
    traces "$1.now" "${@:2}"
    comm -13 <(sort "$1") <(sort "$1.now") >"$1.new"
    [ ! -s "$1.new" ]
}

# end_jobs USER: cancels what the user has in the queue and waits for its end.
# Not for a cluster that others use at the same time.
end_jobs()
{
    as_user "$1" scancel -u "$1"
    wait_for 60 has_no_jobs "$1"
}
