#!/bin/bash
# Temp folders of jobs: what is cleared away after a job that was killed, and whose folder Ray works in.
# The faults: a user's own folder that is only called like one of ours is deleted; and Ray of before 2.54
# takes the same path on each node, so that a neighbour who makes it first has Ray's sockets.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
chmod 755 "$WORK"

folder() # NAME LOCK: an old folder with this text in its lock ("-": no lock)
{
    mkdir "$WORK/temp/$1"
    echo precious >"$WORK/temp/$1/data"
    [ "$2" = - ] || printf '%s' "$2" >"$WORK/temp/$1/lock"
    touch -d '5 minutes ago' "$WORK/temp/$1"
}
make_folders()
{
    rm -rf "$WORK/temp" "$WORK/elsewhere"
    mkdir "$WORK/temp"
    folder rl.ended0 $'raylaunch\n'
    folder rl.held00 $'raylaunch\n'
    folder rl.models ''
    folder rl.agents $'pid 4711\n'
    folder rl.notes1 $'raylaunch results\n'
    folder rl.nolock -
    mv "$WORK/temp/rl.agents" "$WORK/temp/rl.agent1"
    folder elsewhere $'raylaunch\n'
    mv "$WORK/temp/elsewhere" "$WORK/elsewhere"
    ln -s "$WORK/elsewhere" "$WORK/temp/rl.linked"
    touch -h -d '5 minutes ago' "$WORK/temp/rl.linked"
    folder rl.young0 $'raylaunch\n'
    touch "$WORK/temp/rl.young0"
}
left() { (cd "$WORK/temp" && echo rl.*); }
wanted='rl.agent1 rl.held00 rl.linked rl.models rl.nolock rl.notes1 rl.young0'

# shellcheck disable=SC2317 # run calls it
by_shell()
{
    # shellcheck disable=SC2016 # for the inner bash
    bash -c "$(sed -n '/^rl_clear_left_overs() {/,/^}/p' "$root/templates/parts/prepare.sh")"'
        rl_temp_folder=$1; rl_clear_left_overs' clear "$WORK/temp"
}
# shellcheck disable=SC2317 # run calls it
by_keeper()
{
    PYTHONPATH=$root/templates python3 -B -c 'import sys
from keeper.life import clear_left_overs
clear_left_overs(sys.argv[1])' "$WORK/temp"
}
for way in by_shell by_keeper; do
    make_folders
    exec 7<"$WORK/temp/rl.held00/lock"
    flock 7
    run $way
    is_rc 0 "$way: clears"
    is "$(left)" "$wanted" "$way: only what has the mark inside, is old and is held by nobody"
    exec 7<&-
    [ -e "$WORK/elsewhere/data" ]
    ok $? "$way: nothing behind a link"
    run $way
    [ ! -e "$WORK/temp/rl.held00" ] && [ -e "$WORK/temp/rl.models/data" ]
    ok $? "$way: and what is let go, the next time"
done

# ---- a job's own folder has the mark
mkdir "$WORK/play" && cd "$WORK/play" || exit 1
mkdir t
cat >look.sh <<'SH'
cat "${RAYLAUNCH_PARAMS_FILE%/*}/lock"
stat -c %a "${RAYLAUNCH_PARAMS_FILE%/*}"
echo 'TMGG_RESULT:{"status":"completed"}'
SH
run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --temp-folder "$PWD/t" --name m -- bash look.sh a=1
is_rc 0 'a job that looks at its temp folder'
is "$(head -2 slurm_outputs/m/points/*.out | tr '\n' ' ')" 'raylaunch 700 ' 'has the mark there, and is alone in it'
! grep -q 'can put their folders' slurm_outputs/m/points/*.verdict.json
ok $? 'where nobody else can write, nothing is said'
chmod 777 t
run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --temp-folder "$PWD/t" --name n -- bash look.sh a=1
grep -q 'others can put their folders in the place of' slurm_outputs/n/points/*.verdict.json
ok $? 'where others could swap it, a warning says so'
chmod 1777 t
run "$RAYLAUNCH_BIN" sweep --no-config --scheduler local --no-ray --temp-folder "$PWD/t" --name o -- bash look.sh a=1
! grep -q 'can put their folders' slurm_outputs/o/points/*.verdict.json
ok $? 'as nobody can in a sticky one'

# ---- the folder of a worker's keeper
move_in() # SAME-ROOT: prints where, or the failure
{
    (cd "$WORK" && PYTHONPATH=$root/templates python3 -B -c 'import sys
from keeper.base import Failure
from keeper.life import move_in
try:
    print(move_in({"outer": sys.argv[1], "temp": sys.argv[2], "same_root": sys.argv[3]}, b"x")[1])
except Failure as failure:
    print(failure.cause, failure.text)' "$WORK/w/rl.abcdef" "$WORK/w" "$1")
}
mkdir -m 1777 "$WORK/w"
is "$(move_in 1)" "outer=$WORK/w/rl.abcdef" 'nothing in its way'
move_in 1 | grep -q "^outer=$WORK/w/rl\.[a-z0-9_]*$"
ok $? 'its own, made by the head on the same node'
rm -rf "$WORK"/w/rl.*
mkdir "$WORK/w/rl.abcdef"
chmod 777 "$WORK/w/rl.abcdef"
move_in 1 | grep -q '^temp_folder .*rl.abcdef" on node .* was made by user .* 2\.54'
ok $? 'a folder that others can write, and Ray would work in it'
move_in 0 | grep -q "^outer=$WORK/w/rl\.[a-z0-9_]*$"
ok $? 'from 2.54 on another folder does'
rm -rf "$WORK"/w/rl.*
ln -s "$WORK/play" "$WORK/w/rl.abcdef"
move_in 1 | grep -q '^temp_folder '
ok $? 'a link'
if [ "$(id -u)" = 0 ]; then
    rm -rf "$WORK"/w/rl.*
    mkdir -m 700 "$WORK/w/rl.abcdef"
    chown 65534 "$WORK/w/rl.abcdef"
    move_in 1 | grep -q '^temp_folder .* made by user 65534 '
    ok $? 'a folder of another user'
else
    echo "ok $((test_count += 1)) # SKIP a folder of another user: needs root"
fi
finish
