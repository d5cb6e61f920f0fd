#!/bin/bash
# Results stay when output files are gone: from the archive, else from the table that was there, and each row
# says so. What would go wrong: `rm points/*.out; collect` empties the metrics without a word, the next `archive`
# replaces the last whole copy, somebody else's table or archive is taken for the sweep's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
"$RAYLAUNCH_BIN" version --json | grep -q '"archive":true' || { echo '1..0 # SKIP built without libarchive'; exit 0; }

# Point 1 prints twice, 2 says failed and dies, 3 diverges, 4 has no result at all.
cat >job.sh <<'SH'
case $1 in
k=1) echo 'TMGG_RESULT:{"metrics":{"loss":0.10,"big":123456789012345678901234567890}}'
     echo 'TMGG_RESULT:{"status":"completed","metrics":{"loss":0.50,"big":1E5}}' ;;
k=2) echo 'TMGG_RESULT:{"status":"failed","metrics":{"loss":7},"error_message":"no convergence"}'; exit 3 ;;
k=3) echo 'TMGG_RESULT:{"status":"completed","metrics":{"loss":NaN,"in":{"a":[null,-Infinity]}},"note":"null"}' ;;
k=4) exit 4 ;;
esac
SH
sweep() { "$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --wait --name s "$@" -- sh job.sh k=1,2,3,4 >sweep.log 2>&1; }
# column NAME FILE: its values by point, blank between
column() { python3 -c 'import csv, sys; print(*(row.get(sys.argv[1]) or "-" for row in sorted(csv.DictReader(open(sys.argv[2])), key=lambda row: (int(row["index"]), row.get(sys.argv[1]) or ""))))' "$1" "$2"; }
collect() { run "$RAYLAUNCH_BIN" collect --format csv "$@" s; }
sweep
own=slurm_outputs/s
collect
is "$(column result_source "$out")" 'output output output -' 'a row says where its result came from'
cp "$out" whole.csv
cp $own/s.tar.zst whole.tar.zst
same()
{
    is "$(sed 's/,[a-z_]*$//' "$out" | sort)" "$(sed 's/,[a-z_]*$//' whole.csv | sort)" "$1: every digit as before"
    is "$(column result_source "$out")" "$2" "$1: and marked"
}

# ---- from the archive
point() { ls $own/points/k="$1"-*.out; }
one=$(point 1)
rm "$one"
: >"$(point 2)"
echo 'nothing here' >"$(point 3)"
collect
is_rc 1 'one gone, one empty, one overwritten (and a failed point as before)'
same 'from the archive' 'archive archive archive -'
err_has 'warning: 3 rows are from the archive' 'told how many'
is "$(grep -o '"result_source":[^,]*' $own/results.jsonl | sort | uniq -c | tr -s ' ' | tr '\n' ';')" \
    ' 3 "result_source":"archive"; 1 "result_source":null;' 'in the saved table, too'
collect --pick first
is "$(column metric.loss "$out")" '0.10 7 nan -' 'another --pick is asked of the archive'
collect --pick all
is "$(column metric.loss "$out")" '0.10 0.50 7 nan -' 'and all of them'
collect --offline
same 'offline' 'archive archive archive -'
printf 'raylaunch: start 2 of job 1\nlost it\n' >"$one"
collect
is "$(column metric.loss "$out")" '- 7 nan -' 'what an earlier start printed does not come back'
err_has 'warning: 1 row has no result any more' 'but its loss is told'
rm "$one"

# ---- an archive gives way only to one that holds as much
before=$(sha256sum <$own/s.tar.zst)
run "$RAYLAUNCH_BIN" archive s
is_rc 7 'the new one would hold less'
err_has 'holds results that a new one would not: of 3 files' 'says how much'
err_has -- '--force' 'and what to do'
run sweep
is_rc 1 'at the end of a sweep that is a warning (the failed points as before)'
"$RAYLAUNCH_BIN" retry s --failed --wait >retry.log 2>&1
grep -q 'warning: the older archive' retry.log
ok $? 'also after a retry'
is "$(sha256sum <$own/s.tar.zst)" "$before" 'it stays as it was'
collect
is "$(column metric.loss "$out")" '0.50 7 nan -' 'a newer attempt has its own result'
is "$(column result_source "$out")" 'archive output archive -' 'and the others theirs'
run "$RAYLAUNCH_BIN" archive s --force
is_rc 0 'forced'
[ "$(sha256sum <$own/s.tar.zst)" != "$before" ]
ok $? 'it is another one'
collect
is "$(column result_source "$out")" 'archive output archive -' 'whose own table still has them'
run "$RAYLAUNCH_BIN" collect --format csv $own/s.tar.zst
is "$(column metric.loss "$out")" '0.50 7 nan -' 'as has a collection of it'
run "$RAYLAUNCH_BIN" archive s
is_rc 0 'and with as much as before it is replaced'

# ---- from the table alone
rm $own/s.tar.zst* "$(ls $own/points/k=2-*.r2.out)"
collect
is_rc 1 'no archive'
is "$(column metric.loss "$out")" '0.50 7 nan -' 'the table that was there has them'
is "$(column result_source "$out")" 'earlier_results earlier_results earlier_results -' 'and they are marked'
err_has 'warning: 3 rows are from an earlier results.jsonl' 'and counted'
collect
is "$(column metric.big "$out")" '1E5 - - -' 'again and again, digits as written'
"$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --wait --name s -- sh job.sh k=4 >sweep.log 2>&1
collect --offline
is "$(column metric.loss "$out")" '0.50 7 nan -' 'a smaller grid of the same sweep loses none'
cp $own/results.jsonl good.jsonl
rm $own/s.tar.zst*

# ---- tables that others made: judged line by line
judge() { cp judged.jsonl $own/results.jsonl; collect; }
{ head -c 400 good.jsonl; echo; echo 'not json'; echo '[]'; printf '\377\n'; cat good.jsonl; printf '{"type":"row","point":"k=1'; } >judged.jsonl
judge
is "$(column metric.loss "$out")" '0.50 7 nan -' 'torn lines, no JSON, no UTF-8: the others count'
err_has 'lines are no rows of a table: passed over' 'told'
sed 's/"job_id":"local-[0-9a-f]*"/"job_id":"4711"/; s/0\.50/0.99/' good.jsonl >judged.jsonl
judge
is "$(column metric.loss "$out")" '- - - -' "another job's results do not count"
err_has 'rows are of other points or jobs' 'told'
err_has 'have no result any more' 'and what is lost'
sed 's/"attempt":1/"attempt":9/' good.jsonl >judged.jsonl
judge
is "$(column metric.loss "$out")" '- 7 - -' "nor another attempt's"
python3 -c 'import json, sys
for line in open("good.jsonl"):
    row = json.loads(line)
    row["result"], row["nonfinite"] = "x" if row["index"] == 0 else row["result"], {"loss": "1],[", "in.a[1]": "\n"}
    print(json.dumps(row))' >judged.jsonl
judge
is "$(column metric.loss "$out")" '- 7 - -' 'no result is made of what is none'
rm $own/results.jsonl
mkfifo $own/results.jsonl
run timeout 20 "$RAYLAUNCH_BIN" collect s
is_rc 1 'a FIFO'
rm -f $own/results.jsonl
ln -s "$WORK/good.jsonl" $own/results.jsonl
collect
is "$(column metric.loss "$out")" '- - - -' 'a link is not followed'
python3 -c 'import sys
sys.stdout.write("[" * 100000 + "\n" + "{\"a\":" * 100000 + "\n" + "\0" * 1000000 + "\n" + open("good.jsonl").read())' >judged.jsonl
rm $own/results.jsonl
judge
is "$(column metric.loss "$out")" '0.50 7 nan -' 'deep and empty lines'

# ---- archives that others made
rm $own/results.jsonl
cp whole.tar.zst $own/s.tar.zst
collect
is "$(column metric.loss "$out")" '0.50 - nan -' 'one of our own, put back, counts (2 has a newer attempt)'
rm $own/results.jsonl
mkdir forged
tar --zstd -xf whole.tar.zst -C forged
sed -i 's/0\.50/0.01/' forged/s/points/k=1-*.out
rm forged/s/MANIFEST.sha256
(cd forged/s && find . -type f -printf '%P\0' | xargs -0 sha256sum) >sums
mv sums forged/s/MANIFEST.sha256
tar -C forged -cf forged.tar s/MANIFEST.sha256
rm forged/s/MANIFEST.sha256
tar -C forged -rf forged.tar s
zstd -q forged.tar -o forged.tar.zst
rm -f $own/s.tar.zst*
cp forged.tar.zst $own/s.tar.zst
run "$RAYLAUNCH_BIN" archive --verify $own/s.tar.zst
is_rc 0 'another archive, whole in itself'
collect
is "$(column metric.loss "$out")" '- - - -' 'does not count'
err_has 'is none that the journal knows' 'and why'
run "$RAYLAUNCH_BIN" archive s
is_rc 7 'nor is it replaced: who knows what it holds'
for kind in damaged folder fifo; do
    rm -rf $own/s.tar.zst*
    case $kind in
    damaged) head -c 3000 whole.tar.zst >$own/s.tar.zst ;;
    folder) mkdir $own/s.tar.zst ;;
    fifo) mkfifo $own/s.tar.zst ;;
    esac
    run timeout 20 "$RAYLAUNCH_BIN" collect s
    is_rc 1 "a $kind in its place ends nothing"
    run timeout 20 "$RAYLAUNCH_BIN" archive s
    must_fail "and is not replaced ($kind)"
done
finish
