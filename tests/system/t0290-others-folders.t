#!/bin/bash
# Several users in one output folder, and what a sweep lets others do. The faults: a neighbour makes the
# folder of a sweep first (its name can be known) and puts his commands into it; `retry` without a name
# runs what a neighbour has laid there; a group with umask 002 can write results; a job that the scheduler
# hides is taken for lost.
# shellcheck disable=SC2154,SC2317 # rc, out and err are harness.sh's; run calls functions
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
chmod 755 "$WORK"
install -m 755 "$RAYLAUNCH_BIN" "$WORK/raylaunch"
mkdir -m 1777 "$WORK/all" && cd "$WORK/all" || exit 1
rl=$WORK/raylaunch
sweep() { "$rl" sweep --no-config --scheduler local --no-ray --cpus-per-task 1 "$@"; }
open_to_others() { find "$1" ! -type l -perm /022 | sed "s,^$1,," | sort | tr '\n' ' '; }
result='echo TMGG_RESULT:{\"status\":\"completed\"}'

# ---- whatever the umask
mkdir modes && cd modes || exit 1
umask 0
run sweep --name s -- sh -c "umask >seen; $result" a=1,2
is_rc 0 'a sweep with umask 0'
is "$(cat seen)" 0000 'whose program has the umask as it was'
is "$(open_to_others slurm_outputs/s)" '' 'nobody else can write what is in it'
run "$rl" collect s
run "$rl" archive s
run "$rl" retry s --all
run sweep --name f --setup false -- true a=1
is_rc 1 'one whose setup fails'
run sweep --name d --detach -- sh -c "$result" a=1
until [ -e slurm_outputs/d/summary.json ]; do sleep 0.1; done
is "$(open_to_others slurm_outputs/s)$(open_to_others slurm_outputs/f)$(open_to_others slurm_outputs/d)" '' \
    'also after collect, archive, retry, a failure and in the background'
is "$(stat -c %a slurm_outputs)" 777 'in the output folder others may have sweeps of their own'
rm -f slurm_outputs/s/points/*.claim
cp slurm_outputs/s/points/a=1-????????????.sbatch hand.sbatch
RAYLAUNCH_LOCAL_JOB=local-7 bash hand.sbatch >hand.out 2>hand.err
is "$(stat -c %a hand.out hand.err | tr '\n' ' ')" '644 644 ' 'so is the output that Slurm makes with the umask of the call'
umask 022
chmod -R a+rwX slurm_outputs/s
run sweep --name s -- sh -c "umask >seen; $result" a=1,2,3
is_rc 0 'a sweep that others could write in'
err_has "warning: others could write in '.*/slurm_outputs/s': it is closed" 'is closed, and that is said'
err_has "slurm_outputs/s/points'" 'and the folder of the points'
is "$(stat -c %a slurm_outputs/s slurm_outputs/s/points slurm_outputs/s/journal.jsonl | tr '\n' ' ')" '755 755 644 ' 'so are they'
run sweep --name s -- sh -c "umask >seen; $result" a=1,2,3
! grep -q 'could write' "$err"
ok $? 'it is said once'
rm -rf slurm_outputs/s/points && mkfifo slurm_outputs/s/points
run timeout 60 "$rl" retry s --all
is_rc 6 'a FIFO in the place of a folder'
cd .. || exit 1

