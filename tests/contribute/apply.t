#!/bin/bash
# apply.t [NAME…]: what docs/adding-a-*.md say is enough. Each patch of this folder was made
# by one of these check-lists alone; it is applied to a copy of the tree, built, and what it
# adds and what its check-list names is run. README.md says what to do when one fails.
# shellcheck disable=SC1091,SC2154 # rc, out and err are harness.sh's
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
built=$root/build/release
. "$root/tests/system/harness.sh"
requires tools 'git and shellcheck are wanted: make deps-check' command -v git shellcheck
[ -e "$built/flags" ] || {
    echo "Bail out! '$built' is not built; type: make"
    exit 1
}
# `make check` calls us: we are another one's make, in another tree.
unset MAKEFLAGS MAKELEVEL MFLAGS MODE

# copy_tree COPY: the sources, and the objects with their times, so that only what a patch
# changes is compiled. Files that are not committed count, too.
copy_tree()
{
    mkdir -p "$1/build/release"
    (cd "$root" && find . \( -name .git -o -path ./build -o -path ./slurm_outputs \) -prune \
        -o -type f -print0 | xargs -0 cp -a --parents -t "$1") || return
    cp -a "$built"/{flags,launcher,collector,templates,embedded.*,help_pages.*,libraylaunch.a,raylaunch} \
        "$1/build/release/" || return
    # With other words that change nothing in an object the old ones still count.
    build "$1" build/release/flags >/dev/null || return
    [ "$(plain_flags "$1/build/release/flags")" != "$(plain_flags "$built/flags")" ] ||
        touch -r "$built/flags" "$1/build/release/flags"
}
plain_flags() { sed 's/ -Werror / /g; s/  */ /g' "$1"; }

# build COPY GOAL…: by the compiler that built what is copied.
build()
{
    local compiler
    compiler=$(sed 's/ -std=c11 .*//' "$built/flags")
    make -C "$1" -s -j2 CC="$compiler" WERROR=-Werror "${@:2}"
}

# step WHAT CMD…: one test, which shows what the command said if it fails.
step()
{
    "${@:2}" >"$out" 2>&1 </dev/null
    rc=$?
    ok $rc "$name: $1"
    [ "$rc" = 0 ] || grep -vE '^ok |^  [A-Z]+ ' "$out" | tail -n 40 | sed 's/^/#   /'
    return $rc
}

# apply COPY
apply()
{
    # So that git takes it for no part of a repository around it.
    step "$name.patch applies (else: tests/contribute/renew.sh $name)" \
        env GIT_CEILING_DIRECTORIES="${1%/*}" git -C "$1" apply "$here/$name.patch"
}

try()
{
    local copy=$WORK/tree tests=() units=() files=() file
    rm -rf "$copy"
    step 'the tree can be copied' copy_tree "$copy" && apply "$copy" || return
    mapfile -t files < <(sed -n 's|^+++ b/||p' "$here/$name.patch")
    for file in "${files[@]}" "${named[@]}"; do
        case $file in
        tests/unit/*.c) units+=("build/release/${file%.c}") ;;
        tests/system/*.t) tests+=("$file") ;;
        esac
    done
    export RAYLAUNCH_BIN=$copy/build/release/raylaunch
    step 'it builds with -Werror' build "$copy" all "${units[@]}" || return
    cd "$copy" || return
    step 'the manual page is made' docs/make-man.sh
    for file in "${units[@]}" "${tests[@]}"; do
        step "$file" "./$file"
    done
    step 'lint' bash tests/lint.sh format layers circles exports mutants rooms size banned statics notes
    mapfile -t tests < <(printf '%s\n' "${files[@]}" | grep '\.t$')
    [ ${#tests[@]} = 0 ] || step 'shellcheck' shellcheck -x "${tests[@]}"
    cd "$root" || return
}

[ $# -gt 0 ] || set -- verb format scheduler
for name; do
    # What the check-list has one run besides what the patch holds.
    case $name in
    verb) named=(tests/unit/test_help.c tests/system/t0910-docs.t tests/system/t0915-help-pages.t) ;;
    *) named=(tests/system/t0910-docs.t) ;;
    esac
    try
done
finish
