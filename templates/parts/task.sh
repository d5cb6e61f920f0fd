# ---- which point is this task's? ---------------------------------------------------------------
# Line k + 1 of the table holds what task k sets: point, attempt, base, parameters and command,
# quoted, so that only this one line is evaluated. The table is read once, and what was read must have
# the sum that it had when it was written. A network file system may need a while to show it.
rl_tries={{fs_grace}}
until rl_table=$(cat -- {{tasks}} 2>/dev/null) &&
    rl_line=$(printf '%s\n' "$rl_table" | sha256sum) && [ "${rl_line%% *}" = {{tasks_sum}} ] &&
    rl_line=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1)){p;q;}" <<<"$rl_table") && [ "${rl_line#rl_point=}" != "$rl_line" ]; do
    if [ $((rl_tries -= 1)) -le 0 ]; then
        printf 'raylaunch: %s is missing, was changed, or has no line for task %s\n' {{tasks}} "$SLURM_ARRAY_TASK_ID" >&2
        exit 1
    fi
    sleep 1
done
eval "$rl_line"
unset rl_table
rl_output={{outputs}}-${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.out
