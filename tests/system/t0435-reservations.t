#!/bin/bash
# status --why: the reservations that matter. Slurm's commands are stand-ins that print what those
# of Slurm 22.05 printed, with its times moved to now; the real ones are in
# tests/cluster/t9335-looking.t.
# shellcheck disable=SC2154 # out and err are harness.sh's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
mkdir -p "$WORK/play" && cd "$WORK/play" || exit 1
use_slurm_stand_in
export TZ=UTC
answers=$STAND_IN
me=$(id -un)
printf '%s\n' 'SLURM_VERSION           = 22.05.8' 'ClusterName             = far' \
    'AccountingStorageType   = accounting_storage/slurmdbd' 'MaxArraySize            = 101' \
    'MessageTimeout          = 10 sec' >"$answers/config"
echo 'gpu*|up|infinite|3|32|64000|gpu:2|
cpu|up|1:00:00|1|32|64000|(null)|' >"$answers/sinfo"
echo 'PartitionName=gpu Default=YES QoS=N/A MaxTime=UNLIMITED Nodes=rl[1-3] State=UP
PartitionName=cpu Default=NO QoS=N/A MaxTime=01:00:00 Nodes=rl3 State=UP' >"$answers/partition"
echo 'normal||||||||' >"$answers/qos"
echo 'lab|lab||||||||normal||' >"$answers/user"
printf 'root||||\nlab|root|||\n' >"$answers/accounts"
echo 'JOBID:SEP:STATE:SEP:REASON:SEP:S:SEP:S:SEP:E:SEP:N:SEP:NAME:SEP:C:SEP:' >"$answers/queue"
echo 'ReqNodeNotAvail, Reserved for maintenance' >"$answers/reason"

# The record, as if this user were rlalice (and not root), and as if it had been printed now.
RECORDED_AT=1795279560
record()
{
    awk -v by=$(($(date +%s) - RECORDED_AT)) '{
        for (i = 1; i <= NF; i++)
            if ($i ~ /^(Start|End)Time=/) { split($i, at, "="); $i = at[1] "=" at[2] + by }
        print }' "$slurm_texts/reservations.txt" | sed "s/Users=root/Users=operator/; s/rlalice/$me/g" >"$answers/reservation"
}
record
submit() { "$RAYLAUNCH_BIN" sweep --no-ray --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M "$@" -- true x=1; }
submit --time 150 --name s >submit.out 2>&1
ok $? 'a sweep that waits'
why() { run "$RAYLAUNCH_BIN" status "$sweep" --why 'x=1*' "$@"; }
sweep=s
reserved() { sed -n '/^  reserved /,$p' "$out" | sed 's/^  reserved  //; s/^ *//'; }
asked() { grep -c '^scontrol show reservation' "$answers/calls"; }
day='[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}'
later="($day|[0-9]{2}:[0-9]{2})"

# What cannot be known, first.
mv "$answers/reservation" "$answers/record"
rm -rf "$HOME/.cache/raylaunch"
why
is_rc 0 'a scontrol that fails is no error of status'
out_has '^  reserved   not known: .scontrol show reservation. gave no answer$' 'it is said'
why --json
is "$(tail -1 "$out")" '{"type":"reservations","reservations":null}' '--json: null'
head -c 65536 /dev/urandom >"$answers/reservation"
why
is_rc 0 'rubbish is passed over'
is "$(reserved)" '' 'and gives none'
printf 'ReservationName=\033[31mred StartTime=5 EndTime=4000000000 Nodes=rl1,\033[2J NodeCnt=1 Flags=MAINT\n' >"$answers/reservation"
why
is "$(grep -c "$(printf '\033')" "$out")" 0 'what others wrote cannot move the cursor'
out_has '^  reserved   \?\[31mred: maintenance of 1 node' 'nor is it left out'
for i in $(seq 300); do
    echo "ReservationName=r$i StartTime=5 EndTime=4000000000 NodeCnt=1 Nodes=rl$((i % 3 + 1))"
