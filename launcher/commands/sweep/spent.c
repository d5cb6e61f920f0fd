#include "launcher/commands/sweep/spent.h"

#include "launcher/common/trees/json_write.h"

int spent_say(const struct invocation *in, const struct scheduler *scheduler,
              struct error *err)
{
    const struct scheduler_calls *calls = scheduler->calls;
    cleanup_text struct text text = {0};
    struct json_writer json;

    if (!calls)
        return 0;
    if (in->verbose)
        say(in,
            "calls spent: %ld sbatch, %ld squeue, %ld sacct, %ld scancel, %ld "
            "scontrol, sinfo and sacctmgr",
            calls->submit, calls->list, calls->history, calls->cancel, calls->other);
    if (!in->json)
        return 0;
    jsonwrite_line(&json, "calls", &text);
    jsonwrite_integer(&json, "sbatch", calls->submit);
    jsonwrite_integer(&json, "squeue", calls->list);
    jsonwrite_integer(&json, "sacct", calls->history);
    jsonwrite_integer(&json, "scancel", calls->cancel);
    jsonwrite_integer(&json, "other", calls->other);
    jsonwrite_line_end(&json);
    return print_text(&text, err);
}
