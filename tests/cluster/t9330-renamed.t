#!/bin/bash
# A site whose job_submit plugin (job_submit/lua) writes names and comments of its own: every
# job is still told from the others. A sweep completes; typed again it submits nothing; a
# SIGKILL right after sbatch, before its outcome was written down, is adopted: from the queue by
# the script's path, and from accounting by the line of the call.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source=../system/harness.sh
. "$(dirname "$0")/../system/harness.sh"
cluster_require
[ -e /usr/lib/x86_64-linux-gnu/slurm-wlm/job_submit_lua.so ] ||
    [ -n "$(find /usr/lib* -name job_submit_lua.so -print -quit 2>/dev/null)" ] ||
    cannot slurm 'there is no job_submit/lua here'

restore()
{
    "$CLUSTER_SH" config --restore
    rm -f "$LAB/cluster/etc/slurm/job_submit.lua"
}
trap 'restore; rm -rf "$WORK"' EXIT
cat >"$LAB/cluster/etc/slurm/job_submit.lua" <<'LUA'
function slurm_job_submit(job_desc, part_list, submit_uid)
    job_desc.name = "site-" .. submit_uid
    job_desc.comment = "of the site"
    return slurm.SUCCESS
end
function slurm_job_modify(job_desc, job_rec, part_list, modify_uid)
    return slurm.SUCCESS
end
return slurm.SUCCESS
LUA
"$CLUSTER_SH" config JobSubmitPlugins=lua MessageTimeout=2 || exit 1

folder=$(work_folder rlalice t9330)
cd "$folder" || exit 1
cat >point.sh <<'SH'
echo "run $*" >>"$HOME/t9330/ran-$1"
[ ! -e "$HOME/t9330/slow" ] || sleep 3
echo "TMGG_RESULT:{\"metrics\":{\"val_loss\":1}}"
SH
mkdir bin
# The real sbatch, and then SIGKILL to whoever called it, at the call that the file "at" names.
cat >bin/sbatch <<'SH'
#!/bin/bash
n=$(cat "$HOME/t9330/n" 2>/dev/null)
echo $((n + 1)) >"$HOME/t9330/n"
PATH=${PATH#*:} sbatch "$@"
rc=$?
[ "${n:-0}" != "$(cat "$HOME/t9330/at")" ] || kill -KILL $PPID
exit $rc
SH
chmod 755 bin/sbatch
chown -R --reference=. .
chmod -R a+rX .
words=(raylaunch sweep --nodes 1 --cpus-per-task 1 --gpus-per-task 0 --mem 100M --time 5 --shared --no-ray
    --poll 1)
grid=('lr=0.1,0.01' 'seed=1,2')

run as_user rlalice "${words[@]}" --name plain --wait -- bash point.sh plain "${grid[@]}"
is_rc 0 'a sweep whose names are rewritten'
err_has '4 points = 4 completed' 'four completed points'
is "$(as_user root squeue -h -t all -u rlalice -o '%Z %j' | grep '/t9330 ' | cut -d' ' -f2 | sort -u)" "site-$(as_user rlalice id -u)" \
    'the names are the site'"'"'s'
run as_user rlalice "${words[@]}" --name plain --wait -- bash point.sh plain "${grid[@]}"
is_rc 0 'typed again'
is "$(grep -c '"event":"submitting"' slurm_outputs/plain/journal.jsonl)" 4 'nothing is submitted again'

as_user rlalice touch slow
echo 1 >"at"
as_user rlalice env PATH="$folder/bin:/usr/bin:/bin" "$LAB/prefix/bin/${words[0]}" "${words[@]:1}" --in-flight 1 --name killed \
    -- bash point.sh killed "${grid[@]}" >/dev/null 2>&1
is "$(grep -c '"event":"submitted"' slurm_outputs/killed/journal.jsonl)" 1 'killed after the second sbatch'
run as_user rlalice "${words[@]}" --name killed --wait -- bash point.sh killed "${grid[@]}"
is_rc 0 'typed again, it is finished'
err_has '4 points = 4 completed' 'four completed points'
is "$(grep '"event":"adopted"' slurm_outputs/killed/journal.jsonl | grep -c '"witness":"queue"')" 1 \
    'the second job was adopted, from the queue'
is "$(sort ran-killed | uniq -c | awk '$1 != 1' | wc -l)/$(wc -l <ran-killed)" 0/4 'each point ran once'

# The same as an array: all its tasks are adopted.
as_user rlalice rm -f n
echo 0 >"at"
as_user rlalice env PATH="$folder/bin:/usr/bin:/bin" "$LAB/prefix/bin/${words[0]}" "${words[@]:1}" --mode array --name tasks \
    -- bash point.sh tasks "${grid[@]}" >/dev/null 2>&1
is "$(grep -c '"event":"submitted"' slurm_outputs/tasks/journal.jsonl)" 0 'killed after the sbatch of an array'
run as_user rlalice "${words[@]}" --mode array --name tasks --wait -- bash point.sh tasks "${grid[@]}"
is_rc 0 'typed again, it is finished'
err_has '4 points = 4 completed' 'four completed points'
is "$(grep -c '"event":"adopted"' slurm_outputs/tasks/journal.jsonl)" 1 'the array was adopted'
is "$(sort ran-tasks | uniq -c | awk '$1 != 1' | wc -l)/$(wc -l <ran-tasks)" 0/4 'each point ran once'
echo 1 >"at"

# The same, but the controller has forgotten the job (and no claim is left): accounting knows it.
rm -f slow n
as_user rlalice env PATH="$folder/bin:/usr/bin:/bin" "$LAB/prefix/bin/${words[0]}" "${words[@]:1}" --in-flight 1 --name gone \
    -- bash point.sh gone "${grid[@]}" >/dev/null 2>&1
wait_for 30 has_no_jobs rlalice
rm -f slurm_outputs/gone/points/*.claim
"$CLUSTER_SH" config JobSubmitPlugins=lua MessageTimeout=2 MinJobAge=2 || exit 1
forgotten() { [ -z "$(as_user root squeue -h -t all -u rlalice)" ]; }
wait_for 60 forgotten
ok $? 'the controller has forgotten its jobs'
run as_user rlalice "${words[@]}" --name gone --wait -- bash point.sh gone "${grid[@]}"
is_rc 0 'typed again, it is finished'
is "$(grep '"event":"adopted"' slurm_outputs/gone/journal.jsonl | grep -c '"witness":"accounting"')" 1 \
    'the second job was adopted, from accounting'
is "$(sort ran-gone | uniq -c | awk '$1 != 1' | wc -l)/$(wc -l <ran-gone)" 0/4 'each point ran once'
finish
