#!/bin/bash
# --max-concurrent 3, kept by an array's %N, by lanes of afterany, and by a window: never more
# than three of a sweep's jobs run, as squeue says all the time, and more than one does.
# --max-active-jobs, with jobs of the user's that raylaunch did not submit.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
# shellcheck source=faults.sh
. "$(dirname "$0")/faults.sh"
cluster_require
fault_folder t9315
fault_timeouts MaxArraySize=10

# watch: how many run, one number a look, in the file "running", until it is gone.
watch()
{
    : >running
    while [ -e running ]; do
        as_user root squeue -h -u rlalice -t R -o %i | grep -c . >>running.new
        sleep 0.1
    done
}

# peak NAME: the sweep of "words" is typed (and waited for), and the most that ran is in $peak.
peak()
{
    rm -f running.new
    watch &
    watcher=$!
    run as_user rlalice "${words[@]}"
    [ -z "${2:-}" ] || "$2"
    as_user rlalice raylaunch wait "$1" --poll 1 --no-archive >/dev/null 2>&1
    rm running
    wait $watcher
    peak=$(sort -n running.new | tail -n 1)
    echo "# $1: $peak ran at most, of $(grep -c . running.new) looks"
}

judge() # NAME POINTS WHAT
{
    { [ "$peak" -le 3 ] && [ "$peak" -ge 2 ]; }
    ok $? "$3: never more than three run"
    once "$1" "$2" "$3: each point ran once"
}

fault_words array 14 --mode array --max-concurrent 3
peak array
is_rc 0 'arrays: two, nobody waits'
err_has 'at most 3 at once' 'arrays: and it says how'
judge array 14 arrays

fault_words window 10 --max-concurrent 3 --wait --no-archive
peak window
is_rc 0 'window: done'
judge window 10 window

extend()
{
    fault_words lanes 12 --max-concurrent 3
    run as_user rlalice "${words[@]}"
    is_rc 0 'lanes: extended while jobs of the first call live'
}
fault_words lanes 6 --max-concurrent 3
peak lanes extend
judge lanes 12 lanes
[ "$(grep -c '"lane":[012][,}]' slurm_outputs/lanes/journal.jsonl)" = 12 ]
ok $? 'lanes: the journal knows them'

# ---- other jobs of the user's: a held one, and a held array of two
submit_held() { as_user rlalice sbatch --parsable -H -n1 --mem=50M --time=5 -o /dev/null "$@" --wrap true; }
others=$(submit_held --job-name other)\ $(submit_held --job-name tasks --array=0-1)
fault_words active 6 --max-active-jobs 3 --json
run as_user rlalice "${words[@]}"
is_rc 7 'active: three others of three are in the queue'
out_has '^\{"type":"blocked","status":"blocked","reason":"Max 3 jobs reached","sweep":"active","active":3,"limit":3\}$' \
    'active: blocked, and says so'
[ ! -e slurm_outputs/active ]
ok $? 'active: nothing is made'
fault_words active 6 --max-active-jobs 5
peak active
err_has '^at most 2 at once' 'active: two beside three others of five'
[ "$peak" -le 2 ]
ok $? 'active: never more than two run'
once active 6 'active: each point ran once'
fault_words active 6 --max-active-jobs 3
run as_user rlalice "${words[@]}"
is_rc 0 'active: typed again beside three of three, there is nothing to do'
# shellcheck disable=SC2086 # two ids
as_user rlalice scancel $others

# ---- what cannot be
usage() # WHAT OPTION…
{
    run as_user rlalice raylaunch sweep --no-ray --nodes 1 --name usage "${@:2}" -- /bin/true i=1,2
    is_rc 2 "$1"
}
usage 'a window with nobody there' --max-concurrent 2 --throttle window
err_has 'add --wait' 'says what to do'
usage 'lanes of arrays' --max-concurrent 2 --throttle lanes --mode array
err_has '--throttle array' 'says what to do'
usage 'a throttle without a number' --throttle lanes
usage 'array without arrays' --max-concurrent 2 --throttle array
finish
