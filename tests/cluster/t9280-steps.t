#!/bin/bash
# head_step: Ray's head and the program run in srun steps, as they must under Pyxis. The faults: other
# rows than without steps, an exit code or signal that srun blurs, a program or a Ray that outlives
# the script, and options of Pyxis that do not reach the steps, or reach the batch script (then it
# would run in the container, where there is no srun). There is no Pyxis here: a stand-in for srun
# writes its container options down and does the rest by the real srun.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9280)
install -m 644 "$(dirname "$0")/fault.py" "$folder/"
cd "$folder" || exit 1
cat >where.py <<'PY'
import json, os, signal, socket, sys
import ray
ray.init(log_to_driver=False)
how = sys.argv[1].partition("=")[2]
metrics = {"nodes": len(ray.nodes()), "host": socket.gethostname()}
print("TMGG_RESULT:" + json.dumps({"status": "completed", "metrics": metrics, "step": os.environ.get("SLURM_STEP_ID")}), flush=True)
print("x" * 200000)  # more than a pipe holds, just before the end
if how == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdout.flush()
os._exit(int(how))
PY
mkdir bin
cat >bin/srun <<SH
#!/bin/bash
words=()
for word in "\$@"; do
    case \$word in
    --container-*) echo "\$word" >>"$folder/container.\$SLURM_JOB_ID" ;;
    *) words+=("\$word") ;;
    esac
done
exec /usr/bin/srun "\${words[@]}"
SH
chmod a+rx . bin bin/srun
chmod a+r where.py
chown -R --reference=. .
traces "$WORK/before" rlalice

submit() # NAME OPTION… -- WORDS
{
    run as_user rlalice raylaunch sweep --shared --cpus-per-task 1 --gpus-per-task 0 --mem 500M --time 10 \
        --venv "$RAY_ENV" --name "$@"
    [ "$rc" = 0 ] || is_rc 0 "$1: submitted"
}
ends=(-- python where.py 'how=0,137,kill')
submit with --nodes 2 --nodelist rl1,rl2 --head-step yes "${ends[@]}"
submit without --nodes 2 --nodelist rl1,rl2 --head-step no "${ends[@]}"
submit pyxis --nodes 2 --nodelist rl1,rl3 --setup "PATH=$folder/bin:\$PATH" --sbatch container-image=an/image.sqsh --sbatch container-writable \
    --sbatch container-mounts=/data:/data "${ends[@]::3}" how=0
submit killed --nodes 2 --nodelist rl2,rl3 --head-step yes -- python fault.py how=sleeps
submit cancelled --nodes 1 --nodelist rl3 --head-step yes -- python fault.py how=sleeps
submit nothing --nodes 1 --nodelist rl3 --head-step yes -- no-such-program a=1

rows() { as_user rlalice raylaunch status "$1" --json | python3 -c 'import json, sys
for line in sys.stdin:
    row = json.loads(line)
    if row["type"] == "row":
        print(*(row[key] for key in ("point", "state", "cause", "exit_code", "signal", "metrics")))'; }
for name in with without; do
    run as_user rlalice raylaunch wait $name
    is_rc 0 "$name: all points have their result"
    rows $name >"$WORK/$name"
done
is "$(cat "$WORK/with")" "$(cat "$WORK/without")" 'the same rows with and without steps'
file_has "$WORK/with" ' 137 None ' 'exit 137 is one'
file_has "$WORK/with" ' None SIGKILL ' 'and SIGKILL another'
is "$(tail -c 4 slurm_outputs/with/points/how=137*.out)" xxx 'the output is whole'
grep -q '"step": "[0-9]' slurm_outputs/with/points/how=0*.out && grep -q '"step": null' slurm_outputs/without/points/how=0*.out
ok $? 'one is a step, the other is not'

run as_user rlalice raylaunch wait pyxis
is_rc 0 'with options of Pyxis: completed'
id=$(row_of rlalice pyxis how= job_id)
is "$(sort "container.$id" | uniq -c | awk '{print $1, $2}')" "4 --container-image=an/image.sqsh
4 --container-mounts=/data:/data,/tmp:/tmp,$folder/slurm_outputs/pyxis/points:$folder/slurm_outputs/pyxis/points
4 --container-writable" 'each of the four steps has them: version, head, worker, program'
! grep -q '^#SBATCH.*container' slurm_outputs/pyxis/points/*.sbatch
ok $? 'and sbatch has none'
run as_user rlalice raylaunch wait nothing
is "$(row_of rlalice nothing a=1 state cause exit_code)" failed/entrypoint_exit/127 'a program that is not there'

# ---- the ends from outside
has_begun() { grep -qsx begun slurm_outputs/"$1"/points/*.out; }
wait_for 120 has_begun killed &&
    wait_for 120 has_begun cancelled
ok $? 'two programs run'
id=$(row_of rlalice killed how= job_id)
for pid in $("$CLUSTER_SH" pids rl2 rlalice); do
    grep -qa "job0*$id/slurm_script" "/proc/$pid/cmdline" &&
        grep -q slurmstepd "/proc/$(awk '{print $4}' "/proc/$pid/stat")/comm" && kill -KILL "$pid"
done 2>/dev/null
run as_user rlalice raylaunch cancel cancelled
is_rc 0 'one is cancelled'
for name in killed cancelled; do
    run as_user rlalice raylaunch wait $name --wait-timeout 60
done
is "$(row_of rlalice killed how= state cause)" failed/killed 'SIGKILL of the batch shell: state and cause'
is "$(row_of rlalice cancelled how= state cause)" cancelled/by_user 'cancelled: state and cause'
wait_for 15 nothing_new "$WORK/before" rlalice
ok $? 'no process, listening port or temp folder is left on any node'
sed 's/^/# /' "$WORK/before.new"
finish
