#!/bin/bash
# Which code ran: the job's own SHA-256 of the entrypoint's file, for each way to name it;
# a file that is edited under queued points marks their rows, and the table warns.
# shellcheck source=tests/system/harness.sh
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
export PATH=$WORK/bin:$PATH
flags='--no-config --scheduler local --no-ray --cpus-per-task 1'
# shellcheck disable=SC2086
sweep() { run "$RAYLAUNCH_BIN" sweep $flags "$@"; }
sum() { sha256sum <"$1" | cut -c1-64; }
code() { grep -oh '"code":[^,]*' slurm_outputs/"$1"/points/*.verdict.json | cut -d: -f2 | tr -d '"' | sort | uniq -c | tr -s ' ' | tr '\n' ' '; }
wait_for() { for ((i = 0; i < 600; i++)); do "$@" && return; sleep 0.1; done; return 1; }

mkdir -p bin pkg/sub elsewhere lib/far
line='print("\nTMGG_RESULT:{\"status\":\"completed\",\"metrics\":{\"x\":1}}", flush=True)'
n=0
for file in fit.py pkg/mod.py pkg/sub/__main__.py elsewhere/fit.py lib/far/one.py 'a b.py'; do
    n=$((n + 1))
    printf '# %d\n%s\n' $n "$line" >"$file"
done
touch pkg/__init__.py pkg/sub/__init__.py lib/far/__init__.py
printf '#!/bin/sh\necho '\''TMGG_RESULT:{"status":"completed","metrics":{"x":1}}'\''\n' >bin/mytool
chmod +x bin/mytool

# ---- what cannot be found is null
for words in 'python3 -c pass' 'sh -c true' 'python3 -m json.tool --help' 'python3 -'; do
    # shellcheck disable=SC2086
    sweep --name "none$((n += 1))" --no-require-result -- $words
    is "$(code "none$n")" ' 1 null ' "$words: null"
done
sweep --name wrapped --wrap 'env A=1' -- mytool
is "$(code wrapped)" ' 1 null ' 'a program behind --wrap may be another: null'

# ---- each way to name it
while IFS='|' read -r name file words; do
    # shellcheck disable=SC2086
    sweep --name "$name" $words
    is "$(code "$name")" " 1 $(sum "$file") " "$words: $file"
done <<'END'
script|fit.py|-- python3 fit.py
path|fit.py|-- python3 ./fit.py k=1
env|fit.py|-- env A=1 python3 -u fit.py k=1
module|pkg/mod.py|-- python3 -m pkg.mod k=1
glued|pkg/mod.py|-- python3 -mpkg.mod k=1
package|pkg/sub/__main__.py|-- python3 -m pkg.sub k=1
pythonpath|lib/far/one.py|--env PYTHONPATH=lib -- python3 -m far.one k=1
console|bin/mytool|-- mytool k=1
program|bin/mytool|-- bin/mytool k=1
END
sweep --name cd --setup 'cd elsewhere' -- python3 fit.py
is "$(code cd)" " 1 $(sum elsewhere/fit.py) " 'a setup line that goes elsewhere: the file there'
sweep --name blank -- python3 'a b.py' k=1,2
is "$(code blank)" " 2 $(sum 'a b.py') " 'a blank in its name'
run "$RAYLAUNCH_BIN" collect module --json
out_has "\"code\":\"$(sum pkg/mod.py)\"" 'a row has it'
out_lacks 'code_changed' 'and is not marked'
err_lacks 'versions' 'one version: no warning'
grep -q "\"event\":\"final\".*\"code\":\"$(sum pkg/mod.py)\"" slurm_outputs/module/journal.jsonl
ok $? 'the journal has it'
grep -q "\"event\":\"settings\".*\"entry_file\":\"pkg/mod.py\".*\"entrypoint file\":\"$(sum pkg/mod.py)\"" slurm_outputs/module/journal.jsonl
ok $? 'and what was submitted'

# ---- edited under queued points
printf '%s\n' 'import os, time' 'while not os.path.exists("go"): time.sleep(0.05)' "$line" >slow.py
# shellcheck disable=SC2086
"$RAYLAUNCH_BIN" sweep $flags --max-concurrent 1 --name edited -- python3 slow.py 'a=range(0,3)' >first.out 2>first.err </dev/null &
child=$!
in_entrypoint() { grep -qs '"phase":"entrypoint"' slurm_outputs/edited/points/*.verdict.json; }
wait_for in_entrypoint
ok $? 'the first point runs'
old=$(sum slow.py)
echo '# edited' >>slow.py
touch go
wait $child
ok $? 'all end well'
is "$(code edited | tr ' ' '\n' | sort | tr '\n' ' ')" "$(printf '%s\n' '' '' 1 2 "$old" "$(sum slow.py)" | sort | tr '\n' ' ')" 'one ran the old file, two the new one'
grep -q "warning: completed points ran 2 versions of the entrypoint's file.*${old:0:12} 1 (the first 'a=0" first.err
ok $? 'the table warns'
is "$(grep -c "a=[12]-.*warning: the entrypoint's file was changed between submission (${old:0:12})" first.err)" 2 'and names the rows'
run "$RAYLAUNCH_BIN" status edited
out_has 'warning +completed points ran 2 versions' 'status warns'
run "$RAYLAUNCH_BIN" status edited --json
is "$(grep -c '"code_changed":true' "$out")" 2 'rows are marked'
err_has 'ran 2 versions' 'with --json on stderr'
run "$RAYLAUNCH_BIN" collect edited module --json
is "$(grep -c 'versions' "$err")" 1 'of several sweeps each is looked at alone'
run "$RAYLAUNCH_BIN" collect slurm_outputs/edited/edited.tar.zst --json
is "$(grep -c '"code_changed":true' "$out")" 2 'the archive knows, too'
run "$RAYLAUNCH_BIN" retry edited --point 'a=0*' --all
is_rc 0 'the old one once more'
run "$RAYLAUNCH_BIN" collect edited --json
err_lacks 'versions' 'then all ran one version'

# ---- the state of the repository, taken once
if command -v git >/dev/null; then
    git init -q . && git add fit.py && git -c user.name=a -c user.email=a@example.org commit -q -m x
    sweep --name clean -- python3 fit.py k=1
    grep -q '"git commit":"[0-9a-f]\{40,\}","git dirty":"no"' slurm_outputs/clean/journal.jsonl
    ok $? 'a clean repository'
    echo '# more' >>fit.py
    sweep --name clean -- python3 fit.py k=1,2
    grep -q '"git dirty":"yes"' slurm_outputs/clean/journal.jsonl
    ok $? 'a file that git knows was changed'
    err_has "git dirty 'no' -> 'yes'" 'and the difference is told'
else
    ok 0 'a repository # SKIP no git here'
fi

# ---- a sweep of before: neither code nor dirty is a difference
sed -i 's/,"git dirty":"[a-z]*"//; s/,"code":"[0-9a-f]*"//' slurm_outputs/script/journal.jsonl
sed -i 's/,"code":"[0-9a-f]*"//' slurm_outputs/script/points/*.verdict.json
sweep --name script -- python3 fit.py
err_lacks 'git dirty' 'an older journal: no difference'
run "$RAYLAUNCH_BIN" collect script --json
out_has '"code":null' 'its rows have no code'
finish
