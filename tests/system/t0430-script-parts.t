#!/bin/bash
# What a Ray job's script and its keepers work out for themselves: the clock, GPUs from Slurm's own words,
# the options of container steps, and ports when nothing fits. The faults: a deadline that moves when the
# wall clock is set, a Ray with other GPUs than the job's, a port that somebody holds.
# shellcheck disable=SC2154 # rc, out and err are harness.sh's; rl_* are the script's
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
templates=$(cd "$(dirname "$0")/../../templates" && pwd)
mkdir "$WORK/play" && cd "$WORK/play" || exit 1

# ---- the clock: set back and forth by an hour while the script runs
part() { sed -n "/^$2() {/,/^}/p" "$templates/parts/$1"; }
clock=$(part base.sh rl_clock)
run bash -c "$clock"'
unset EPOCHREALTIME # bash sets it no more: now it is what the wall clock says
EPOCHREALTIME=2000000000,500000 rl_clock_start=""
rl_clock; first=$rl_now
EPOCHREALTIME=1999996400.500000
rl_clock; back=$((rl_now - first))
EPOCHREALTIME=2000003600.500000
sleep 0.2; rl_clock; forth=$((rl_now - first))
echo "$first"
[ $back -ge 0 ] && [ $back -lt 5000 ] && [ $forth -ge 190 ] && [ $forth -lt 5000 ] && echo steady'
is "$(cat "$out")" $'2000000000500\nsteady' 'the wall clock is asked once; then only time that goes by counts'

run bash -uc 'rl_now="" rl_ran=0 rl_clock_start=""
'"$clock"'
rl_clock; first=$rl_ran
rl_now=$((rl_now - 2000)); rl_clock; looked=$rl_ran
rl_now=$((rl_now - 3600000)); rl_clock; stood=$((rl_ran - looked))
rl_now=$((rl_now + 3600000)); rl_clock; back=$((rl_ran - looked - stood))
[ $first = 0 ] && [ $looked -ge 2000 ] && [ $looked -le 3000 ] && [ $stood = 1000 ] && [ $back = 0 ] && echo counted'
is "$(cat "$out")" counted 'a job that stood still for an hour has not run for an hour'

# ---- GPUs: TEXT of SLURM_TRES_PER_TASK, SLURM_GPUS_PER_TASK, SLURM_GPUS_ON_NODE
gpus=$(part ray_plan.sh rl_gpus_in; part ray_plan.sh rl_gpus_given)
given() { # WANTED WHAT TRES PER-TASK ON-NODE ("-": not set)
    local words=()
    [ "$3" = - ] || words+=("SLURM_TRES_PER_TASK=$3")
    [ "$4" = - ] || words+=("SLURM_GPUS_PER_TASK=$4")
    [ "$5" = - ] || words+=("SLURM_GPUS_ON_NODE=$5")
    is "$(env "${words[@]}" bash -uc "$gpus"$'\nrl_gpus_given; echo "$rl_gpus"')" "$1" "$2"
}
given 0 'no word about GPUs' - - -
given 0 'only CPUs a task' cpu=2 - -
given 0 'empty words' '' '' ''
given 0 'rubbish' 'gres/gpu,gres/gpu=,gres/gpu:x,gpu' - -
given 1 '24.05: cpu=2,gres/gpu=1' cpu=2,gres/gpu=1 - 4
given 12 'two digits' gres/gpu=12,cpu=2 - -
given 1 '23.11: cpu:2,gres/gpu:1' cpu:2,gres/gpu:1 - 4
given 2 'a type' cpu=4,gres/gpu:a100=2 - 8
given 2 'a type that ends in a digit, in the older form' cpu:4,gres/gpu:a100:2 - 8
given 3 'two types' gres/gpu:a100=2,gres/gpu:v100=1 - 8
given 2 'types and their sum' gres/gpu=2,gres/gpu:a100=2 - 8
given 0 'another gres' gres/nic=3 - -
given 2 '22.05: SLURM_GPUS_PER_TASK' - 2 8
given 2 'with a type' - a100:2 8
given 4 'asked for the node' cpu=8 - 4

