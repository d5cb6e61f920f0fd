#!/bin/bash
# One user's jobs of one, two and three nodes beside a Ray that another user started by hand, on Ray's
# default ports. The faults: a job that joins the foreign cluster, dies of its ports, or ends it.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

foreign=$(work_folder rlbob t9230)
cat >"$foreign/count.py" <<'PY'
import ray
ray.init(address="10.77.0.11:6379", log_to_driver=False)
print(ray.get(ray.remote(num_cpus=0)(lambda: 6 * 7).remote(), timeout=30),
      *sorted(node["NodeID"] for node in ray.nodes() if node["Alive"]))
PY
chmod a+r "$foreign/count.py"
bob() { node_exec rl1 rlbob env RAY_AUTH_MODE=disabled PATH="$RAY_ENV/bin:/usr/bin:/bin" "$@"; }
bob ray start --head --node-ip-address=10.77.0.11 --num-cpus=1 --include-dashboard=false \
    --object-store-memory=100000000 --disable-usage-stats >"$WORK/foreign" 2>&1
ok $? 'a foreign Ray is started by hand'
bob python "$foreign/count.py" >"$WORK/alive" 2>"$WORK/alive.err"
grep -q '^42 ' "$WORK/alive"
ok $? 'and works, on port 6379'
traces "$WORK/before" rlalice

folder=$(work_folder rlalice t9230)
install -m 644 "$(dirname "$0")/../../docs/examples/train.py" "$folder/"
cd "$folder" || exit 1
for nodes in 1 2 3; do
    run as_user rlalice raylaunch sweep --shared --nodes $nodes --nodelist "$(seq -s, -f rl%g 1 $nodes)" \
        --cpus-per-task 1 --gpus-per-task 0 --mem 1G --time 10 --venv "$RAY_ENV" --name "n$nodes" -- \
        python train.py lr=0.1 seed=1
    is_rc 0 "$nodes nodes: submitted, the foreign Ray's node among them"
done
loss=''
for nodes in 1 2 3; do
    run as_user rlalice raylaunch wait "n$nodes"
    is_rc 0 "$nodes nodes: completed"
    run row_of rlalice "n$nodes" lr=0.1 metrics
    file_has "$out" "'hosts': $nodes\}" "$nodes nodes: its tasks ran on just these"
    loss+="$(sed 's/.*val_loss.: \([0-9.]*\).*/\1/' "$out")"$'\n'
done
is "$(printf %s "$loss" | sort -u | wc -l)" 1 'all three give the same loss'
bob python "$foreign/count.py" >"$WORK/alive.now" 2>"$WORK/alive.err"
is "$(cat "$WORK/alive.now")" "$(cat "$WORK/alive")" 'the foreign Ray is alive, the same one, with no node more'
wait_for 30 nothing_left rlalice
ok $? 'no process of the jobs is left'
traces "$WORK/after" rlalice
is "$(grep '/tmp/rl\.' "$WORK/after")" "$(grep '/tmp/rl\.' "$WORK/before")" 'nor a temp folder'
bob ray stop --force >/dev/null 2>&1
node_exec rl1 root rm -rf /tmp/ray
finish
