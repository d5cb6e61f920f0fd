#!/bin/bash
# archive: every file of the sweep's folder comes back, or is named; collect ARCHIVE reads, and does no more.
# What would go wrong: a program's dot files or checkpoints are missing without a word, a bomb fills the
# temp folder, Ctrl-C waits for the end of a large archive.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/harness.sh"
cd "$WORK" || exit 1
"$RAYLAUNCH_BIN" version --json | grep -q '"archive":true' || { echo '1..0 # SKIP built without libarchive'; exit 0; }

"$RAYLAUNCH_BIN" sweep --scheduler local --no-ray --wait --name s -- \
    sh -c 'echo "TMGG_RESULT:{\"metrics\":{\"loss\":1}}"' k=1 >sweep.log 2>&1
own=slurm_outputs/s/points/own
mkdir -p $own/.git/refs $own/epoch-3
echo ref >$own/.git/refs/main
echo w | tee $own/.w.swp $own/lock $own/data.tar.zst $own/half.part >$own/epoch-3/weights
ln -s epoch-3 $own/latest
ln -s ../own/lock $own/beside
ln -s nothing $own/dangling
ln -s /etc/hostname $own/whole
mkfifo $own/pipe
run "$RAYLAUNCH_BIN" archive s --json
is_rc 0 'archived'
err_has "left out of the archive: 'points/own/pipe'" 'a FIFO is named'
err_has "left out of the archive: 'points/own/whole': a link" 'and a link with a whole path'
is "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["left_out"]))' "$out")" 2 'nothing else, in JSON too'
run "$RAYLAUNCH_BIN" archive --verify slurm_outputs/s/s.tar.zst
is_rc 0 'it is right'
run "$RAYLAUNCH_BIN" archive --extract slurm_outputs/s/s.tar.zst back
is_rc 0 'and comes back'
rm $own/pipe $own/whole
run diff -r --no-dereference $own back/s/points/own
is_rc 0 'every file and link of it'
(cd back/s && sha256sum --quiet -c MANIFEST.sha256) >"$out" 2>&1
ok $? 'and sha256sum finds nothing wrong'
run "$RAYLAUNCH_BIN" archive --scheduler local s
is_rc 0 'archived again'

# ---- collect ARCHIVE: text, not zeros, and much of it; a table asks for none of the weights
python3 - <<'P'
import io, subprocess, tarfile
def write(name, member, size):
    class Text(io.RawIOBase):
        def read(self, n=-1):
            return b"epoch loss nan\n" * (n // 15) + b"\n" * (n % 15)
    zstd = subprocess.Popen(["zstd", "-q", "-1", "-c"], stdin=subprocess.PIPE, stdout=open(name, "wb"))
    with tarfile.open(fileobj=zstd.stdin, mode="w|") as tar:
        for path, data, length in (("r/a.out", io.BytesIO(b'TMGG_RESULT:{"metrics":{"loss":1}}\n'), 35), (member, Text(), size)):
            info = tarfile.TarInfo(path)
            info.size = length
            tar.addfile(info, data)
    zstd.stdin.close()
    zstd.wait()
write("bomb.tar.zst", "r/b.log", 300 << 20)
write("weights.tar.zst", "r/model.bin", 300 << 20)
write("long.tar.zst", "r/model.bin", 2 << 30)
P
mkdir tmp
run env TMPDIR="$WORK/tmp" "$RAYLAUNCH_BIN" collect bomb.tar.zst
is_rc 3 'a bomb of output'
err_has 'archive --extract' 'is refused, and how to have it all the same'
run env TMPDIR="$WORK/tmp" "$RAYLAUNCH_BIN" collect --json weights.tar.zst
is_rc 0 'much that nobody asks for'
is "$(grep -c '"n_results":1' "$out")" 1 'hides no result'
# To be seen by what it does not print: one that reads on has a row of r/a.out at its end.
TMPDIR=$WORK/tmp python3 -c 'import os, signal, subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
while not os.listdir(os.environ["TMPDIR"]) and child.poll() is None:
    time.sleep(0.01)
child.send_signal(signal.SIGINT)
print(child.communicate()[0], child.returncode)' "$RAYLAUNCH_BIN" collect long.tar.zst >"$out"
is "$(cat "$out")" "b'' 130" 'Ctrl-C ends the reading of a long one'
is "$(ls -A tmp)" '' 'nothing of any is left'
finish
