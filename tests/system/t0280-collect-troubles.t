#!/bin/bash
# collect: what cannot be read is warned of, and everything else is collected. What would go wrong: one
# unreadable file, folder, journal or archive hides all other results; a table of a sweep that cannot be
# written to is not shown; rows of the same name that nobody can tell apart.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
chmod 755 "$WORK"
cd "$WORK" || exit 1

line='TMGG_RESULT:{"metrics":{"loss":0.5}}'
# Root reads everything: then as nobody, who may not enter the home that the program is built in.
install -m 755 "$RAYLAUNCH_BIN" "$WORK/raylaunch"
as_other()
{
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent "$@"
    else
        "$@"
    fi
}
rows() { grep -c '"n_results":1' "$out"; }

# ---- below a folder
mkdir -p runs/a runs/secret runs/z
for place in runs runs/a runs/secret runs/z; do echo "$line" >"$place/one.out"; done
echo "$line" >runs/hidden.log
chmod 0 runs/hidden.log runs/secret
run as_other "$WORK/raylaunch" collect --json runs
is_rc 1 'a folder with a file and a folder that cannot be read'
is "$(rows)" 3 'every other result is there'
err_has "warning: cannot open 'runs/hidden.log': Permission denied" 'the file is named'
err_has "warning: cannot open folder 'runs/secret': Permission denied" 'and the folder'
run as_other "$WORK/raylaunch" collect runs/secret
is_rc 6 'such a folder alone is an error'
chmod 755 runs/secret
chmod 644 runs/hidden.log
name=$(printf 'e\033[31m\342\200\256x.out')
echo "$line" >"runs/a/$name"
chmod 0 "runs/a/$name"
run as_other "$WORK/raylaunch" collect runs
is_rc 1 'a name with control bytes'
! grep -q $'\033' "$err" && ! grep -q $'\342\200\256' "$err"
ok $? 'does not reach the terminal as it is'
rm "runs/a/$name"

# ---- several operands
echo garbage >broken.tar.zst
mkdir -p damaged/points
echo '{"time":1' >damaged/journal.jsonl
run "$RAYLAUNCH_BIN" collect --json nowhere runs/a broken.tar.zst damaged runs/z/one.out
is_rc 1 'one that is not there, one that is broken'
is "$(rows)" 2 'the others are collected'
err_has nowhere 'the missing one is named'
err_has broken.tar.zst 'and the broken one'
run "$RAYLAUNCH_BIN" collect nowhere broken.tar.zst
[ "$rc" -gt 1 ] && [ ! -s "$out" ]
ok $? 'nothing at all is an error'

# ---- rows of one name
mkdir -p multirun/0 multirun/1
echo "$line" >multirun/0/train.log
echo "$line" >multirun/1/train.log
run "$RAYLAUNCH_BIN" collect multirun
is "$(awk '{ print $1 }' "$out" | tr '\n' ' ')" 'output 0/train.log 1/train.log ' 'their paths tell them apart'
run "$RAYLAUNCH_BIN" collect multirun/0 multirun/1
is "$(awk '{ print $1 }' "$out" | tr '\n' ' ')" 'output multirun/0/train.log multirun/1/train.log ' 'from several folders, too'
run "$RAYLAUNCH_BIN" collect --format markdown multirun
out_has '^| output ' 'also in Markdown'
run "$RAYLAUNCH_BIN" collect multirun/0
is "$(awk 'NR == 2 { print $1 }' "$out")" train 'one alone has its name'

# ---- sweeps
for name in one two; do
    "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --wait --name $name -- sh -c "echo '$line'" k=1,2 >sweep.log 2>&1
done
run "$RAYLAUNCH_BIN" collect one two
is_rc 0 'two sweeps of the same points'
is "$(awk 'NR > 1 { print $1 }' "$out" | sort -u | wc -l)" 4 'have four rows that can be told apart'
before=$(cat slurm_outputs/one/results.csv)
run "$RAYLAUNCH_BIN" collect one
is "$(cat slurm_outputs/one/results.csv)" "$before" 'what stands in a sweep names outputs from inside'
rm slurm_outputs/one/results.*
chmod -R a-w slurm_outputs/one
run as_other "$WORK/raylaunch" collect "$WORK/slurm_outputs/one"
is_rc 0 "a colleague's sweep"
out_has completed 'has its table'
err_has 'warning: the table is not saved' 'and a warning that it is not saved'
chmod -R u+w slurm_outputs

# ---- what a failure is about, with the real script
cat >ends.sh <<'EOF'
case $1 in
k=ABRT) kill -s ABRT $$ ;;
k=glued) printf "no newline" >&2 && exit 7 ;;
esac
EOF
"$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --wait --name ends -- sh ends.sh k=ABRT,glued >sweep.log 2>&1
said=$(sed -n 's/.*"message":"\([^"]*\)".*/\1/p' slurm_outputs/ends/results.jsonl | sort)
is "$said" 'the entrypoint ended with exit code 7: no newline
the entrypoint was ended by SIGABRT' "neither bash's words about the script nor the script's own are the reason"
finish
