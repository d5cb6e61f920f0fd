#!/bin/bash
# shellcheck disable=SC2016,SC2119,SC2120
# ray_one_node.sh: ray.sbatch with a real Ray on this machine, without Slurm. RAY_VENV names a
# venv with Ray >= 2.54. Bad input first. Some three minutes.
# shellcheck source=tests/templates/lib.sh
. "$(dirname "$0")/lib.sh"
venv=${RAY_VENV:?a venv with Ray}
export TMPDIR=$work/tmp

ours() { # processes of Ray below this test's folder
    pgrep -f -- "$work/tmp/rl\\." || pgrep -f -- "keeper.*$work"
}
none_left() { # SECONDS
    local left=$(($1 * 10))
    while ours >/dev/null; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.1
    done
}
ray() { fresh ray.sbatch "venv=$venv" mem_mib=1000 "$@"; }
work=$(mktemp -d /tmp/rlt.XXXX) # Ray's sockets need short names
P=$work/points/p

for boot in direct symmetric; do
    b="bootstrap=$boot"
    ray "$b" exclusive=1 'ray_start_args=["--no-such-option"]' 'command=["echo","ran"]'
    start; end
    check "$boot: bad option: cause" verdict failed ray_start 1
    check "$boot: bad option: named" grep -q 'no-such-option' <<<"$(field message)"
    check "$boot: bad option: nothing ran" [ ! -s "$P.out" ]
    check "$boot: nothing left" nothing_left

    ray "$b" exclusive=1 'command=["sh","-c","echo $RAY_ADDRESS; exit 137"]'
    start; end
    check "$boot: exit 137" verdict failed entrypoint_exit 137
    check "$boot: address" [ "$(cat "$P.out")" = "$(field ray_address)" ]
    check "$boot: logs of a failed attempt" grep -q session_.*/logs/gcs_server < <(tar -tzf "$P.ray/$(hostname -s).tar.gz")
    check "$boot: no process left" none_left 1
    check "$boot: nothing left in the temp folder" nothing_left

    ray "$b" exclusive=1 'command=["sh","-c","kill -9 $$"]' ray_logs=none
    start; end
    check "$boot: SIGKILL of the entrypoint" verdict failed entrypoint_signal 137
    check "$boot: ray_logs none" [ ! -e "$P.ray" ]
    ray "$b" exclusive=1 'command=["no-such-program"]'
    start; end
    check "$boot: no such program" verdict failed entrypoint_exit 127

    ray "$b" exclusive=1 'command=["sh","-c","trap \"echo asked; exit 5\" TERM; echo on; while :; do sleep 0.1; done"]'
    start
    until_in "$P.out" on 60
    token=$(cat "$work"/tmp/rl.*/token)
    cat "$work"/tmp/rl.*/token >"$work/token"
    check "$boot: there is a token" [ ${#token} = 48 ]
    check "$boot: the token is in no command line" [ -z "$(grep -lFf "$work/token" /proc/[0-9]*/cmdline 2>/dev/null)" ]
    check "$boot: the outer folder is private" [ "$(stat -c %a "$work"/tmp/rl.*)" = 700 ]
    kill -TERM -- "-$pid"; end
    check "$boot: TERM to the script's group" verdict failed killed 143
    check "$boot: logs after TERM" [ -s "$P.ray/$(hostname -s).tar.gz" ]
    check "$boot: the token is in no file that stays" [ -z "$(grep -sF "$token" "$P".*; tar -xOzf "$P".ray/*.gz | grep -aF "$token")" ]

    ray "$b" exclusive=1 timeout_seconds=1 'command=["sh","-c","echo on; sleep 100"]'
    start; end
    check "$boot: timeout" verdict timeout timeout 1

    ray "$b" exclusive=1 warn_signal=USR1 'command=["sh","-c","trap \"echo warned\" USR1; echo on; n=0; while [ $n -lt 30 ]; do sleep 0.1; n=$((n+1)); done; echo TMGG_RESULT:{}"]'
    start
    until_in "$P.out" on 60
    kill -USR1 "$pid"
    sleep 1.5
    check "$boot: USR1: logs at once" [ -s "$P.ray/$(hostname -s).tar.gz" ]
    end
    check "$boot: USR1 is passed on" grep -qx warned "$P.out"
    check "$boot: USR1: completed" verdict completed null 0
    check "$boot: no logs of a completed attempt" [ ! -e "$P.ray" ]

    ray "$b" exclusive=1 'command=["sh","-c","echo on; sleep 100"]'
    start
    until_in "$P.out" on 60
    kill -KILL "$pid"; end 2>/dev/null
    check "$boot: SIGKILL of the script: Ray is gone within 5 s" none_left 5
    check "$boot: SIGKILL of the script: temp folder removed" nothing_left
    check "$boot: SIGKILL of the script: last phase" [ "$(field phase) $(field state)" = 'entrypoint running' ]

    ray "$b" exclusive=1 'command=["sh","-c","echo on; sleep 100"]'
    start
    until_in "$P.out" on 60
    kill -KILL "$(pgrep -x raylet -n)"
    end
    check "$boot: raylet killed during the run" verdict failed ray_died 1
    check "$boot: no process left after that" none_left 2

    ray "$b" exclusive=1 'command=["sh","-c","echo on; sleep 100"]'
    start
    until_in "$P.out" on 60
    kill -KILL "$(pgrep -f "role=head.*outer=$work" | head -1)"
    end
    check "$boot: keeper killed during the run" verdict failed ray_died 1
    check "$boot: no process left after that either" none_left 3

    # the head's port is taken between claim and start: tried again with other ports
    rm -f "$work/stolen"
    ray "$b" exclusive=1 'command=["echo","ran"]' "wrap=[\"python3\",\"$here/steal.py\",\"$work/stolen\"]"
    start; end
    check "$boot: a stolen port: started again" grep -q 'started again, try 2 of 3' "$P.err"
    check "$boot: a stolen port: completed" verdict completed null 0
    check "$boot: a stolen port: a warning in the verdict" grep -q 'started again' <<<"$(field warnings)"
done

ray bootstrap=direct 'command=["true"]' "wrap=[\"python3\",\"$here/steal.py\",\"always\"]"
start; end
check 'ports stolen three times' verdict failed port_in_use 1

# two at a time of one user: one starts after the other, both run side by side
fresh ray.sbatch "venv=$venv" mem_mib=1000 'command=["sh","-c","echo on; sleep 8"]'
start; one=$pid
sed "s|^rl_base=.*|rl_base=$work/points/q|" "$work/job.sh" >"$work/job2.sh"
env RAYLAUNCH_LOCAL_JOB=local-8 setsid bash "$work/job2.sh" </dev/null >"$work/points/q.out" 2>"$work/points/q.err" &
two=$!
wait $one; rc=$?; wait $two; rc=$rc$?
check 'two clusters side by side: both completed' [ "$rc" = 00 ]
check 'two clusters: the second start waited for the first' grep -q 'waits for another Ray start' "$P.err" "$work/points/q.err"
check 'two clusters: other ports' [ "$(field ports)" != "$(P=$work/points/q field ports)" ]

ray 'command=["echo","ran"]' "venv=" 'setup=["PATH=/usr/bin:/bin"]'
start; end
check 'no Ray' verdict failed ray_missing 1
ray 'command=["echo","ran"]' "temp_folder=$work/no"
python3 "$here/render.py" whole/ray.sbatch "venv=$venv" "base=$P" temp_folder=/no/such/folder >"$work/job.sh"
start; end
check 'no temp folder' verdict failed temp_folder 1
mkdir -p "$work/tmp/a-folder-with-a-name-that-is-too-long"
python3 "$here/render.py" whole/ray.sbatch "venv=$venv" "base=$P" "temp_folder=$work/tmp/a-folder-with-a-name-that-is-too-long" >"$work/job.sh"
rm -f "$P".*
start; end
check 'temp folder too long' verdict failed temp_folder 1
ray ports_first=10000 ports_last=10100 'command=["true"]'
start; end
check 'no room for ports: completed' verdict completed null 0
check 'no room for ports: a warning says so' grep -q 'no free grain' <<<"$(field warnings)"
rm -rf "$work"
finish
