#!/bin/bash
# quickstart.sh: what `make quickstart` runs after the build: a sweep of six points on this
# machine (--scheduler local), with real data and real Ray, to table, CSV and archive.
#
# Everything lies below build/quickstart. Typed again it submits nothing and prints the same
# table. Where Ray cannot be installed it says so and runs the same program without Ray;
# if RAYLAUNCH_REQUIRE names "ray", that is a failure instead.
# Exit: 0 all points completed, 1 not so.
set -eu
cd "$(dirname "$0")/.."
raylaunch=${RAYLAUNCH_BIN:-build/release/raylaunch}
here=build/quickstart
mkdir -p "$here"

say()
{
    printf '%s\n' "$*" >&2
}

# A Python that has scikit-learn, but no Ray.
make_plain_venv()
{
    local python=/usr/bin/python3
    [ -x "$python" ] || python=python3
    "$here/plain/bin/python" -c 'import sklearn' 2>/dev/null && return
    rm -rf "$here/plain"
    "$python" -I -m venv "$here/plain" >"$here/plain.log" 2>&1 &&
        "$here/plain/bin/python" -I -m pip install scikit-learn >>"$here/plain.log" 2>&1
}

grid=('c=0.1,1,10' 'gamma=0.0003,0.001')
metric=accuracy goal=max
if sh tests/deps/venv.sh "$here/venv" quickstart; then
    name=digits options=(--venv "$here/venv")
    command=(python3 docs/examples/digits.py)
else
    case " ${RAYLAUNCH_REQUIRE:-} " in
    *" ray "*)
        say 'quickstart: Ray cannot be installed, and RAYLAUNCH_REQUIRE asks for it'
        exit 1
        ;;
    esac
    if make_plain_venv; then
        say 'quickstart: Ray cannot be installed here; running without Ray (--no-ray)'
        name=digits-plain options=(--no-ray --venv "$here/plain")
        command=(python3 docs/examples/digits.py)
    else
        say 'quickstart: neither Ray nor scikit-learn can be installed here; running' \
            'docs/examples/train.py, which needs only Python, without Ray (--no-ray)'
        name=train-plain options=(--no-ray) metric=val_loss goal=min
        command=(python3 docs/examples/train.py)
        grid=('lr=0.03,0.1,0.3' 'seed=1,2')
    fi
fi

set -- sweep --scheduler local --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 2G \
    "${options[@]}" --metric "$metric" --direction "$goal" --wait \
    --output-dir "$here/slurm_outputs" --name "$name" -- "${command[@]}" "${grid[@]}"
say "+ raylaunch $*"
rc=0
"$raylaunch" "$@" || rc=$?

sweep=$here/slurm_outputs/$name
for file in "$sweep/results.csv" "$sweep/$name.tar.zst"; do
    if [ -s "$file" ]; then
        say "written: $file"
    else
        say "quickstart: '$file' is missing"
        [ "$rc" != 0 ] || rc=1
    fi
done
if [ "$rc" != 0 ]; then
    say "quickstart: to begin anew after a repair: rm -r $sweep"
    exit 1
fi