# ---- the result: only a whole one makes the logs of workers needless
found=$(part base.sh rl_find_result)
has() { # WANTED WHAT LINE…
    local wanted=$1 what=$2
    shift 2
    printf '%s\n' "$@" >p.out
    is "$(bash -uc "$found"$'\nrl_base=p rl_tmp=. rl_require_result=1; rl_find_result; echo "$rl_text"')" "$wanted" "a result: $what"
}
has '' 'none' 'TMGG_RESULTS 1'
has whole 'as it should be' begin 'TMGG_RESULT:{"metrics":{"a":1}}' end
has whole 'behind a prefix, with more behind it' $'\e[36m(fit pid=7)\e[0m TMGG_RESULT: {"metrics":{}} 100%'
has part 'on several lines, each with a prefix' '(fit pid=7) TMGG_RESULT:{' '(fit pid=7)  "metrics": {}' '(fit pid=7) }'
has part 'torn' 'TMGG_RESULT:{"metrics":{"a":1}'
has part 'a marker alone' TMGG_RESULT:
has whole 'a torn one behind a whole one' 'TMGG_RESULT:{}' 'TMGG_RESULT:{"a"'
has whole 'of a hundred kilobytes' "TMGG_RESULT:{\"a\":\"$(printf '%0100000d' 0)\"}"
has '' 'of an earlier start' 'TMGG_RESULT:{}' 'raylaunch: start 2 of job 7'
has '' "the echo of Ray's own" "Running command on head node: ['echo', 'TMGG_RESULT:{}']"

# ---- container steps: {option…} -> options of srun
through=$(part ray_plan.sh rl_see_through)
steps() { # OPTION…
    # shellcheck disable=SC2016 # what the inner bash expands
    bash -uc "$through"'
rl_temp_folder=/tmp rl_base=/w/points/p rl_step_options=("$@")
rl_see_through
echo "${rl_step_options[*]-}"' steps "$@"
}
is "$(steps)" '' 'no container: no option'
is "$(steps --container-image=i)" '--container-image=i --container-mounts=/tmp:/tmp,/w/points:/w/points' \
    'a container sees the temp folder and the folder of the logs'
is "$(steps --container-mounts=/a:/a --container-image=i)" \
    '--container-mounts=/a:/a,/tmp:/tmp,/w/points:/w/points --container-image=i' 'beside what is mounted already'
printf "#!/bin/sh\n" >fit
chmod 755 fit
render() { run "$RAYLAUNCH_BIN" render "$@" -- ./fit; }
render --head-step yes --bootstrap symmetric
is_rc 2 'symmetric-run in a step'
err_has 'exclude each other' 'is refused'
render --sbatch container-image=i --bootstrap symmetric
is_rc 2 'in a container too'
err_has "'sbatch' \(flag --sbatch\)" 'and the option is named'
render --exclusive --nodes 2 --sbatch container-image=an/image.sqsh --sbatch no-container-mount-home --sbatch hold
is_rc 0 'a container'
out_has "^rl_head_step=1$" 'means steps'
out_has '^rl_step_options=\(--container-image=an/image.sqsh --no-container-mount-home\)$' 'which have its options'
out_has '^#SBATCH --hold$' 'while other options'
out_lacks '^#SBATCH.*container' 'stay with sbatch'
out_has '^rl_bootstrap=direct$' 'and Ray is started directly'
render --head-step no --sbatch container-image=i
out_has '^#SBATCH --container-image=i$' 'head_step no: the batch script in a container, as asked'
out_lacks '^rl_step_options=' 'the steps not'
render --no-ray --sbatch container-image=i
out_has '^#SBATCH --container-image=i$' 'the same without Ray'

