# ---- which point is this task's? ---------------------------------------------------------------
# Line k + 1 of the table holds what task k sets: point, attempt, base, parameters and command,
# quoted, so that only this one line is evaluated. A network file system may need a while to show
# the table.
rl_tries={{fs_grace}}
until rl_line=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1)){p;q;}" {{tasks}} 2>/dev/null) && [ "${rl_line#rl_point=}" != "$rl_line" ]; do
    if [ $((rl_tries -= 1)) -le 0 ]; then
        printf 'raylaunch: %s has no line for task %s\n' {{tasks}} "$SLURM_ARRAY_TASK_ID" >&2
        exit 1
    fi
    sleep 1
done
eval "$rl_line"
rl_output={{outputs}}-${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.out
