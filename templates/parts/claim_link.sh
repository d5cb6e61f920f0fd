for rl_try in 1 2 3; do # a link is made in one step, with the id of its job inside
    ! ln -sn -- "$rl_job" "$rl_base.claim" 2>/dev/null || rl_owner=$rl_job
    [ -n "$rl_owner" ] || rl_owner=$(readlink -- "$rl_base.claim") || [ $rl_try = 3 ] || sleep 1
    [ -z "$rl_owner" ] || break
done
[ -n "$rl_owner" ] || rl_fail claim "the claim $rl_base.claim cannot be made: is its folder there, \
the disk full? $(ln -sn -- "$rl_job" "$rl_base.claim" 2>&1)"
if [ "$rl_owner" != "$rl_job" ]; then
    printf 'raylaunch: point %s attempt %d is already claimed by job %s; this job (%s) is a duplicate %s\n' \
        "$rl_point" "$rl_attempt" "$rl_owner" "$rl_job" 'and runs nothing' >&2
    exit 0
fi