# ---- ports: a listener on the one grain there is
python3 -c '' 2>/dev/null || {
    echo "ok $((test_count += 1)) # SKIP no python3 for the keeper"
    finish
    exit
}
run python3 "$templates/../tests/templates/names.py" "$templates"/keeper/*.py
is "$(cat "$out")" ok "the keeper's modules have the names that they use, and each name is one thing"
bash "$templates/join.sh" "$templates/keeper" >keeper.py
run python3 "$templates/../tests/templates/names.py" keeper.py
is "$(cat "$out")" ok 'so has the one file that is made of them'
[ "$(wc -c <keeper.py)" -lt 100000 ]
ok $? 'which fits into one argument (131072 bytes)'
cat >ports.py <<'PY'
import socket, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from keeper.ports import Ports
from keeper.words import Words
def hold(port):
    held = socket.socket()
    held.bind(("0.0.0.0", port))
    held.listen(1)
    return held
def options(ports):
    words = Words()
    words.given = dict(mem_mib="1000", store_mib="100", client="1", arg=[], gpus="0")
    words.ports, words.root, words.cpus, words.head = ports, "/tmp/r", 1, True
    return " ".join(word for word in words.ray_options() if "worker-port" in word)
for base in range(20096, 30000, 128):  # one that nobody uses
    free = Ports(base, base + 127, True, 100, set())
    if free.first:
        break
print("free:", free.first == base, free.last == base + 127, len(free.workers), "worker-port-list" in options(free))
again = Ports(base, base + 127, True, 100, set())
print("held by another job:", again.first, again.last, len(set(again.service.values())), again.workers, options(again))
free.release()
thief = hold(base)
full = Ports(base, base + 127, True, 100, set())
print("held by a listener:", full.first, full.last, base in full.service.values())
thief.close()
thieves = [hold(base + n) for n in range(5, 17)]
full = Ports(base, base + 127, True, 100, set())
print("too few in the grain:", full.first)
thieves.pop().close()
some = Ports(base, base + 127, True, 100, set())
taken = set(range(base + 5, base + 16))
print("just enough:", some.first == base, len(some.workers), bool(taken & set(some.workers + list(some.service.values()))))
some.release()
for thief in thieves:
    thief.close()
print("narrow:", Ports(base + 1, base + 127, True, 100, set()).first, Ports(base, base + 127, True, 8 * 64, set()).first)
print("skipped:", Ports(base, base + 127, True, 100, {base}).first)
PY
run python3 -S ports.py "$templates"
is "$(cat "$out")" 'free: True True 100 True
held by another job: 0 0 11 [] --min-worker-port=0 --max-worker-port=0
held by a listener: 0 0 False
too few in the grain: 0
just enough: True 100 False
narrow: 0 0
skipped: 0' 'where nothing fits: single free ports, workers 0/0'

# ---- a worker's keeper: it comes before its orders and runs from a private file of its node
receive=$(sed -n "/^rl_receive='/,/'\$/p" "$templates/parts/ray.sh")
receive=${receive#*\'}
receive=${receive%\'}
worker() { # SIZE: runs until its orders end
    exec python3 -I -S -B -c "$receive" "$1" role=worker bell=none "outer=$PWD/temp/rl.ab" bootstrap=direct nodes=2 base=/nonexistent/p \
        "temp=$PWD/temp" ports_first=20000 ports_last=29999 ports_strict=0 interface= peer= cpus=1 gpus=0 mem_mib=1000 store_mib=100 \
        ray_logs=none auth=1 tls=0 client=1 start_timeout=20 wrap=
}
cd "$(mktemp -d /tmp/rlk.XXXX)" && short=$PWD && mkdir temp && mkfifo orders && cp "$WORK/play/keeper.py" . || exit 1
worker "$(wc -c <keeper.py)" <orders >said 2>"$err" &
exec {give}>orders
head -c 1000 keeper.py >&"$give"
sleep 0.2 # the pipe may bring it in pieces
tail -c +1001 keeper.py >&"$give"
tries=0
until grep -qs ' claimed ' said || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
grep -q ' claimed 2' said
ok $? 'a worker claims its ports'
tr '\0' ' ' <"/proc/$!/cmdline" | grep -q -- "-I -S -B $PWD/temp/rl.ab/keeper.py role=worker"
ok $? 'it runs from its own copy, by itself: python3 -I -S -B'
cmp -s keeper.py temp/rl.ab/keeper.py
ok $? 'which is what it was given'
is "$(stat -c %a temp/rl.ab temp/rl.ab/keeper.py | tr '\n' ' ')" '700 600 ' 'and nobody else may read or write it'
exec {give}>&-
wait $!
is "$(ls -A temp)" '' 'with its orders it ends, and nothing is left'
(worker "$(wc -c <keeper.py)" < <(head -c 1000 keeper.py)) >said 2>&1
is "$?/$(cat said)/$(ls -A temp)" 1// 'half a keeper runs nothing'
cd "$WORK/play" && rm -rf "$short"
[ -s "$err" ] && sed 's/^/# /' "$err"

# ---- a project whose files are named like modules of Python's
if python3 -c 'import sys; sys.stdlib_module_names' 2>/dev/null; then
    mkdir -p hides/json hides/email
    touch hides/signal.py hides/train.py hides/email/__init__.py
    cat >hides.py <<'PY'
import os, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from keeper.words import Words, hidden_modules
os.chdir("hides")
words = Words()
words.outer, words.address, words.me, words.symmetric = "/tmp", "10.0.0.1:1", "10.0.0.1", False
words.ports = type("ports", (), {"service": {"auto_m": 1, "dash_m": 2}})
for client in "01":
    words.given = dict(auth="0", tls="0", client=client, arg=[])
    print(client, words.environment().get("PYTHONSAFEPATH"))
print(*hidden_modules())
PY
    run env -u PYTHONSAFEPATH python3 hides.py "$templates"
    is "$(cat "$out")" $'0 None\n1 raylaunch\nemail signal.py' 'Ray does not look there for modules, where it would'
else
    echo "ok $((test_count += 1)) # SKIP this Python does not know the names of its modules"
fi
finish
