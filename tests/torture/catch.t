#!/bin/bash
# A neighbour on the node of a Ray job who listens on each port that its ended workers leave, three
# minutes for each shape of a program (leaver.py), with minimal Ray and with ray[default,client], its
# dashboard off and on. The faults: Ray shows him its token; with the token he joins, or runs something
# by gRPC; by HTTP he can do more than docs/ports.md says; the program is held up by him.
#
#   RAYLAUNCH_CATCH_SECONDS=180    how long he listens
#   RAYLAUNCH_CATCH_TLS=auto       "off" shows what there was before
#   RAYLAUNCH_CATCH='minimal crash;full scope;dash env'   which ones, three at a time
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/../cluster/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require
seconds=${RAYLAUNCH_CATCH_SECONDS:-180}
tls=${RAYLAUNCH_CATCH_TLS:-auto}
all='minimal crash;minimal kill;minimal scope;minimal tasks;full crash;full env;dash scope;dash env;minimal env'
IFS=';' read -ra tries <<<"${RAYLAUNCH_CATCH:-$all}"
full=${RAYLAUNCH_RAYS_FULL:-$LAB/venv-ray-full}
here=$(cd "$(dirname "$0")" && pwd)
"$here/../deps/venv.sh" "$full" full || cannot ray "no Ray in '$full'"
folder=$(work_folder rlalice catch)
install -m 644 "$here/leaver.py" "$folder/"
theirs=$(work_folder rlbob catch)
install -m 644 "$here/catch.py" "$here/../cluster/knock.py" "$theirs/"
cd "$folder" || exit 1
as_user rlbob openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=x \
    -keyout "$theirs/key" -out "$theirs/crt" 2>/dev/null
is_running() { grep -q '"phase":"entrypoint"' slurm_outputs/"$1"/points/*.verdict.json; }
value() # NAME EXPRESSION of the verdict v
{
    python3 -c 'import glob, json, sys
v = json.load(open(glob.glob(f"slurm_outputs/{sys.argv[1]}/points/*.verdict.json")[0]))
print(eval(sys.argv[2]))' "$@"
}
start() # KIND SHAPE NODE: the job and the catcher beside it, until the catcher has ended
{
    local name=$1-$2 venv=$full more=()
    [ "$1" != minimal ] || venv=$RAY_ENV
    [ "$1" != dash ] || more=(--ray-start-args=--include-dashboard=true)
    as_user rlalice raylaunch sweep --shared --ray-tls "$tls" --nodes 1 --nodelist "$3" --cpus-per-task 2 --gpus-per-task 0 \
        --mem 1500M --time 20 --venv "$venv" "${more[@]}" --name "$name" -- python leaver.py "how=$2-$seconds" 2>"$WORK/$name.sweep"
    wait_for 120 is_running "$name" || return
    value "$name" '" ".join(str(n) for n in v["ports"]["head"])' >"$WORK/$name.ports"
    node_exec "$3" root cat "$(value "$name" 'v["temp"]')/token" >"$WORK/$name.token"
    sleep 5 # before its first workers have their ports nobody could begin
    # shellcheck disable=SC2046 # two numbers
    node_exec "$3" rlbob python3 "$theirs/catch.py" $(cat "$WORK/$name.ports") $((seconds - 20)) "/tmp/caught-$name" \
        "$theirs/crt" "$theirs/key" >"$WORK/$name.caught"
}
tries_token() # NAME NODE: by gRPC and by HTTP, with the token, whether it was caught or not
{
    local name=$1 address ports
    address=$(value "$name" 'v["ray_address"]')
    mapfile -t ports < <(node_exec "$2" root ss -Hltnp | grep -v catch.py | awk '{print $4}' | sed -n 's/.*:\([12][0-9]\{4\}\)$/\1/p' | sort -u)
    node_exec "$2" rlbob python3 "$theirs/knock.py" "${address%:*}" "${ports[@]}" >"$WORK/$name.knock"
    node_exec "$2" rlbob env RAY_AUTH_MODE=token RAY_AUTH_TOKEN="$(cat "$WORK/$name.token")" timeout -k 5 40 "$RAY_ENV/bin/ray" start \
        --address="$address" --num-cpus=1 "--temp-dir=/tmp/bob-$name" >"$WORK/$name.join" 2>&1
    # shellcheck disable=SC2016
    node_exec "$2" rlbob python3 -c 'import json, sys, urllib.request, urllib.error
token, host = sys.argv[1:3]
for port in sys.argv[3:]:
    for known in (token, ""):
        for path, body in (("/api/job_agent/jobs/", {"entrypoint": "id -un >/tmp/ran"}), ("/get_or_create_runtime_env", {}), ("/metrics", None), ("/api/v0/nodes", None)):
            request = urllib.request.Request(f"http://{host}:{port}{path}", data=None if body is None else json.dumps(body).encode())
            if known: request.add_header("Authorization", "Bearer " + known)
            request.add_header("Content-Type", "application/json")
            try: code = urllib.request.urlopen(request, timeout=3).status
            except urllib.error.HTTPError as error: code = error.code
            except Exception: continue
            print(port, path, "token" if known else "none", code)' "$(cat "$WORK/$name.token")" "${address%:*}" "${ports[@]}" >"$WORK/$name.http"
}
end() # KIND SHAPE NODE
{
    local name=$1-$2
    is "$(grep -o 'handshakes=.*' "$WORK/$name.caught" | cut -d' ' -f1)" handshakes=0 "$1, $2: no TLS is spoken with him"
    if [ "$1" != dash ]; then # with a dashboard by HTTP: docs/ports.md
        is "$(grep -o 'tokens=.*' "$WORK/$name.caught")" tokens=none 'no token is caught'
    fi
    sed "s/^/# $name: /" "$WORK/$name.caught"
    sed "s/^/# $name: answers HTTP: /" "$WORK/$name.http"
    is "$(cat "$WORK/$name.knock")" '' 'no port speaks gRPC with him'
    ! grep -q 'Ray runtime started' "$WORK/$name.join"
    ok $? 'with the token he does not join'
    run as_user rlalice timeout 120 raylaunch wait "$name"
    is_rc 0 'the program is completed'
    if [ "$rc" != 0 ]; then # with "off" the catcher holds it up
        as_user rlalice raylaunch cancel "$name" >/dev/null 2>&1
        return
    fi
    took=$(value "$name" 'int(v["phases"]["ending"] - v["phases"]["entrypoint"])')
    [ "$took" -lt $((seconds + 60)) ]
    ok $? "in its time ($took s)"
}
for ((at = 0; at < ${#tries[@]}; at += 3)); do
    round=()
    for ((n = 0; n < 3 && at + n < ${#tries[@]}; n++)); do round+=("${tries[at + n]} rl$((n + 1))"); done
    for one in "${round[@]}"; do
        # shellcheck disable=SC2086 # three words
        start $one &
    done
    wait
    for one in "${round[@]}"; do
        read -r kind shape node <<<"$one"
        tries_token "$kind-$shape" "$node" &
    done
    wait
    for one in "${round[@]}"; do
        # shellcheck disable=SC2086
        end $one
    done
    for node in rl1 rl2 rl3; do node_kill "$node" rlbob ray; done
done
finish
