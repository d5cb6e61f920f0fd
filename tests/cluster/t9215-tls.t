#!/bin/bash
# TLS between the nodes of a Ray job (ray_tls). The faults: a cluster that does not come up or does not
# work with it; a neighbour who has caught the token and joins or runs something; a key that
# others can read or that stays somewhere; a job that fails, or is open without a word, where
# TLS cannot be had; and a program without the certificate that says nothing of it.
# shellcheck source-path=SCRIPTDIR disable=SC2119
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

here=$(cd "$(dirname "$0")" && pwd)
folder=$(work_folder rlalice t9215)
install -m 644 "$here/secure.py" "$folder/"
theirs=$(work_folder rlbob t9215)
install -m 644 "$here/knock.py" "$theirs/"
cd "$folder" || exit 1
put_right()
{
    node_exec rl3 root umount /usr/bin/openssl 2>/dev/null
    node_kill rl1 rlbob ray
    cd / && rm -rf "$WORK"
}
trap put_right EXIT
traces "$WORK/before" rlalice rlbob
submit() # NAME OPTION… -- WORDS
{
    run as_user rlalice raylaunch sweep --cpus-per-task 1 --gpus-per-task 0 --mem 500M --time 10 --venv "$RAY_ENV" --name "$@"
    [ "$rc" = 0 ] || is_rc 0 "$1: submitted"
}
verdict() # NAME KEY
{
    python3 -c 'import glob, json, sys
print(json.load(open(glob.glob(f"slurm_outputs/{sys.argv[1]}/points/*.verdict.json")[0]))[sys.argv[2]])' "$@"
}
is_there() { [ -e there ]; }
# The third party: another user on the node of the head, with the token.
joins() # NAME ENVIRONMENT…: has a Ray of his own joined? Says so in $WORK/NAME
{
    local name=$1
    shift
    node_exec rl1 rlbob env RAY_AUTH_MODE=token RAY_AUTH_TOKEN="$token" "$@" timeout -k 5 30 "$RAY_ENV/bin/ray" start \
        --address="$address" --num-cpus=1 --temp-dir="/tmp/bob-$name" >"$WORK/$name.said" 2>&1
    grep -c 'Ray runtime started' "$WORK/$name.said" >"$WORK/$name"
}
meet() # NAME: its address, token and temp folder, once its program is there
{
    wait_for 120 is_there
    address=$(verdict "$1" ray_address)
    temp=$(verdict "$1" temp)
    token=$(node_exec rl1 root cat "$temp/token")
}

submit auto --shared --nodes 2 --nodelist rl1,rl2 -- python secure.py how=waits
submit bare --shared --nodes 1 --nodelist rl3 -- python secure.py how=bare
meet auto
node_exec rl1 root find "$temp/tls" -printf '%m %u\n' >"$WORK/modes"
is "$(sort "$WORK/modes" | uniq -c | xargs)" '3 600 rlalice 1 700 rlalice' 'certificate and key are the owner'"'"'s alone'
node_exec rl1 root test ! -e "$temp/ca"
ok $? 'who could sign more of them is gone'
key=$(node_exec rl1 root sed -n 2p "$temp/tls/node.key")
[ ${#key} = 64 ]
ok $? 'there is a key'
node_exec rl1 root openssl x509 -in "$temp/tls/node.crt" -noout -checkip 10.77.0.11 >"$WORK/ip"
file_has "$WORK/ip" 'does match' 'the certificate has the address of the head'

node_exec rl1 root sh -c 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ' >"$WORK/words" 2>/dev/null
[ -s "$WORK/words" ] && ! grep -qaF -e "$key" -e "$token" "$WORK/words"
ok $? 'neither it nor the token is in a command line or an environment'

mapfile -t ports < <(node_exec rl1 root ss -Hltn | awk '{print $4}' | sed -n 's/.*:\([12][0-9]\{4\}\)$/\1/p' | sort -u)
node_exec rl1 rlbob python3 "$theirs/knock.py" "${address%:*}" "${ports[@]}" >"$WORK/knock"
is "$(cat "$WORK/knock")" '' 'no port of the node speaks gRPC with one who has no certificate'
node_exec rl1 rlalice python3 "$theirs/knock.py" "${address%:*}" "${ports[@]}" "$temp/tls/node.crt" "$temp/tls/node.key" >"$WORK/knock"
[ "$(grep -c tls "$WORK/knock")" -ge 4 ] && ! grep -q plain "$WORK/knock"
ok $? "with the job's certificate several do ($(grep -c . "$WORK/knock"))"

node_exec rl1 rlbob openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=x \
    -addext subjectAltName=IP:10.77.0.11 -keyout "$theirs/key" -out "$theirs/crt" 2>/dev/null
joins bare-token &
joins foreign-certificate RAY_USE_TLS=1 RAY_TLS_SERVER_CERT="$theirs/crt" RAY_TLS_SERVER_KEY="$theirs/key" RAY_TLS_CA_CERT="$theirs/crt" &
wait
is "$(cat "$WORK/bare-token")/$(cat "$WORK/foreign-certificate")" 0/0 'with the token alone, or with another certificate, nobody joins'
touch over
run as_user rlalice raylaunch wait auto
is_rc 0 'the job with TLS: completed'
is "$(row_of rlalice auto how= metrics)" "{'tasks': 2, 'actors': 2, 'nodes': 2, 'tls': 4}" 'tasks, actors and objects on both nodes, and nobody else'
is "$(verdict auto warnings)" '[]' 'without a warning'
run as_user rlalice raylaunch wait bare
is "$(row_of rlalice bare how= state cause)" failed/ray_connect 'a program without the certificate: ray_connect'
row_of rlalice bare how= message >"$WORK/message"
file_has "$WORK/message" 'RAY_USE_TLS, RAY_TLS_SERVER_CERT' 'the message names what it lacks'

# Without TLS the same third party joins: what was tried above can succeed. And no openssl on rl3.
rm -f over there
submit off --shared --ray-tls off --nodes 1 --nodelist rl1 -- python secure.py how=waits
node_exec rl3 root mount --bind /dev/null /usr/bin/openssl
submit without --shared --nodes 1 --nodelist rl3 -- python secure.py how=goes
submit must --shared --ray-tls on --nodes 1 --nodelist rl3 -- python secure.py how=goes
meet off
joins open
is "$(cat "$WORK/open")" 1 'with ray_tls off the token is enough'
touch over
for name in off without must; do run as_user rlalice raylaunch wait $name; done
is "$(row_of rlalice off how= state metrics)" "completed/{'tasks': 1, 'actors': 1, 'nodes': 2, 'tls': 0}" 'for a node of his in the job'
is "$(row_of rlalice without how= state metrics)" "completed/{'tasks': 1, 'actors': 1, 'nodes': 1, 'tls': 0}" 'no openssl: the token alone'
verdict without warnings >"$WORK/message"
file_has "$WORK/message" 'speaks no TLS: there is no openssl' 'which is a warning'
is "$(row_of rlalice must how= state cause)" failed/ray_tls 'ray_tls on: the job fails'
row_of rlalice must how= message >"$WORK/message"
file_has "$WORK/message" 'there is no openssl' 'and says why'
grep -raqF -e "$key" -e "$token" slurm_outputs
is $? 1 'no key is in any file of the sweeps'
as_user root sacct -n -P -a -S now-1hour -o SubmitLine | grep -cF -e "$key" -e "$token" >"$WORK/found"
is "$(cat "$WORK/found")" 0 'or in the accounting'
node_kill rl1 rlbob ray
wait_for 30 nothing_left rlalice
ok $? 'no process is left on any node'
finish
