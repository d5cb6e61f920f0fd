#!/bin/bash
# Two users' Ray clusters on the same two nodes at once. The faults: one user's driver gets into the
# other's cluster, sees its temp folder, or finds its token anywhere.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

traces "$WORK/before" rlalice rlbob
cat >"$WORK/hold.py" <<'PY'
import json, os, socket, time
import ray
ray.init(log_to_driver=False)
who = ray.remote(num_cpus=1, scheduling_strategy="SPREAD")(lambda: (socket.gethostname(), os.getuid(), os.environ["SLURM_JOB_ID"]))
print("up", flush=True)
while not os.path.exists("go"):
    time.sleep(0.2)
seen = sorted(set(ray.get([who.remote() for _ in range(8)])))
nodes = sum(node["Alive"] for node in ray.nodes())
print("TMGG_RESULT:" + json.dumps({"metrics": {"nodes": nodes, "uids": len({uid for _, uid, _ in seen})}, "seen": seen}))
PY
# A driver: one task in the cluster at RAY_ADDRESS. "in" only if the task ran.
cat >"$WORK/intrude.py" <<'PY'
import ray
ray.init(log_to_driver=False)
print("in", ray.get(ray.remote(num_cpus=0)(lambda: 6 * 7).remote(), timeout=20))
PY
declare -A folder
# Without TLS, so that it is the token alone that keeps the other one out (with it: t9215-tls.t).
for user in rlalice rlbob; do
    folder[$user]=$(work_folder "$user" t9210)
    install -m 644 "$WORK/hold.py" "$WORK/intrude.py" "${folder[$user]}"
    cd "${folder[$user]}" || exit 1
    run as_user "$user" raylaunch sweep --shared --nodes 2 --nodelist rl1,rl2 --cpus-per-task 1 \
        --gpus-per-task 0 --mem 1G --time 10 --ray-logs all --ray-tls off --venv "$RAY_ENV" --name hold -- \
        python hold.py a=1
    is_rc 0 "$user: submitted"
done
are_up() { grep -qsx up "${folder[rlalice]}"/slurm_outputs/hold/points/*.out &&
    grep -qsx up "${folder[rlbob]}"/slurm_outputs/hold/points/*.out; }
wait_for 120 are_up
ok $? 'both clusters are alive on the same two nodes'

cd "${folder[rlalice]}" || exit 1
place() { as_user "$1" raylaunch attach --json 'a=*' | python3 -c 'import json, sys
print(json.load(sys.stdin)[sys.argv[1]])' "$2"; }
address=$(place rlalice ray_address) temp=$(place rlalice temp)
token=$(node_exec rl1 root cat "$temp/token")
is "${#token}" 48 'the token has 192 bits'

# ---- the owner gets in, the other one does not
run as_user rlalice raylaunch attach 'a=*' -- python intrude.py
out_has '^in 42$' "the owner's driver runs a task in the cluster"
cd "${folder[rlbob]}" || exit 1
bob_temp=$(place rlbob temp)
# The address is a good one, so a refusal is all that is left; a driver may try for long.
other() { timeout 60 "$CLUSTER_SH" node rl1 rlbob env RAY_ADDRESS="$address" "$@"; }
run other "$RAY_ENV/bin/python" "${folder[rlbob]}/intrude.py"
out_lacks '^in' 'a driver of another user without a token runs nothing'
grep -qiE 'authenticat|token' "$out" "$err"
ok $? 'and hears of the missing token'
run other RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH="$bob_temp/token" "$RAY_ENV/bin/python" "${folder[rlbob]}/intrude.py"
out_lacks '^in' 'with the token of his own cluster neither'
grep -qiE 'authenticat|token' "$out" "$err"
ok $? 'and hears that it is the wrong one'
# As close as one gets: the control store itself, past all that a driver does before.
cat >"$WORK/gcs.py" <<'PY'
import os
from ray._raylet import GcsClient
print("nodes", len(GcsClient(address=os.environ["RAY_ADDRESS"]).get_all_node_info()))
PY
install -m 644 "$WORK/gcs.py" "$LAB/home/rlbob/t9210/"
run other "$RAY_ENV/bin/python" "${folder[rlbob]}/gcs.py"
out_lacks '^nodes' 'the control store tells him nothing'
cd "${folder[rlalice]}" || exit 1
run as_user rlalice raylaunch attach 'a=*' -- python "${folder[rlbob]}/gcs.py"
out_has '^nodes 2$' 'and everything to its owner'

# ---- folders
for node in rl1 rl2; do
    run node_exec "$node" rlalice ls "$temp"
    is_rc 0 "$node: the owner lists the temp folder"
    run node_exec "$node" rlbob ls "$temp"
    must_fail "$node: the other user does not"
    run node_exec "$node" rlbob cat "$temp/token"
    must_fail "$node: nor reads the token"
    node_exec "$node" root find "$temp" -maxdepth 0 -perm 700 -user rlalice | grep -q .
    ok $? "$node: it is private"
done

# ---- where the token is not, each place with a word that is surely there
lines_of() { # of all processes of the user on the nodes: arguments (cmdline) or environment
    local node pid
    for node in rl1 rl2; do
        for pid in $("$CLUSTER_SH" pids "$node" rlalice); do tr '\0' '\n' <"/proc/$pid/$1"; done
    done 2>/dev/null
}
for kind in cmdline environ; do
    lines_of $kind >"$WORK/$kind"
    grep -q "$temp" "$WORK/$kind"
    ok $? "the processes' $kind was read"
    ! grep -q "$token" "$WORK/$kind"
    ok $? "the token is in no process's $kind"
done
touch "${folder[rlalice]}/go" "${folder[rlbob]}/go"
for user in rlalice rlbob; do
    cd "${folder[$user]}" || exit 1
    run as_user "$user" raylaunch wait hold
    is_rc 0 "$user: completed"
    run as_user "$user" raylaunch archive hold
    is "$(row_of "$user" hold a=1 metrics)" "{'nodes': 2, 'uids': 1}" "$user: saw two nodes and one user"
done
cd "${folder[rlalice]}" || exit 1
job=$(row_of rlalice hold a=1 job_id)
as_user root scontrol show job "$job" >"$WORK/job"
as_user root scontrol write batch_script "$job" - >"$WORK/script"
"$RAYLAUNCH_BIN" archive --extract slurm_outputs/hold/hold.tar.zst "$WORK/all" >"$out" 2>"$err"
for logs in slurm_outputs/hold/points/*.ray/*.tar.gz; do
    mkdir -p "$WORK/logs/${logs##*/}" && tar -xzf "$logs" -C "$WORK/logs/${logs##*/}"
done
is "$(find "$WORK/logs" -name 'raylet.out' | wc -l)" 2 "Ray's logs of both nodes were kept"
grep -rq "$job" slurm_outputs && grep -rq rl_point "$WORK/script" &&
    grep -rq "$job" "$WORK/all" && grep -rq "$job" "$WORK/job"
ok $? 'sweep folder, job, script and archive can be searched'
is "$(grep -rlF "$token" slurm_outputs "$WORK/job" "$WORK/script" "$WORK/all" "$WORK/logs")" '' \
    'the token is in no file, log, script or archive'
wait_for 30 nothing_new "$WORK/before" rlalice rlbob
ok $? 'nothing is left on the nodes'
sed 's/^/# /' "$WORK/before.new"
finish
