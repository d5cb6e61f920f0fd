# shellcheck shell=bash disable=SC2119,SC2120
# lib.sh: sourced by the tests of the templates. A script is rendered by render.py, run as an
# ordinary process in a folder of its own, and looked at: exit code, .out, .err, verdict.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/rltpl.XXXXXX")
trap 'rm -rf "$work"' EXIT
TAP=0 BAD=0 pid='' rc=''
P=$work/points/p # base of the attempt
export TMPDIR=$work/tmp

ok() { # rc of the test, name
    TAP=$((TAP + 1))
    if [ "$1" = 0 ]; then
        echo "ok $TAP - $2"
    else
        BAD=$((BAD + 1))
        echo "not ok $TAP - $2"
        sed 's/^/#   /' "$P.err" "$P.verdict.json" 2>/dev/null | tail -n 30
    fi
}

check() { # name, command…
    local name=$1
    shift
    "$@"
    ok $? "$name"
}

finish() {
    echo "1..$TAP"
    [ "$BAD" = 0 ]
}

# fresh TEMPLATE key=value…: an empty folder and the rendered script in it
fresh() {
    rm -rf "$work/points" "$work/tmp"
    mkdir -p "$work/points" "$work/tmp"
    python3 "$here/render.py" "whole/$1" "${@:2}" "base=$P" "temp_folder=$work/tmp" >"$work/job.sh" || exit 1
    bash -n "$work/job.sh" || exit 1
}

start() { # in the background, as a process group of its own, as a scheduler would: $pid
    env "$@" RAYLAUNCH_LOCAL_JOB=local-7 setsid bash "$work/job.sh" \
        </dev/null >>"$P.out" 2>>"$P.err" &
    pid=$!
}

end() { # $rc
    wait "$pid"
    rc=$?
}

go() {
    fresh "$@"
    start
    end
}

# field NAME: from the verdict, which must be good JSON
field() {
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1], encoding="utf-8"))
for key in sys.argv[2].split("."):
    value = value[key]
print("null" if value is None else value)' "$P.verdict.json" "$1"
}

# verdict STATE CAUSE RC: all three as told, and the last phase done
verdict() {
    [ "$(field state)" = "$1" ] && [ "$(field cause)" = "$2" ] && [ "$rc" = "$3" ] &&
        [ "$(field phase)" = 'done' ]
}

until_in() { # FILE TEXT SECONDS
    local left=$(($3 * 20))
    until grep -qs -- "$2" "$1"; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.05
    done
}

nothing_left() { # but the file of the start gate, one a user
    [ -z "$(find "$work/tmp" -mindepth 1 ! -name '.raylaunch-start-*')" ]
}

gone() { # PID SECONDS: no such process, or it has ended
    local left=$(($2 * 20))
    while kill -0 "$1" 2>/dev/null && ! grep -q ') Z' "/proc/$1/stat" 2>/dev/null; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.05
    done
}
