# ---- the beginning -----------------------------------------------------------------------------

# A task of an array writes where Slurm could name a file; the point's own name leads there, too.
rl_link_output() {
    [ -n "${rl_output:-}" ] || return 0
    ln -f -- "$rl_output" "$rl_base.out" 2>/dev/null || ln -sfn -- "$rl_output" "$rl_base.out"
}

rl_close_outputs() { # Slurm made them with the umask of the submission
    local number
    for number in 1 2; do
        [ ! -f "/dev/fd/$number" ] || chmod -f go-w "/proc/self/fd/$number"
    done
}

rl_begin() {
    rl_clock
    rl_began=$rl_now
    trap 'rl_warned=1' USR1
    rl_iso
    rl_started=$rl_text
    rl_claim
    rl_link_output
    rl_close_outputs
    # Slurm may start a job again without being asked (scontrol requeue); what stands before this line is of no use then
    [ "$rl_requeue$rl_starts" = 01 ] || printf 'raylaunch: start %d of job %s\n' "$rl_starts" "$rl_job"
    rl_traps
    rl_enter claimed
    rl_say "point $rl_point, attempt $rl_attempt, job $rl_job, on $HOSTNAME"
}
