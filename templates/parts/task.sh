# ---- which point is this task's? ---------------------------------------------------------------
# Line k + 1 of the table holds what task k sets: point, attempt, base, parameters and command,
# quoted, so that only this one line is evaluated. A network file system may need a moment to
# show the table.
rl_line=''
for rl_try in 1 2 3 4 5; do
    rl_line=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1)){p;q;}" {{tasks}})
    case $rl_line in rl_point=*) break ;; esac
    [ "$rl_try" = 5 ] || sleep "$rl_try"
done
case $rl_line in
rl_point=*) eval "$rl_line" ;;
*)
    printf 'raylaunch: %s has no line for task %s\n' {{tasks}} "$SLURM_ARRAY_TASK_ID" >&2
    exit 1
    ;;
esac
rl_output={{outputs}}-${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.out
