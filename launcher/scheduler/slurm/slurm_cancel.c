#include "launcher/scheduler/slurm/slurm_cancel.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_fields.h"

#define BATCH 100

/* The job has ended, or is ending, or was forgotten: what was wanted. */
static bool is_harmless(const char *line, size_t size)
{
    static const char *const texts[] = {"Invalid job id specified",
                                        "Job/step already completing or completed",
                                        "already completed", "is completing"};
    cleanup_free char *copy = xmemdup(line, size);

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strstr(copy, texts[i]))
            return true;
    }
    return false;
}

/* Nothing said is an error only if the exit code says so. */
static bool is_done(const struct child_result *result)
{
    const char *text = text_string(&result->err_text);
    bool has_said = false;

    while (*text) {
        size_t size = strcspn(text, "\n");
        if (size > 0 && memmem(text, size, "error", 5)) {
            has_said = true;
            if (!is_harmless(text, size))
                return false;
        }
        text += size + (text[size] == '\n');
    }
    return has_said || result->exit_code == 0;
}

static int cancel_batch(const struct slurm_site_access *access, const struct words *ids,
                        size_t from, size_t to, struct error *err)
{
    struct child_command command;
    cleanup_with(child_result_release) struct child_result result = {0};
    cleanup_text struct text text = {0};
    size_t n_ids = 0;

    slurm_call_init(access, "scancel", &command);
    for (size_t i = from; i < to; i++) {
        if (!slurm_fields_is_id(ids->items[i]))
            continue;
        words_add(&command.argv, ids->items[i]);
        n_ids++;
    }
    if (n_ids == 0) { /* scancel alone would be an error, and with -M it is a filter */
        child_command_release(&command);
        return 0;
    }
    if (slurm_call_any(&command, &result, err) < 0)
        return -1;
    if (is_done(&result))
        return 0;
    child_describe("scancel", &result, &text);
    return error_set(err, ERROR_SCHEDULER, "%s", text_string(&text));
}

int slurm_cancel(const struct slurm_site_access *access, const struct words *ids,
                 struct error *err)
{
    int rc = 0;

    for (size_t i = 0; i < ids->count; i += BATCH) {
        size_t to = ids->count - i > BATCH ? i + BATCH : ids->count;
        struct error ignored = {0};
        if (cancel_batch(access, ids, i, to, rc < 0 ? &ignored : err) < 0)
            rc = -1;
    }
    return rc;
}
