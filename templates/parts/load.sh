# The rest is the same for every job: the claim, so that an attempt runs only once, and the runtime:
# copied to this node, the copy checked, the copy run.
trap 'rl_warned=1' USR1
rl_files=(README job.sh keeper.py plain.sh ray.sh)
rl_job=${SLURM_JOB_ID:-${RAYLAUNCH_LOCAL_JOB:-$$}} rl_owner='' rl_tmp='' rl_tries=${rl_fs_grace:-10}
{{if array}}
[ -z "${SLURM_ARRAY_JOB_ID:-}" ] || rl_job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
{{end}}
rl_fail() { # cause, message: the end before there is a runtime
    local TZ=UTC0 text=${2//[\"\\]/?}
    text=${text//[! -~]/?}
    printf 'raylaunch: [    0.0s] failed: %s: %s\n' "$1" "$2" >&2
    (umask go-w && printf '{"v":1,"point":"%s","attempt":%d,"job_id":"%s","host":"%s","phase":"done","state":"failed",%s,%s:"%(%FT%TZ)T"}\n' \
        "$rl_point" "$rl_attempt" "$rl_job" "$HOSTNAME" "\"cause\":\"$1\",\"message\":\"$text\"" '"ended_at"' -1 \
        >"$rl_base.verdict.tmp" && exec mv -f -- "$rl_base.verdict.tmp" "$rl_base.verdict.json")
    [ -z "$rl_tmp" ] || rm -rf -- "$rl_tmp"
    exit 1
}
{{include parts/claim_link.sh}}
rl_tmp=$(umask 077 && mktemp -d -- "${rl_temp_folder:-/tmp}/rl.XXXXXX") ||
    rl_fail temp_folder "no folder can be made in temp folder ${rl_temp_folder:-/tmp} on $HOSTNAME"
exec {rl_lock}>"$rl_tmp/lock" && { echo raylaunch >&"$rl_lock" && flock -n "$rl_lock"; } 2>/dev/null
until rl_text=$(cd -- "$rl_sweep/runtime/${rl_sum::12}" 2>&1 && timeout 60 cp -f -- "${rl_files[@]}" "$rl_tmp/" 2>&1) &&
    rl_text=$(cd -- "$rl_tmp" && sha256sum -- "${rl_files[@]}" | sha256sum) && [ "${rl_text%% *}" = "$rl_sum" ]; do
    case $rl_text in *' space left'* | *uota* | *Read-only*) rl_fail temp_folder "temp folder on $HOSTNAME: $rl_text" ;; esac
    [ $((rl_tries -= 1)) -gt 0 ] || rl_fail runtime "the folder runtime/${rl_sum::12} of the sweep is missing or changed, \
so nothing ran. This puts it back and runs the point: raylaunch retry ${rl_sweep##*/}"
    sleep 1
done
