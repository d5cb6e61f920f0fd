#include "launcher/commands/open_sweep.h"

#include <string.h>
#include <unistd.h>

#include "launcher/commands/locate.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "launcher/settings/trust.h"

/* resolved.yaml, and what is taken from it. */
struct recollection {
    const char *file;
    const char *doubt; /* who else could have written it, or NULL */
    enum recall recall;
};

/* One key of resolved.yaml; where the folder stands is what the verb found, not what
 * the file says. */
static int recall_key(struct settings *settings, const char *name,
                      const struct tree *value, const struct recollection *from,
                      struct error *err)
{
    static const enum setting always[] = {SETTING_SCHEDULER, SETTING_REQUIRE_RESULT,
                                          SETTING_METRIC, SETTING_DIRECTION};
    enum setting key;
    const char *file = from->file;
    bool is_wanted = from->recall != RECALL_FEW;

    if (!setting_from_name(name, &key) || key == SETTING_OUTPUT_DIR ||
        key == SETTING_NAME)
        return 0;
    /* A limit that the user has now counts, not the one of when the sweep began. */
    if (key == SETTING_MAX_ACTIVE_JOBS && settings_is_asked(settings, key))
        return 0;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        is_wanted = is_wanted || key == always[i];
    if (!is_wanted)
        return 0;
    if (from->doubt && setting_runs_code(key))
        return from->recall != RECALL_TO_RUN
                   ? 0
                   : error_set(err, ERROR_POLICY, "'%s' would run as you, but %s", name,
                               from->doubt);
    if (value->kind == TREE_SCALAR)
        return settings_set(settings, key, value->text, RANK_SWEEP_FILE, file, err);
    for (size_t i = 0; i < value->count; i++) {
        const struct tree *child = value->children[i];
        if (child->kind != TREE_SCALAR)
            continue;
        cleanup_free char *text = value->kind == TREE_MAP
                                      ? xasprintf("%s=%s", value->keys[i], child->text)
                                      : xstrdup(child->text);
        if (settings_set(settings, key, text, RANK_SWEEP_FILE, file, err) < 0)
            return -1;
    }
    return 0;
}

/* resolved.yaml says with which scheduler the sweep was started, and what its results
 * need. */
static int recall_settings(struct invocation *in, const char *path, enum recall recall,
                           struct error *err)
{
    cleanup_free char *file = path_join(path, "resolved.yaml");

    enum folder_owner owner;
    uid_t uid = geteuid();
    cleanup_free char *doubt = NULL;

    if (!file_exists(file))
        return 0;
    /* Where the folder is the caller's, so is a file of the folder's owner. */
    if (own_folder_look(path, &owner, &uid, err) < 0)
        return -1;
    struct tree *tree = trust_load(file, owner == FOLDER_OF_CALLER ? uid : geteuid(),
                                   true, &doubt, err);
    if (!tree)
        return -1;
    struct recollection from = {.file = file, .doubt = doubt, .recall = recall};
    int rc = 0;
    for (size_t i = 0; rc == 0 && tree->kind == TREE_MAP && i < tree->count; i++) {
        const struct tree *value = tree->children[i];
        bool is_section = value->kind == TREE_MAP && strcmp(tree->keys[i], "env") != 0;
        for (size_t j = 0; rc == 0 && is_section && j < value->count; j++) {
            cleanup_free char *name = xasprintf("%s.%s", tree->keys[i], value->keys[j]);
            rc = recall_key(in->settings, name, value->children[j], &from, err);
        }
        if (rc == 0 && !is_section)
            rc = recall_key(in->settings, tree->keys[i], value, &from, err);
    }
    tree_free(tree);
    return rc;
}

int open_sweep_at(struct invocation *in, const char *path,
                  struct campaign *ret_campaign, struct error *err)
{
    if (recall_settings(in, path, RECALL_FEW, err) < 0 ||
        campaign_open(in->settings, path, ret_campaign, err) < 0)
        return -1;
    campaign_select_all(ret_campaign);
    return 0;
}

int open_sweep_operand(const struct invocation *in, const char **ret_sweep,
                       struct error *err)
{
    if (in->rest.count > 1)
        return error_set(err, ERROR_USAGE,
                         "one sweep at a time: '%s' is one word too many",
                         in->rest.items[1]);
    *ret_sweep = in->rest.count > 0 ? in->rest.items[0] : NULL;
    return 0;
}

static int open_found(struct invocation *in, const char *sweep, enum recall recall,
                      struct campaign *ret_campaign, struct error *err)
{
    cleanup_free char *path = NULL;

    if (locate_sweep(in->settings, sweep, &path, err) < 0 ||
        recall_settings(in, path, recall, err) < 0 ||
        campaign_open(in->settings, path, ret_campaign, err) < 0)
        return -1;
    campaign_select_all(ret_campaign);
    return 0;
}

int open_sweep(struct invocation *in, const char *sweep, struct campaign *ret_campaign,
               struct error *err)
{
    return open_found(in, sweep, RECALL_FEW, ret_campaign, err);
}

int open_sweep_settings(struct invocation *in, const char *sweep, enum recall recall,
                        struct campaign *ret_campaign, struct error *err)
{
    return open_found(in, sweep, recall, ret_campaign, err);
}

int open_sweep_look(struct campaign *campaign, bool *ret_is_asked, struct error *err)
{
    struct error trouble = {0};

    int rc = campaign_connect(campaign, &trouble);
    if (rc == 0)
        rc = campaign_look(campaign, &trouble);
    if (trouble.kind == ERROR_INTERRUPT ||
        (rc < 0 && trouble.kind != ERROR_SCHEDULER && trouble.kind != ERROR_USAGE)) {
        *err = trouble;
        return -1;
    }
    *ret_is_asked = rc == 0;
    if (rc != 0)
        warn_user("the scheduler was not asked (%s); this is what the folder says",
                  trouble.text);
    campaign_select_all(campaign);
    return 0;
}

int open_sweep_and_look(struct invocation *in, const char *sweep,
                        struct campaign *ret_campaign, bool *ret_is_asked,
                        struct error *err)
{
    if (open_sweep(in, sweep, ret_campaign, err) < 0)
        return -1;
    return open_sweep_look(ret_campaign, ret_is_asked, err);
}
