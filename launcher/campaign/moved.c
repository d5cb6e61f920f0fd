/* moved.c - a sweep whose working folder is gone, and --here (campaign.h) */
#include <string.h>

#include "launcher/campaign/campaign.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

static bool has_live(const struct campaign *campaign)
{
    return sweep_count_live(campaign->sweep) > 0;
}

void campaign_warn_moved(struct campaign *campaign, struct words *warnings)
{
    const struct sweep *sweep = campaign->sweep;

    if (!sweep_is_moved(sweep))
        return;
    words_addf(
        warnings,
        "the folder '%s' of the jobs of sweep '%s' is gone (moved or renamed?)%s; "
        "--here, typed in its folder, binds the sweep to where it stands now",
        sweep->folder, sweep->name,
        has_live(campaign)
            ? ": jobs that have not started cannot run there, `raylaunch "
              "cancel` ends them"
            : "");
}

int campaign_check_folder(const struct campaign *campaign, struct error *err)
{
    const struct sweep *sweep = campaign->sweep;

    if (!sweep_is_moved(sweep))
        return 0;
    return error_set(
        err, ERROR_USAGE,
        "the folder '%s' in which the jobs of sweep '%s' run is gone (moved "
        "or renamed?); --here, typed in its folder, binds the sweep to "
        "where it stands now",
        sweep->folder, sweep->name);
}

/* The script of the last attempts must be there, or it is another folder. */
static int check_place(const struct sweep *sweep, const char *folder, struct error *err)
{
    const json_t *event = json_object_get(sweep->settings_events, sweep->settings_id);
    const char *file = jsonio_string(event, "entry_file", "");
    cleanup_free char *path = path_join(folder, file);

    if (!*file || file_exists(path))
        return 0;
    return error_set(
        err, ERROR_USAGE,
        "there is no '%s' in '%s', so sweep '%s' is not bound to it: go to "
        "the folder where its command can be typed",
        file, folder, sweep->name);
}

int campaign_bind_here(struct campaign *campaign, const struct words *literal,
                       struct error *err)
{
    struct sweep *sweep = campaign->sweep;
    cleanup_free char *folder = NULL;

    if (path_absolute(".", &folder, err) < 0)
        return -1;
    if (!sweep->has_started || strcmp(sweep->folder, folder) == 0)
        return 0;
    if ((literal && sweep_check_command(sweep, literal, sweep->folder, err) < 0) ||
        check_place(sweep, folder, err) < 0 ||
        sweep_lock(sweep, SWEEP_LOCK_WAIT_MS, err) < 0)
        return -1;
    int rc = sweep_bind(sweep, folder, err);
    if (rc == 0)
        rc = sweep_flush(sweep, true, err);
    campaign_unlock(campaign);
    return rc;
}
