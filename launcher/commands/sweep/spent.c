#include "launcher/commands/sweep/spent.h"

int spent_say(const struct invocation *in, const struct scheduler *scheduler,
              struct error *err)
{
    const struct scheduler_calls *calls = scheduler->calls;
    cleanup_text struct text text = {0};

    if (!calls)
        return 0;
    if (in->verbose)
        say(in,
            "calls spent: %ld sbatch, %ld squeue, %ld sacct, %ld scancel, %ld "
            "scontrol, sinfo and sacctmgr",
            calls->submit, calls->list, calls->history, calls->cancel, calls->other);
    if (!in->json)
        return 0;
    text_addf(&text,
              "{\"type\":\"calls\",\"sbatch\":%ld,\"squeue\":%ld,\"sacct\":%ld,"
              "\"scancel\":%ld,\"other\":%ld}\n",
              calls->submit, calls->list, calls->history, calls->cancel, calls->other);
    return print_text(&text, err);
}
