#include "launcher/commands/sweep/after_option.h"

#include <stdlib.h>

#include "launcher/campaign/dependency.h"
#include "launcher/commands/locate.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

static int add_sweep(const struct invocation *in, struct dependency *found,
                     const char *word, bool is_any, struct error *err)
{
    struct campaign other = {0};
    cleanup_free char *path = NULL;

    if (locate_sweep(in->settings, word, &path, err) < 0)
        return -1;
    int rc = campaign_open(in->settings, path, &other, err);
    if (rc == 0)
        rc = campaign_connect(&other, err);
    if (rc == 0)
        rc = campaign_look(&other, err) == 0 ? 0 : -1;
    if (rc == 0)
        rc = dependency_add_sweep(found, other.sweep, is_any, err);
    campaign_close(&other);
    return rc;
}

static int add_all(const struct invocation *in, struct dependency *found,
                   const struct words *words, bool is_any, struct error *err)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        cleanup_free char *folder =
            path_join(settings_text(in->settings, SETTING_OUTPUT_DIR), word);
        int rc = after_is_job(word) && !locate_is_sweep(folder)
                     ? dependency_add_job(found, word, is_any, err)
                     : add_sweep(in, found, word, is_any, err);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int after_option(const struct invocation *in, struct campaign *campaign,
                 const struct words *after, const struct words *after_any,
                 struct error *err)
{
    struct dependency found = {.scheduler = &campaign->scheduler};

    if (after->count + after_any->count == 0)
        return 0;
    if (!scheduler_can(&campaign->scheduler, SCHEDULER_HAS_DEPENDENCIES))
        return error_set(err, ERROR_USAGE,
                         "the %s scheduler cannot start jobs after others (--after): "
                         "run one command after the other",
                         scheduler_name(&campaign->scheduler));
    int rc = add_all(in, &found, after, false, err);
    if (rc == 0)
        rc = add_all(in, &found, after_any, true, err);
    if (rc == 0) {
        free(campaign->dependency);
        campaign->dependency = after_dependency(&found.after);
        if (campaign->dependency)
            say(in, "the points start after other jobs (%s)", campaign->dependency);
        else
            say(in, "what they were to start after has ended already");
    }
    dependency_release(&found);
    return rc;
}
