#!/bin/bash
# A node's keeper, alone, with a stand-in for Ray that does not end when it is told to. The fault: the
# batch script is killed, the keeper begins an end in order (Ray may take 8 s), and Slurm's TERM comes
# behind it. Slurm's KILL follows within KillWait, and the temp folder stayed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
here=$(cd "$(dirname "$0")/../.." && pwd)
bash "$here/templates/join.sh" "$here/templates/keeper" >"$WORK/keeper.py"
mkdir "$WORK/bin"
cat >"$WORK/bin/ray" <<'SH'
#!/bin/bash
trap '' TERM
echo 'Ray runtime started.'
for ((i = 0; i < 600; i++)); do sleep 0.1; done
SH
chmod a+x "$WORK/bin/ray"
temp=$(mktemp -d /tmp/rlk.XXXX) # Ray's folders have short names
trap 'rm -rf "$WORK" "$temp"' EXIT

until_true() # SECONDS COMMAND…
{
    local left=$(($1 * 20))
    shift
    until "$@"; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.05
    done
}
has_ended() { ! kill -0 "$keeper" 2>/dev/null; }
has_left() { [ ! -d "$outer" ]; }

start_keeper() # FOLDER: its pid is $keeper, its orders are fd 5
{
    outer=$temp/$1
    rm -rf "$outer"
    mkdir -m 700 "$outer"
    rm -f "$WORK/orders"
    mkfifo "$WORK/orders"
    exec 5<>"$WORK/orders"
    PATH=$WORK/bin:$PATH python3 -I -S -B "$WORK/keeper.py" role=head bell=none outer="$outer" bootstrap=direct \
        nodes=1 base="$WORK/p" temp="$temp" ports_first=20000 ports_last=29999 ports_strict=0 interface= peer= cpus=1 \
        gpus=0 mem_mib=500 store_mib=100 ray_logs=none auth=1 tls=0 client=0 start_timeout=60 \
        <"$WORK/orders" >"$WORK/events" 2>"$WORK/said" 5>&- &
    keeper=$!
    until_true 60 grep -qE '^RL [^ ]* (up|failed) ' "$WORK/events"
}

start_keeper rl.k
ok $? 'the keeper has a Ray'
exec 5>&- # the batch script is gone
sleep 1   # the keeper waits for Ray now
kill -0 "$keeper"
ok $? 'it gives Ray time to end'
began=$SECONDS
kill -TERM "$keeper"
until_true 20 has_ended
ok $? 'on the TERM of Slurm it ends'
[ $((SECONDS - began)) -le 5 ]
ok $? 'within the shortest KillWait of Slurm'
has_left
ok $? 'and its temp folder is removed'
file_has "$WORK/events" ' stopped ' 'it ended in order'

# Where a job's temp folder is known on the node alone, nobody could refuse it before.
start_keeper "rl.$(printf %040d 0)"
exec 5>&-
until_true 20 has_ended
file_has "$WORK/events" ' failed temp_folder temp folder .* is too long for Ray' 'a temp folder in which no socket has room'
finish
