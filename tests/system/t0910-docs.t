#!/bin/bash
# The documents say what the program does: every example of every --help, of the README and of
# docs/debugging.md works, the manual page is the one made from --help, every verb and every setting is
# documented, every link leads to a file, every test named in docs/requirements.md exists.
# shellcheck disable=SC1091,SC2016,SC2154 # rc, out and err are harness.sh's; backquotes are text
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/harness.sh"

# Where the examples can work: programs and files of their names, and a finished sweep.
mkdir -p "$WORK/bin" "$WORK/play/old_runs" && cd "$WORK/play" || exit 1
ln -s "$RAYLAUNCH_BIN" "$WORK/bin/raylaunch"
printf '#!/bin/sh\nexit 0\n' >"$WORK/bin/python"
export PATH=$WORK/bin:$PATH
cat >fit <<'END'
#!/bin/sh
echo "TMGG_RESULT:{\"metrics\":{\"acc\":0.5}}"
END
chmod +x fit "$WORK/bin/python"
touch train.py
printf 'lr,seed\n0.1,3\n0.01,4\n' >runs.csv
printf 'command: python train.py\ngrid: {lr: [0.1, 0.01]}\n' >sweep.yaml
printf 'profiles:\n  big: {nodes: 8}\n' >raylaunch.yaml
chmod 644 raylaunch.yaml
raylaunch render --template plain -- ./fit >my.sbatch 2>/dev/null
# As a template: the directives of the rendered script, and nothing to fill in.
[ -s my.sbatch ]
ok $? 'render writes a script'
echo 'TMGG_RESULT:{"metrics":{"acc":0.5}}' >old_runs/a.out
run raylaunch sweep --scheduler local --no-ray --cpus-per-task 1 --name train-1a2b3c4d \
    --points runs.csv -- ./fit
is_rc 0 'the sweep that the examples speak of'
cp slurm_outputs/train-1a2b3c4d/train-1a2b3c4d.tar.zst . 2>/dev/null

# What would reach for a cluster is stopped before it does so; all else is done as it stands.
# `config --init`, `attach` and `check` ask Slurm: there only their options are parsed.
tame()
{
    sed -E -e 's/[[:space:]]+#.*$//' -e 's/ > [^ ]+$//' \
        -e 's/raylaunch (sweep|run|retry) /raylaunch \1 --dry-run /' \
        -e 's/config --init/config --init --help/' \
        -e 's/raylaunch (attach|check)/raylaunch \1 --help/'
}

# works WHERE EXAMPLE
works()
{
    local command
    command=$(printf '%s\n' "$2" | tame)
    run bash -c "$command"
    if [ "$rc" != 0 ]; then
        show_run
    fi
    [ "$rc" = 0 ]
    ok $? "$1: $2"
    rm -rf restored
}

mapfile -t verbs < <(raylaunch help | awk '/^verbs:/ {on = 1; next} NF == 0 {on = 0} on {print $1}')
[ "${#verbs[@]}" -ge 14 ]
ok $? "help lists ${#verbs[@]} verbs"
for verb in "${verbs[@]}"; do
    run raylaunch "$verb" --help
    is_rc 0 "$verb --help"
    cp "$out" "$WORK/help"
    mapfile -t examples < <(awk '/^examples:/ {on = 1; next} NF == 0 {on = 0} on' "$WORK/help")
    [ "${#examples[@]}" -gt 0 ]
    ok $? "$verb --help has examples"
    for example in "${examples[@]}"; do
        works "$verb" "${example#  }"
    done
    grep -q "\`$verb\`" "$root/README.md"
    ok $? "README names the verb $verb"
done
mapfile -t examples < <(grep -E '^    raylaunch ' "$root/README.md")
[ "${#examples[@]}" -gt 0 ]
ok $? 'README has examples'
for example in "${examples[@]}"; do
    works README "${example#    }"
done
# docs/debugging.md: what needs neither Slurm nor a debugger.
mapfile -t examples < <(grep -E '^    (raylaunch|grep|jq|cp|sed) ' "$root/docs/debugging.md")
[ "${#examples[@]}" -ge 8 ]
ok $? 'docs/debugging.md has examples'
for example in "${examples[@]}"; do
    case $example in
    '    jq '*) command -v jq >/dev/null || continue ;;
    esac
    works debugging.md "${example#    }"
done
run raylaunch collect --offline copy --json
is "$(grep -c '"state":"planned"' "$out")" 1 'of a journal that was cut, the rest is planned'
run raylaunch sweep --no-such-option -- ./fit a=1,2
is_rc 2 'an option that does not exist is seen by this test'

# The manual page.
run env RAYLAUNCH_BIN="$RAYLAUNCH_BIN" "$root/docs/make-man.sh" "$WORK/raylaunch.1"
is_rc 0 'the manual page can be made'
diff -u "$root/docs/raylaunch.1" "$WORK/raylaunch.1" | sed 's/^/#   /'
cmp -s "$root/docs/raylaunch.1" "$WORK/raylaunch.1"
ok $? 'docs/raylaunch.1 is what docs/make-man.sh makes (else run it)'
if man --version >/dev/null 2>&1; then
    man --warnings -l -P cat "$WORK/raylaunch.1" 2>&1 >/dev/null | grep -v '^$' >"$out"
    [ ! -s "$out" ]
    ok $? 'the manual page is formatted without a warning'
