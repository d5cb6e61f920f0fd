#!/bin/bash
# `config --init` as a file, and configurations that others can write.
# shellcheck disable=SC1091,SC2154 # rc, out and err are harness.sh's
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
init() { run "$RAYLAUNCH_BIN" config --init "$@"; }
mode() { stat -c %a "$1"; }

# ---- a first file
umask 002
init -o new/folder/config.yaml
is_rc 0 'into folders that are not there yet'
is "$(mode new/folder/config.yaml)" 644 'nobody else can write it, whatever the umask'
is "$(cat "$out")" '' 'and nothing on stdout'
run "$RAYLAUNCH_BIN" config --file new/folder/config.yaml
is_rc 0 'it can be read'
echo mine >taken.yaml
init --output taken.yaml
is_rc 6 'a file that is there is kept'
err_has "'taken.yaml' is there already.*--force" 'and says how to replace it'
is "$(cat taken.yaml)" mine 'untouched'
ln -s nowhere link.yaml
init -o link.yaml
is_rc 6 'so is a link to nothing'
init --force -o taken.yaml
is_rc 0 '--force replaces it'
grep -q '^partition:' taken.yaml
ok $? 'with the new one'
init -o -
is_rc 0 '-o - is standard output'
out_has '^partition:' 'as without it'
[ ! -e ./- ]
ok $? 'and no file of that name'
run "$RAYLAUNCH_BIN" config -o somewhere
is_rc 2 '-o alone'
err_has '--output-dir' 'names the other option'
run "$RAYLAUNCH_BIN" config --force
is_rc 2 '--force alone'

# ---- --init reads none
echo 'nods: 1' >raylaunch.yaml
init
is_rc 0 'a broken configuration does not matter to --init'
: >raylaunch.yaml
"$RAYLAUNCH_BIN" config --init >raylaunch.yaml 2>/dev/null
ok $? 'nor the empty one that a redirection makes'
run "$RAYLAUNCH_BIN" config
is_rc 0 'which can be read'

printf '\357\273\277nodes: 7\r\n' >raylaunch.yaml
run "$RAYLAUNCH_BIN" config --origin
out_has '^nodes: 7 ' 'a file of an editor that writes a byte order mark and CR is read'

# ---- others
printf 'nodes: 2\n' >raylaunch.yaml
chmod 666 raylaunch.yaml
run "$RAYLAUNCH_BIN" config --origin
is_rc 0 'a file that the world can write is read'
out_has '^nodes: "?2"? .*raylaunch.yaml:1' 'its settings count'
err_has "warning.*others can write 'raylaunch.yaml': chmod go-w" 'with a warning'
printf 'nodes: 2\nenv: {BASH_ENV: /tmp/x}\n' >raylaunch.yaml
run "$RAYLAUNCH_BIN" config
is_rc 7 'what runs code is refused'
err_has "raylaunch.yaml:2: 'env' would run as you" 'by name and line'
chmod 664 raylaunch.yaml
if [ "$(id -u)" = 0 ]; then
    chgrp 12345 raylaunch.yaml
    run "$RAYLAUNCH_BIN" config
    is_rc 7 'likewise where a foreign group can write it'
    chgrp 0 raylaunch.yaml
fi
chmod 644 raylaunch.yaml
run "$RAYLAUNCH_BIN" config
is_rc 0 'and taken when only its owner can write it'
is "$(cat "$err")" '' 'without a word'
finish