# ---- a sweep that the journal says another has begun: a copy, or a folder given away
lay() # FOLDER UID STATE SETUP: a sweep of one point, whose job's end nobody knows ("open") or that failed
{
    local at='"point":"a=1-0a1b2c3d4e5f","attempt":1,"token":"aaaaaaaaaaaa"'
    mkdir -p "$1/points"
    echo '{"index":0,"point":"a=1-0a1b2c3d4e5f","params":{"a":"1"},"argv":["sh","-c","true"]}' >"$1/points.jsonl"
    {
        echo '{"v":1,"seq":1,"time":"2026-01-01T00:00:00Z","event":"sweep","name":"'"${1##*/}"'","command":["sh","-c","x"],"folder":"/tmp"'"$2}"
        echo '{"v":1,"seq":2,"time":"2026-01-01T00:00:00Z","event":"settings","id":"0a1b2c3d","values":{}}'
        echo '{"v":1,"seq":3,"time":"2026-01-01T00:00:01Z","event":"submitting",'"$at"',"base":"points/a","settings":"0a1b2c3d"}'
        echo '{"v":1,"seq":4,"time":"2026-01-01T00:00:02Z","event":"submitted",'"$at"',"job_id":"77"}'
        [ "$3" = open ] ||
            echo '{"v":1,"seq":5,"time":"2026-01-01T00:00:03Z","event":"final",'"$at"',"job_id":"77","state":"failed","cause":"entrypoint_exit","exit_code":1}'
    } >"$1/journal.jsonl"
    printf 'scheduler: %s\ntemplate: plain\nsetup: [%s]\n' "${5:-local}" "$4" >"$1/resolved.yaml"
}
state() { sed -n 's/.*"type":"row".*"state":"\([a-z]*\)".*/\1/p' "$out"; }
mkdir given && cd given || exit 1
lay slurm_outputs/mine ",\"uid\":$(id -u)" open ''
run "$rl" status --json mine
is "$(state)" missing 'of my own sweep, what the scheduler does not list is missing'
lay slurm_outputs/old '' open ''
run "$rl" status --json old
is "$(state)" missing 'so it is of one without a user, in my folder'
lay slurm_outputs/his ',"uid":4799,"user":"somebody-else"' open ''
run "$rl" status --json his
is "$rc $(state)" '0 submitted' "of another's it is not"
run "$rl" collect --json his
is "$(state)" submitted 'by no verb'
! grep -q final slurm_outputs/his/journal.jsonl
ok $? 'and nothing of it is written down'
echo "TMGG_RESULT:{\"status\":\"completed\"}" >slurm_outputs/his/points/a.out
run "$rl" collect --json his
is "$(state)" completed 'what its files say counts'
lay slurm_outputs/his ',"uid":4799,"user":"somebody-else"' final ''
for verb in 'retry his --failed' 'retry his --failed --dry-run'; do
    # shellcheck disable=SC2086 # several words
    run "$rl" $verb
    is_rc 7 "raylaunch $verb"
done
err_has "user 4799's \(somebody-else\)" 'says whose it is'
run sweep --name his -- sh -c x a=1
is_rc 7 'the command typed again'
cd .. || exit 1

