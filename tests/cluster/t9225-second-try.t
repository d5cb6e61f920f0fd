#!/bin/bash
# A worker whose first Ray start dies of Ray's own 30 s limit (a stand-in on one node says
# what Ray says) starts again with other ports, and the verdict still tells the head's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
ray_require

folder=$(work_folder rlalice t9225)
cp "$(dirname "$0")/../../docs/examples/train.py" "$folder/"
mkdir "$folder/bin"
cat >"$folder/bin/ray" <<SH
#!/bin/sh
case " \$* " in
*' start --address'*)
    if mkdir "$folder/tried" 2>/dev/null; then
        echo 'Exception: The current node timed out during startup.'
        exit 1
    fi
    ;;
esac
exec $RAY_ENV/bin/ray "\$@"
SH
chmod -R a+rX "$folder"
chmod a+x "$folder/bin/ray"
cd "$folder" || exit 1
run as_user rlalice raylaunch sweep --shared --nodes 2 --cpus-per-task 1 --gpus-per-task 0 \
    --mem 500M --time 10 --setup "export PATH=$folder/bin:$RAY_ENV/bin:\$PATH" --name again \
    --wait -- python train.py seed=1
is_rc 0 'the point is completed'
[ -d tried ]
ok $? 'although a first start was refused'
verdict() { # EXPRESSION over the verdict v
    python3 -c 'import glob, json, sys
v = json.load(open(glob.glob("slurm_outputs/again/points/*.verdict.json")[0]))
print(eval(sys.argv[1]))' "$1"
}
is "$(verdict 'sorted(v["ports"]) == sorted(["head", v["nodes"][1]])')" True 'ports of the head and of the worker'
is "$(verdict 'v["ports"]["head"][0] < int(v["ray_address"].split(":")[1]) <= v["ports"]["head"][1]')" \
    True "the head's address is in the head's ports"
is "$(verdict 'len(v["warnings"])')" 1 'one warning'
verdict 'v["warnings"][0]' | grep -q 'started again, try 2 of 3.*timed out during startup'
ok $? 'which tells of the second try'
wait_for 30 nothing_left rlalice
ok $? 'no process of the user is left on any node'
finish
