# shellcheck shell=bash
# harness.sh - TAP for tests that are shell scripts; to be sourced by bash
#
#     . "$(dirname "$0")/harness.sh"
#     run "$RAYLAUNCH_BIN" version
#     is_rc 0 "version succeeds"
#     out_has '^raylaunch ' "and names itself"
#     finish
#
# Each test file has a folder of its own ($WORK, removed at the end), an own HOME without
# configuration, and no network. RAYLAUNCH_BIN names the program under test.

set -u
slurm_texts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../fixtures/slurm-22.05" && pwd)
test_count=0
test_failed=0
WORK=$(mktemp -d "${TMPDIR:-/tmp}/raylaunch-test.XXXXXX")
export HOME=$WORK/home XDG_CONFIG_HOME=$WORK/home/.config LC_ALL=C.UTF-8 TERM=dumb
export RAYLAUNCH_BIN="${RAYLAUNCH_BIN:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/release/raylaunch}"
unset COLUMNS NO_COLOR XDG_CACHE_HOME XDG_STATE_HOME XDG_DATA_HOME
# Settings and jobs of whoever runs the tests are not part of them.
for name in $(compgen -e | grep -E '^(RAYLAUNCH_SET_|RAYLAUNCH_PARAM|SLURM|SBATCH_|SQUEUE_|SACCT_|RAY_)'); do
    unset "$name"
done
mkdir -p "$HOME"
trap 'rm -rf "$WORK"' EXIT

# ok RC WHAT: one test; good if RC is 0. `[ a = b ]; ok $? "…"`
ok()
{
    test_count=$((test_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $test_count - $2"
    else
        test_failed=$((test_failed + 1))
        echo "not ok $test_count - $2"
    fi
}

# is GOT WANTED WHAT
is()
{
    if [ "$1" = "$2" ]; then
        ok 0 "$3"
    else
        ok 1 "$3"
        printf 'got: %s\nwanted: %s\n' "$1" "$2" | sed 's/^/#   /'
    fi
}

# run CMD…: sets rc; stdout and stderr are in the files $out and $err.
out=$WORK/stdout
err=$WORK/stderr
run()
{
    "$@" >"$out" 2>"$err" </dev/null
    rc=$?
}

show_run()
{
    { echo "rc $rc"; head -c 3000 "$out"; echo '-- stderr'; head -c 3000 "$err"; } | sed 's/^/#   /'
}

# is_rc WANTED WHAT: about the last run. A crash (128 and more) is never what was wanted.
is_rc()
{
    if [ "$rc" = "$1" ]; then
        ok 0 "$2"
    else
        ok 1 "$2 (exit code $rc, wanted $1)"
        show_run
    fi
}

# must_fail WHAT: the last run failed, and did not crash.
must_fail()
{
    if [ "$rc" -gt 0 ] && [ "$rc" -lt 128 ]; then
        ok 0 "$1"
    else
        ok 1 "$1"
        show_run
    fi
}

file_has()
{
    if grep -Eq -e "$2" "$1"; then
        ok 0 "$3"
    else
        ok 1 "$3"
        show_run
    fi
}

# out_has REGEX WHAT, err_has REGEX WHAT: grep -E
out_has() { file_has "$out" "$1" "$2"; }
err_has() { file_has "$err" "$1" "$2"; }
out_lacks() { ! grep -Eq -e "$1" "$out"; ok $? "$2"; }
err_lacks() { ! grep -Eq -e "$1" "$err"; ok $? "$2"; }

# requires KIND REASON CMD…: skip the whole file unless CMD succeeds; a failure where
# RAYLAUNCH_REQUIRE names KIND.
requires()
{
    local kind=$1 reason=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    case " ${RAYLAUNCH_REQUIRE:-} " in
    *" $kind "*)
        echo "Bail out! $reason"
        exit 1
        ;;
    esac
    echo "1..0 # SKIP $reason"
    exit 0
}

# Put recorded words of Slurm 22.05 in the place of its commands: $STAND_IN is then the folder
# of answers (tests/fixtures/slurm-22.05/stand-in says which), $slurm_texts the records.
use_slurm_stand_in()
{
    local program bin=$WORK/stand-in
    STAND_IN=$WORK/answers
    export STAND_IN PATH=$bin:$PATH
    mkdir -p "$STAND_IN" "$bin"
    for program in scontrol sinfo sacctmgr sbatch squeue sacct scancel; do
        ln -s "$slurm_texts/stand-in" "$bin/$program"
    done
}

# json_count KEY VALUE FILE: lines of a JSONL file whose member KEY is the string VALUE.
json_count() { grep -c "\"$1\":\"$2\"" "$3"; }

finish()
{
    echo "1..$test_count"
    exit $((test_failed > 0))
}