# ---- the queue is asked for his jobs
mkdir queue bin && cd queue || exit 1
cat >../bin/squeue <<'SH'
#!/bin/sh
echo "$@" >>"$ASKED"
SH
printf '#!/bin/sh\nexit 1\n' >../bin/sbatch
chmod 755 ../bin/*
cp ../bin/sbatch ../bin/sacct
cp ../bin/sbatch ../bin/scontrol
lay slurm_outputs/his ',"uid":4799' open '' slurm
lay slurm_outputs/mine ",\"uid\":$(id -u)" open '' slurm
for name in his mine; do
    ASKED=$PWD/$name.asked PATH=$WORK/all/bin:$PATH run "$rl" status --json $name
done
grep -q -e '--user=4799 ' his.asked
ok $? "squeue is asked for the jobs of the journal's user"
grep -q -e "--user=$(id -u) " mine.asked
ok $? 'and for mine'
cd .. || exit 1

if [ "$(id -u)" != 0 ]; then
    echo "ok $((test_count += 1)) # SKIP what takes a second user needs root"
    finish
fi

# ---- two real users
as() # USER COMMAND…: user a or b, in a group of both
{
    local uid=$((4710 + $(printf %d "'$1") - 96))
    shift
    setpriv --reuid "$uid" --regid 4710 --clear-groups env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent "$@"
}
a() { as a "$rl" "$@"; }
b() { as b "$rl" "$@"; }
word() { printf 'bash -c %q' "$result"; }
common=(--no-config --scheduler local --no-ray --cpus-per-task 1 --output-dir "$WORK/all/out")

for mode in 1777 2775; do # sticky for all; of a group, whose members can rename everything
    rm -rf out && mkdir -m $mode out && chgrp 4710 out && chmod $mode out
    run as b sh -c 'umask 0; mkdir -p out/s/points out/s/arrays'
    run a sweep "${common[@]}" --name s -- sh -c "$result" x=1
    is_rc 7 "$mode: a folder that a neighbour made first"
    err_has "user 4712's.*another --name" 'is refused, with what to do'
    is "$(find out/s -type f)" '' 'and nothing is written there'
    run as b sh -c "rm -rf out/s; mkdir there; chmod 777 there; ln -s ../there out/s"
    run a sweep "${common[@]}" --name s -- sh -c "$result" x=1
    is_rc 7 "$mode: a link in its place"
    run as b sh -c 'rm -rf out/s there'
    run a sweep "${common[@]}" --name s -- sh -c "$result" x=1
    is_rc 0 "$mode: a's own sweep"
    run b sweep "${common[@]}" --name s -- sh -c "$result" x=1
    is_rc 7 "$mode: b types the same"
    run b sweep "${common[@]}" --name t -- sh -c "$result" x=1
    is_rc 0 "$mode: under another name it is his"
    sleep 0.01
    touch out/t/journal.jsonl
    run a status --json --output-dir out
    grep -q "x=1" "$out" && ! grep -q "'t'" "$err"
    ok $? "$mode: without a name"
    run a collect --output-dir out
    is "$(find out -newer "$out" -name results.csv | head -1)" '' 'no file of another is touched'
    [ "$(stat -c %Y out/s/results.csv)" -ge "$(stat -c %Y out/t/journal.jsonl)" ]
    ok $? "$mode: the newest is the newest of one's own"
    find out/s -printf '%p %s %C@\n' | sort >before
    for verb in 'status' 'collect' 'wait' 'logs' 'collect --wait'; do
        # shellcheck disable=SC2086 # several words
        case $verb in
        logs) run b logs --sweep s --output-dir out x=1 ;;
        *) run b $verb s --output-dir out ;;
        esac
        [ "$rc" = 0 ]
        ok $? "$mode: b reads a's by $verb ($rc)"
    done
    for verb in 'retry s --all' 'cancel s --yes' 'archive s'; do
        # shellcheck disable=SC2086 # several words
        run b $verb --output-dir out
        is_rc 7 "$mode: b cannot $verb"
    done
    find out/s -printf '%p %s %C@\n' | sort >after
    run diff before after
    is_rc 0 "$mode: and nothing in it has changed"
done

# ---- root is another user, too
run "$rl" retry s --all --output-dir out
is_rc 7 "root does not run a user's sweep"
run "$rl" status s --output-dir out
is_rc 0 'but reads it'

# ---- what a neighbour laid there runs nothing
rm -rf out && mkdir -m 1777 out
export ran=$WORK/all/out/ran
lay out/evil ',"uid":4712' final "touch $ran"
lay out/older '' final "touch $ran"
chown -R 4712:4710 out/evil out/older
chmod -R a+rwX out/evil out/older
for words in '--failed' 'evil --failed' 'older --all' 'older --failed --dry-run'; do
    # shellcheck disable=SC2086 # several words
    run a retry $words --output-dir out
    is_rc 7 "retry $words"
done
run a sweep --file out/evil/resolved.yaml --no-config --no-ray -- sh -c "$result" x=1
is_rc 7 "setup lines of another's --file"
err_has "'(template|setup)' would run as you, but 'out/evil/resolved.yaml' belongs to user 4712" 'are named'
printf 'command: [touch, %s]\n' "$ran" >out/evil/resolved.yaml
run a sweep --file out/evil/resolved.yaml --no-config --no-ray --scheduler local
is_rc 7 "a command of another's --file"
run a status evil --output-dir out
is_rc 0 'its status is read'
[ ! -e "$ran" ]
ok $? 'nothing of it ran'
# his file in my own folder, from when it was open
mkdir out/mixed && chmod 777 out/mixed && lay out/mixed ',"uid":4711' final "touch $ran" && chown -R 4711 out/mixed
chown 4712 out/mixed/resolved.yaml
run a retry mixed --failed --output-dir out
is_rc 7 "another's resolved.yaml in one's own folder"
chown 4711 out/mixed/resolved.yaml && chmod 666 out/mixed/resolved.yaml
run a retry mixed --failed --output-dir out
is_rc 7 'one that others can write'
chmod 644 out/mixed/resolved.yaml
for file in points journal; do
    chown 4712 out/mixed/$file.jsonl
    run a retry mixed --failed --output-dir out
    is_rc 7 "another's $file.jsonl"
    err_has "$file.jsonl' belongs to user 4712" 'is named'
    chown 4711 out/mixed/$file.jsonl
done
[ ! -e "$ran" ]
ok $? 'nothing of it ran, too'
finish
