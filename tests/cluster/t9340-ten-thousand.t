#!/bin/bash
# A sweep of 10,000 points as held job arrays: one squeue a look (counted by a wrapper that logs
# and passes on to the real one), no look of any other kind, below 60 MB, and a status that fits
# a screen.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
trap 'as_user root scancel -u rlalice; rm -rf "$WORK"' EXIT

folder=$(work_folder rlalice t9340)
cd "$folder" || exit 1
mkdir bin
for name in squeue sacct scontrol sacctmgr sinfo sbatch; do
    # shellcheck disable=SC2016 # for the wrapper's shell
    printf '#!/bin/bash\necho "%s $*" >>"%s/calls"\nPATH=${PATH#*:}\nexec %s "$@"\n' "$name" "$folder" "$name" >"bin/$name"
done
chmod 755 bin/*
# Runs a command and writes its largest size in KiB, and its exit code, into a file.
cat >measured.py <<'PY'
import os, sys
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as file:
    print(used.ru_maxrss, os.waitstatus_to_exitcode(status), file=file)
PY
chown -R --reference=. .
chmod -R a+rX .
measured() # NAME WORD… of raylaunch
{
    local name=$1
    shift
    : >calls
    chmod 666 calls
    as_user rlalice env PATH="$folder/bin:/usr/bin:/bin" python3 measured.py "$name.size" "$LAB/prefix/bin/raylaunch" "$@"
}
is_small()
{
    local size rc
    read -r size rc <"$1.size"
    [ "$size" -lt 60000 ]
    ok $? "$1: $size KiB, below 60 MB"
    is "$rc" "$2" "$1: exit code"
}
count() { grep -c "^$1 " calls; }

measured submit sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray \
    --mode array --sbatch hold --name many -- /bin/true 'i=range(0,10000)' >submit.out 2>submit.err
is_small submit 0
[ "$(count sbatch)" -le 2 ]
ok $? "$(count sbatch) calls of sbatch"
is "$(as_user root squeue -h -r -u rlalice -t PD | wc -l)" 10000 '10,000 tasks wait'

measured wait wait many --poll 2 --wait-timeout 9 >wait.out 2>wait.err
is_small wait 5
n=$(count squeue)
[ "$n" -ge 3 ] && [ "$n" -le 6 ]
ok $? "$n calls of squeue in 9 s with --poll 2"
is "$(grep '^squeue ' calls | grep -cE -- ' (-j|--jobs|--name)')" 0 'none of them with a list of ids or names'
is "$(count sacct)" 0 'no sacct while all are listed'

measured status status many >status.out 2>status.err
is_small status 0
is "$(count squeue)" 1 'status: one squeue'
[ "$(wc -l <status.out)" -le 40 ]
ok $? "$(wc -l <status.out) lines are a screenful"
grep -q 'many: 10000 points = 10000 pending' status.out
ok $? 'all of them'
grep -q '10000 x JobHeldUser: you hold it' status.out
ok $? 'and why they wait'
finish
