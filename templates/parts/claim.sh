# ---- the claim: an attempt runs in one job only ------------------------------------------------
# A symbolic link is made in one step with the job id inside it. So a full disk leaves no claim
# without an owner, and where NFS sends a request twice the owner still reads his own id.

rl_claim() {
    local owner try
    for try in 1 2 3; do
        if ln -sn -- "$rl_job" "$rl_base.claim" 2>/dev/null; then
            return
        fi
        if owner=$(readlink -- "$rl_base.claim"); then
            [ "$owner" != "$rl_job" ] || return 0
            printf 'raylaunch: point %s attempt %d is already claimed by job %s; %s\n' \
                "$rl_point" "$rl_attempt" "$owner" \
                "this job ($rl_job) is a duplicate and runs nothing" >&2
            exit 0
        fi
        [ "$try" = 3 ] || sleep 1
    done
    printf 'raylaunch: the claim "%s" cannot be made: %s\n' "$rl_base.claim" \
        "$(ln -sn -- "$rl_job" "$rl_base.claim" 2>&1)" >&2
    rl_traps
    rl_fail claim "the claim $rl_base.claim cannot be made: is the folder there, the disk full?"
}

# A task of an array writes where Slurm could name a file; the point's own name leads there, too.
rl_link_output() {
    [ -n "${rl_output:-}" ] || return 0
    ln -f -- "$rl_output" "$rl_base.out" 2>/dev/null || ln -sfn -- "$rl_output" "$rl_base.out"
}

rl_begin() {
    rl_clock
    rl_began=$rl_now
    trap 'rl_warned=1' USR1
    rl_iso
    rl_started=$rl_text
    rl_claim
    rl_link_output
    [ "$rl_requeue" = 0 ] || printf 'raylaunch: start %d of job %s\n' "$rl_starts" "$rl_job"
    rl_traps
    rl_enter claimed
    rl_say "point $rl_point, attempt $rl_attempt, job $rl_job, on $HOSTNAME"
}