done >"$answers/reservation"
why
is "$(reserved | wc -l)" 9 'never more than a few lines'
out_has '… and 248 more \(--json has them\)' 'with the number of the others'
echo 'ReservationName=past StartTime=5 EndTime=6 NodeCnt=1 Nodes=rl1 Flags=MAINT' >"$answers/reservation"
why
is "$(reserved)" '' 'one that is over is not in the way'
echo 'No reservations in the system' >"$answers/reservation"
why
is "$(reserved)" '' 'without reservations nothing is said'
! grep -q 'see .reserved.' "$out"
ok $? 'and nothing points there'
why --json
is "$(tail -1 "$out")" '{"type":"reservations","reservations":[]}' '--json: an empty list'

# The record.
mv "$answers/record" "$answers/reservation"
rm -rf "$HOME/.cache/raylaunch"
: >"$answers/calls"
why
is_rc 0 'the recorded reservations'
is "$(asked)" 1 'asked once'
out_has 'Reserved for maintenance: .*\(see .reserved. below\)$' 'the reason points there'
names() { reserved | sed 's/:.*//' | tr '\n' ' '; }
is "$(names)" 'others repair course labdays notalice notlab cores wholesite ' 'all of its nodes, the first to begin first'
out_has "^  reserved   others: 1 node \\(rl2\\), $day to $later, active, ends in 2[0-9]m[0-9]*s; for others\$" 'an active one of others'
out_has "^ +repair: maintenance of 2 nodes \\(rl\\[1-2\\]\\), $day to $later, in 1h5[0-9]m; your time limit reaches into it\$" \
    'a maintenance that the time limit reaches'
out_has "^ +course: 1 node \\(rl3\\), $day to $later, in 2h5[0-9]m; yours: --reservation course\$" 'one for this user'
out_has '^ +labdays: 1 node .*; yours: --reservation labdays$' "one for the user's account"
out_has '^ +notalice: .*; for others$' 'one that leaves this user out'
out_has '^ +notlab: .*; for others$' "one that leaves the user's account out"
out_has '^ +wholesite: maintenance of 3 nodes \(rl\[1-3\]\), .*, in 2d2[34]h$' 'a maintenance that is far away'
: >"$answers/calls"
run "$RAYLAUNCH_BIN" status "$sweep"
is "$(asked)" 0 'status alone does not ask'
out_has 'a shorter --time may start before it; .raylaunch status --why POINT. lists the reservations' 'but says where they are'
rm -rf "$HOME/.cache/raylaunch"
: >"$answers/calls"
why --json
is "$(asked)" 1 '--json asks once, too'
is "$(head -1 "$out" | grep -c '"type":"row"')/$(wc -l <"$out")" 1/2 'a row, and the list'
tail -1 "$out" | python3 -c '
import json, sys
got = json.load(sys.stdin)["reservations"]
assert [r["name"] for r in got][:3] == ["others", "repair", "course"], got
keys = "name starts_at ends_at active nodes node_list maintenance flags yours asked reached"
assert all(list(r) == keys.split() for r in got), got
assert got[1]["flags"] == ["MAINT", "IGNORE_JOBS", "SPEC_NODES"] and got[1]["nodes"] == 2
assert [r["name"] for r in got if r["yours"]] == ["course", "labdays", "cores"]
assert [r["name"] for r in got if r["active"]] == ["others"]
assert [r["name"] for r in got if r["maintenance"]] == ["repair", "wholesite"]
assert [r["name"] for r in got if r["reached"]] == ["repair"]
'
ok $? 'with the members of docs/formats.md'

# Another partition, a reservation that is asked, and nothing that waits.
submit --time 5 --partition cpu --reservation course --name c >submit.out 2>&1
sweep=c
why
is "$(names)" 'course labdays notalice notlab cores wholesite ' 'those of its nodes, and the own ones'
out_has 'course: .*; asked for$' 'the one that is asked'
! grep -q 'reaches into it' "$out"
ok $? 'a short time limit reaches none'
sed -i 's/ReqNodeNotAvail, Reserved for maintenance/Reservation/' "$answers/queue"
run "$RAYLAUNCH_BIN" status "$sweep"
out_has '^ +.raylaunch status --why POINT. lists the reservations$' 'a reason without advice points there, too'
sed -i "s/Reservation/Odd$(printf '\033')[2J/" "$answers/queue"
why
is_rc 0 'a reason of bytes that move a cursor'
out_has '^  waits      Odd\?\[2J' 'is shown without them'
finish
