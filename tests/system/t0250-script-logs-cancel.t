#!/bin/bash
# The script of a point (its directives, the same bytes again, its setup section), following a
# running point, and cancelling it.
# shellcheck disable=SC1091,SC2154,SC2016 # rc, out and err are harness.sh's
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
echo 'echo "TMGG_RESULT:{}"' >fit.sh
render() { run "$RAYLAUNCH_BIN" render "$@" -- bash fit.sh a=1; }

# ---- directives
render --mail-type $'END\nrm -rf /'
is_rc 2 'a newline in a directive is refused'
render --sbatch job-name=other
must_fail 'an option that raylaunch owns is refused'
render
is_rc 0 'the built-in values'
cp "$out" first
for line in --nodes=4 --exclusive --ntasks-per-node=1 --cpus-per-task=8 --gpus-per-task=1 --mem=0 \
    --time=08:00:00 --partition=gpu --no-requeue --open-mode=append; do
    out_has "^#SBATCH $line\$" "built-in: $line"
done
out_has "^#SBATCH --output=\"?$WORK/slurm_outputs/fit-[0-9a-f]{8}/points/a=1-[0-9a-f]{12}\.out\"?\$" 'an absolute output path'
out_has '^#SBATCH --error=.*\.err"?$' 'and an error path'
render
cmp -s "$out" first
ok $? 'the same input gives the same bytes'
bash -n first
ok $? 'and the script is bash'
head -n 1 first | grep -qx '#!/bin/bash -p'
ok $? 'its first line names bash, with the login shell'"'"'s ways left out'
render --shared --mem-per-cpu 4GB --gpu-type h100 --gpus-per-task 2 --constraint 'a&b' --account lab --qos high \
    --reservation maint --dependency afterok:12 --mail-type END,FAIL --mail-user me@example.org \
    --sbatch hold --sbatch 'licenses=x y'
is_rc 0 'many settings'
out_lacks '^#SBATCH --exclusive' 'shared nodes'
for line in --mem-per-cpu=4GB --gpus-per-task=h100:2 '--constraint="a&b"' --account=lab --qos=high \
    --reservation=maint --dependency=afterok:12 --mail-type=END,FAIL --mail-user=me@example.org \
    --hold '--licenses="x y"'; do
    grep -qxF -e "#SBATCH $line" "$out"
    ok $? "asked: $line"
done
render --gpu-syntax gres --gpus-per-task 2
out_has '^#SBATCH --gres=gpu:2$' 'GPUs as gres'
render --requeue
out_has '^#SBATCH --requeue$' 'requeue'
out_lacks '^#SBATCH --no-requeue' 'and not its opposite'

# ---- setup, in a job of this machine
local_sweep=("$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --cpus-per-task 1)
run "${local_sweep[@]}" --name broken --setup 'export A=1' --setup 'false' -- bash fit.sh a=1
is_rc 1 'a setup line that fails'
err_has '1 failed \(setup\)' 'is cause setup'
err_has 'setup line 2' 'and the line is named'
run "${local_sweep[@]}" --name order --setup 'export A=one' --setup 'export A="$A two"' -- \
    bash -c 'echo "TMGG_RESULT:{\"metrics\":{\"a\":\"$A\"}}"' x a=1
is_rc 0 'setup lines run in order'
grep -q '"a":"one two"' slurm_outputs/order/results.jsonl
ok $? 'before the entrypoint'

# ---- cancelled before there is an entrypoint
wait_until() { # SECONDS CMD…
    local left=$(($1 * 10))
    shift
    until "$@"; do
        [ $((left -= 1)) -gt 0 ] || return 1
        sleep 0.1
    done
}
run "${local_sweep[@]}" --name early --detach --setup 'while [ ! -e go ]; do sleep 0.1; done' -- bash -c 'touch ran' x a=1
says() { grep -qs "$2" slurm_outputs/"$1"/points/*.verdict.json; }
wait_until 20 says early '"phase":"setup"'
ok $? 'a point in its setup'
run "$RAYLAUNCH_BIN" cancel early
wait_until 10 says early '"phase":"done","state":"failed","cause":"killed"'
ok $? 'is cancelled, and its script says so at once'
touch go
run "$RAYLAUNCH_BIN" wait early
is_rc 1 'it has ended'
[ ! -e ran ]
ok $? 'and its entrypoint never began'
rm go

# ---- a running point: status, logs --follow, cancel
cat >slow.sh <<'SH'
echo begun
while [ ! -e go ]; do sleep 0.1; done
echo "TMGG_RESULT:{}"
[ ! -e stay ] || sleep 60
SH
in_state() { "$RAYLAUNCH_BIN" status "$1" --json 2>/dev/null | grep -q "\"state\":\"$2\""; }
run "${local_sweep[@]}" --name slow --detach -- bash slow.sh a=1
is_rc 0 'a detached local sweep'
is "$(cat "$out")" slow 'prints its name alone'
wait_until 20 in_state slow running
ok $? 'status says running'
wait_until 20 grep -qs begun slurm_outputs/slow/points/*.out
"$RAYLAUNCH_BIN" logs --follow --stream out --sweep slow >followed 2>/dev/null &
follower=$!
wait_until 20 grep -qsx begun followed
ok $? 'logs --follow shows what is there'
grep -q TMGG followed
[ $? = 1 ]
ok $? 'and not what is not'
touch go
wait_until 30 in_state slow completed
ok $? 'it completes'
wait "$follower"
ok $? 'logs --follow ends with the point'
is "$(cat followed)" "$(cat slurm_outputs/slow/points/*.out)" 'and has shown all'
run "$RAYLAUNCH_BIN" logs --tail 1 --stream out --sweep slow
is "$(cat "$out")" 'TMGG_RESULT:{}' 'logs --tail 1'
run "$RAYLAUNCH_BIN" logs --sweep slow 'b=*'
is_rc 2 'logs of a point that is not there'

rm go
run "${local_sweep[@]}" --name stopped --detach -- bash slow.sh a=1
wait_until 20 in_state stopped running
ok $? 'another one runs'
run "$RAYLAUNCH_BIN" cancel stopped --state nosuch
is_rc 2 'cancel: a state that does not exist'
run "$RAYLAUNCH_BIN" cancel stopped --point 'b=*'
is_rc 0 'cancel: a glob that matches nothing'
out_has '^asked for the end of 0 jobs' 'ends nothing'
run "$RAYLAUNCH_BIN" cancel stopped --json
is_rc 0 'cancel'
out_has '^\{"type":"cancel","sweep":"stopped","jobs":1,"planned":0\}$' 'as JSON'
run "$RAYLAUNCH_BIN" wait stopped
is_rc 1 'wait tells of the cancelled point'
in_state stopped cancelled
ok $? 'its state is cancelled'
touch go
run "${local_sweep[@]}" --name stopped -- bash slow.sh a=1
is_rc 1 'typed again, what the user cancelled stays'
run "$RAYLAUNCH_BIN" retry stopped --cancelled
is_rc 0 'retry --cancelled runs it'
finish
