#!/bin/bash
# Verbs, help, unknown words: exit code, stdout and stderr.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$WORK" || exit 1
verbs='sweep run status wait cancel retry logs attach collect archive render check ports config version help completion'

run "$RAYLAUNCH_BIN" --version
is_rc 0 'version succeeds'
out_has '^raylaunch [0-9]+\.[0-9]+\.[0-9]+$' 'and prints one line'
is "$(wc -c <"$err")" 0 'and nothing on stderr'
run "$RAYLAUNCH_BIN" --help
is_rc 0 'help succeeds'
for verb in $verbs; do
    out_has "^  $verb " "help names $verb"
    run "$RAYLAUNCH_BIN" "$verb" --help
    is_rc 0 "$verb --help succeeds"
    out_has '^examples:' "$verb --help has examples"
    run "$RAYLAUNCH_BIN" help
done
run "$RAYLAUNCH_BIN" swep
is_rc 2 'an unknown verb is a usage error'
err_has "did you mean 'sweep'" 'with the nearest one'
is "$(wc -c <"$out")" 0 'and nothing on stdout'
run "$RAYLAUNCH_BIN" sweep --partiton x -- true a=1
is_rc 2 'an unknown option is a usage error'
err_has "did you mean '--partition'" 'with the nearest one'
run "$RAYLAUNCH_BIN" sweep --json --partiton x -- true a=1
err_has '^\{"type":"error","kind":"usage","code":2,"message":"' 'an error as JSON'
run "$RAYLAUNCH_BIN" completion bash
is_rc 0 'completion succeeds'
bash -n "$out"
ok $? 'and is bash'
run bash -c "$(cat "$out"); COMP_WORDS=(raylaunch sw) COMP_CWORD=1; _raylaunch; echo \"\${COMPREPLY[*]}\""
out_has '^sweep' 'and completes a verb'
run "$RAYLAUNCH_BIN" version --json
out_has '^\{"type":"version"' 'version as JSON'
run sh -c "\"$RAYLAUNCH_BIN\" help >/dev/full"
is_rc 6 'a full disk on stdout is an error'

# A missing library is named before anything is compiled, in pkg-config's own words.
run env -u MAKEFLAGS -u MAKELEVEL PKG_CONFIG_LIBDIR="$WORK" PKG_CONFIG_PATH='' \
    make -C "$root" B="$WORK/build" "$WORK/build/launcher/main.o"
is_rc 2 'no build without the libraries'
err_has "Package 'jansson'|Package jansson" 'pkg-config says which one'
err_has 'make deps-quickstart' 'and what to type is said'
finish