fi

# Every setting.
run raylaunch config --json
sed -nE 's/.*"key":"([^"]+)".*/\1/p' "$out" >"$WORK/keys"
[ "$(wc -l <"$WORK/keys")" -gt 50 ]
ok $? 'config --json lists the settings'
while read -r key; do
    grep -q -e "\`$key\`" "$root/docs/configuration.md"
    ok $? "docs/configuration.md has the setting $key"
done <"$WORK/keys"

# Links from one document to another: the file is there, and the heading too.
anchors()
{
    sed -nE 's/^#+ +//p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}
for document in "$root"/README.md "$root"/docs/*.md "$root"/docs/decisions/*.md; do
    missing=
    while read -r link; do
        file=${link%%#*}
        path=$(dirname "$document")/$file
        [ -n "$file" ] || path=$document
        case $link in
        http*) continue ;;
        *'#'*) anchors "$path" 2>/dev/null | grep -qxF -e "${link#*#}" || missing+=" $link" ;;
        *) [ -e "$path" ] || missing+=" $link" ;;
        esac
    done < <(grep -oE '\]\([^) ]+\)' "$document" | sed -E 's/^\]\((.*)\)$/\1/')
    is "$missing" '' "the links of ${document#"$root"/} lead somewhere"
done

# Files and functions that documents name are there: `launcher/a.c`, `launcher/a.c:function()`.
# What happened once (NEWS, decisions) may name what is gone; hello, xyz and fir are to be made.
cd "$root" || exit 1
missing=
for file in docs/decisions/0*.md; do
    grep -qF "(${file##*/})" docs/decisions/README.md || missing+=" $file"
done
is "$missing" '' 'every decision is listed'
missing=
while IFS=: read -r document file name; do
    [ -e "$file" ] || missing+=" $document:$file"
    [ -z "$name" ] || grep -qsE "^[^ ].*\\b${name%"()"}\\(|^ *(def )?${name%"()"} *\\(" "$file" ||
        missing+=" $document:$file:$name"
done < <(grep -oE '`(launcher|collector|templates|tests|docs|configs)/[A-Za-z0-9_./-]*[a-z0-9/](:[a-z_0-9]+\(\))?`' \
    README.md docs/*.md | grep -vE '^docs/NEWS.md|NNNN|/hello\.|_xyz\.|[/_]fir\b' | tr -d '`')
is "$missing" '' 'every file and function that a document names exists'
[ "$(grep -cE '\.c:[a-z_]+\(\)' docs/tour.md)" -gt 30 ]
ok $? 'docs/tour.md names functions'

# docs/requirements.md: every id once, and no proof that is not there.
table=$root/docs/requirements.md
is "$(grep -cE '^\| S[0-4]-[0-9]+ \|' "$table")" 183 'docs/requirements.md has 183 ids'
is "$(grep -oE '^\| S[0-4]-[0-9]+ \|' "$table" | sort | uniq -d)" '' 'each of them once'
missing=
while read -r test; do
    [ -e "$root/$test" ] || missing+=" $test"
done < <(grep -oE 'tests/[a-z]+/[A-Za-z0-9_.-]+\.(c|t|sh)' "$table" | sort -u)
is "$missing" '' 'every test that docs/requirements.md names exists'
is "$(grep -E '^\| S[0-4]-[0-9]+ \|.*\| done \|' "$table" | grep -vc 'tests/')" 0 \
    'nothing is called done without a test'

# Causes: what templates and keeper write, and what docs/job-script.md names, stands in the table of
# docs/formats.md (tests/unit/test_words.c compares that with the program's).
sed -n '/^| cause | with state /,/^$/s/^| `\([a-z_]*\)`.*/\1/p' "$root/docs/formats.md" | sort >"$WORK/causes"
[ "$(wc -l <"$WORK/causes")" -gt 30 ]
ok $? 'docs/formats.md has a table of causes'
grep -rhoE 'rl_fail [a-z_]+|rl_seal (failed|timeout) [a-z_]+|Failure\("[a-z_]+"' "$root/templates" |
    sed -E 's/.*[ ("]([a-z_]+)"?$/\1/' | sort -u >"$WORK/written"
[ "$(wc -l <"$WORK/written")" -ge 9 ]
ok $? "the templates write $(wc -l <"$WORK/written") causes"
is "$(comm -23 "$WORK/written" "$WORK/causes" | tr '\n' ' ')" '' 'each of them is in the table'
sed -n '/^| phase | what happens | what can fail/,/^$/s/.*|\([^|]*\)|$/\1/p' "$root/docs/job-script.md" |
    grep -oE '`[a-z_]+`' | tr -d '`' | sort -u >"$WORK/named"
[ -s "$WORK/named" ]
ok $? 'docs/job-script.md names causes'
is "$(comm -23 "$WORK/named" "$WORK/causes" | tr '\n' ' ')" '' 'each of them is in the table, too'
finish
