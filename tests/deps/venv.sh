#!/bin/sh
# venv.sh FOLDER ray|full|quickstart [VERSION]: a Python environment with Ray in FOLDER.
#
#   ray          Ray alone: enough for "ray start" and "ray symmetric-run"
#   full         with its dashboard, its agents' HTTP and Ray client (tests/torture/catch.sh)
#   quickstart   and scikit-learn, for docs/examples/digits.py
#   VERSION      of Ray; the newest one when it is left out
#
# A complete environment of the same requirement is used again without the network: its
# last-written file "raylaunch-stamp" holds the requirement. It is made by the system's
# own python3, because one below a private home cannot be run by other users, and it is
# readable for everyone. pip talks to FOLDER.log. Exit: 0 there, 1 failed, 2 usage.
set -eu

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    echo 'usage: venv.sh FOLDER ray|full|quickstart [VERSION]' >&2
    exit 2
fi
folder=$1
version=${3:-}
case $2 in
ray) extra= ;;
full) kind='[default,client]' extra= ;;
quickstart) extra=scikit-learn ;;
*)
    echo "venv: unknown kind '$2'; it is ray, full or quickstart" >&2
    exit 2
    ;;
esac
# symmetric-run and the dashboard-less head need nothing of Ray's "default" extra.
wanted="ray${kind:-}${version:+==$version}${extra:+ $extra}"
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || {
    echo "venv: no python3; type: make deps-quickstart" >&2
    exit 1
}

umask 022
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
stamp=$folder/raylaunch-stamp
if [ -r "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$folder/bin/python" -V \
    >/dev/null 2>&1; then
    exit 0
fi

log=$folder.log
rm -rf "$folder"
# The caller's own Python settings (PYTHONPATH, a user site) are no part of it.
# shellcheck disable=SC2086 # a list of requirements
if ! "$python" -I -m venv "$folder" >"$log" 2>&1 9>&- ||
    ! "$folder/bin/python" -I -m pip install $wanted >>"$log" 2>&1 9>&-; then
    reason=$(grep -i '^ERROR' "$log" | tail -n 1)
    echo "venv: cannot install '$wanted' into '$folder': ${reason:-see the log}" \
        "(log: $log)" >&2
    exit 1
fi
chmod -R a+rX "$folder"
printf '%s\n' "$wanted" >"$stamp"
