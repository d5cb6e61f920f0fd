#!/bin/bash
# A neighbour in the user's group, a real second user, swaps what jobs read while 200 of them begin: the
# runtime's folder of a sweep that its owner has opened to the group by hand, and then, in an output folder
# of the group, the sweep as a whole. The fault: his bytes run as the user. (t0256-thin-script.t does the
# first of it 15 times, as one user.)
# shellcheck disable=SC2154 # rc, out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR/../system
. "$(dirname "$0")/../system/harness.sh"
requires root 'needs root: two users' [ "$(id -u)" = 0 ]
n_starts=${RAYLAUNCH_SWAPS:-200}
chmod 755 "$WORK"
install -m 755 "$RAYLAUNCH_BIN" "$WORK/raylaunch"
mkdir -m 1777 "$WORK/all" && cd "$WORK/all" || exit 1
mkdir -m 2775 out && chgrp 4710 out && chmod 2775 out

as() # UID COMMAND…
{
    local uid=$1
    shift
    setpriv --reuid "$uid" --regid 4710 --clear-groups env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent "$@"
}
cat >fit.sh <<'SH'
id -u >ran
echo 'TMGG_RESULT:{"status":"completed"}'
SH
as 4711 mkdir -m 1777 jobs
cd jobs || exit 1
run as 4711 "$WORK/raylaunch" sweep --no-config --scheduler local --no-ray --cpus-per-task 1 --fs-grace 1 \
    --output-dir "$WORK/all/out" --name s -- bash ../fit.sh a=1
is_rc 0 'a sweep of one user'
sweep=$WORK/all/out/s
base=$(echo "$sweep"/points/*.sbatch)
base=${base%.sbatch}
runtime=$(echo "$sweep"/runtime/*)
as 4711 cp "$base.sbatch" ../script

hack() # FOLDER: a runtime of the neighbour's
{
    as 4712 cp -R "$runtime" "$1" && as 4712 chmod -R u+w "$1"
    for file in job.sh plain.sh; do
        as 4712 sh -c "echo 'id -u >$WORK/all/hacked; exit 0' >>'$1/$file'; sed -i '1i id -u >$WORK/all/hacked' '$1/$file'"
    done
}
swap() # THIS THAT: until the file "stop" is there, as the neighbour; counts in "swapped"
{
    # shellcheck disable=SC2016 # for the inner shell
    as 4712 bash -c 'n=0; while [ ! -e "$3" ]; do
        mv "$1" "$1.aside" && mv "$2" "$1" && mv "$1" "$2" && mv "$1.aside" "$1" && n=$((n + 1)); done
        echo $n >"$4"' swap "$1" "$2" "$WORK/all/stop" "$WORK/all/swapped" 2>/dev/null
}
start_all() # counts those that ran in n_ran
{
    n_ran=0
    for _ in $(seq "$n_starts"); do
        rm -f "$sweep"/points/*.claim "$WORK/all/bad.s"/points/*.claim ran
        as 4711 env RAYLAUNCH_LOCAL_JOB=local-7 bash ../script >/dev/null 2>&1
        [ ! -e ran ] || n_ran=$((n_ran + 1))
    done
    touch "$WORK/all/stop"
    wait
}
look() # WHAT
{
    [ ! -e "$WORK/all/hacked" ]
    ok $? "$1: his bytes never run ($n_ran of $n_starts ran the right ones, $(cat "$WORK/all/swapped") swaps)"
    [ "$(cat "$WORK/all/swapped")" -gt 0 ]
    ok $? "$1: he did swap"
    rm -f "$WORK/all/stop" "$WORK/all/swapped"
}

run as 4712 mv "$runtime" "$runtime.away"
[ "$rc" != 0 ]
ok $? 'as raylaunch makes it, a neighbour can swap nothing in a sweep'
as 4711 chmod g+w "$sweep" "$sweep/runtime"
hack "$WORK/all/bad"
swap "$runtime" "$WORK/all/bad" &
start_all
look 'the runtime'

as 4711 chmod -R g-w "$sweep"
as 4712 mkdir -p "$WORK/all/bad.s/points" "$WORK/all/bad.s/runtime"
as 4712 chmod 777 "$WORK/all/bad.s" "$WORK/all/bad.s/points" "$WORK/all/bad.s/runtime"
hack "$WORK/all/bad.s/runtime/${runtime##*/}"
swap "$sweep" "$WORK/all/bad.s" &
start_all
look 'the sweep'
run as 4711 "$WORK/raylaunch" retry s --all --output-dir "$WORK/all/out"
is_rc 0 'when he has gone, the sweep is as it was'
finish
