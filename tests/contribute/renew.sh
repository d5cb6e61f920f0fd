#!/bin/bash
# renew.sh [edit] NAME…: make the patches NAME.patch of this folder anew, for the code as it is.
#
# A copy of the tree with the patch is made in build/contribute/NAME, and the patch is what
# differs in it. What does not apply any more is listed, and lies there as *.rej: do it by
# hand in the copy, remove those files, and type the same again. With "edit" the copy is only
# made, to change what applies but is wrong now; the same without "edit" takes it then. The
# manual page is left out: apply.t makes it.
# Exit: 0 all made, 1 something is left to do by hand, 2 usage.
set -eu
cd "$(dirname "$0")/../.."
rc=0

# begin NAME COPY: the tree as it is, committed, and the patch on top.
begin()
{
    mkdir -p "$2"
    find . \( -name .git -o -path ./build -o -path ./slurm_outputs \) -prune -o -type f -print0 |
        xargs -0 cp -a --parents -t "$2"
    git -C "$2" init -q
    git -C "$2" add -A
    git -C "$2" -c user.name=renew -c user.email=renew@localhost commit -qm base
    git -C "$2" apply --reject --whitespace=nowarn "$PWD/tests/contribute/$1.patch" 2>/dev/null || true
}

# end NAME COPY
end()
{
    local left
    left=$(find "$2" -name '*.rej' -printf '    %P\n')
    if [ -n "$left" ]; then
        printf '%s: what these hold is to be done by hand in %s; then remove them, and again:\n%s\n' \
            "$1" "$2" "$left" >&2
        return 1
    fi
    git -C "$2" add -A
    git -C "$2" diff --cached -U1 HEAD -- . ':!docs/raylaunch.1' >"tests/contribute/$1.patch"
    rm -rf "$2"
}

edit=
[ "${1:-}" != edit ] || {
    edit=yes
    shift
}
[ $# -gt 0 ] || {
    echo 'usage: renew.sh [edit] NAME…' >&2
    exit 2
}
for name; do
    copy=build/contribute/$name
    [ -d "$copy" ] || begin "$name" "$copy"
    if [ -n "$edit" ]; then
        echo "$copy"
    else
        end "$name" "$copy" || rc=1
    fi
done
exit $rc
