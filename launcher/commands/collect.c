/* collect.c - the verb `collect` */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/archive/bundle.h"
#include "collector/loose/loose_outputs.h"
#include "collector/table/aggregate.h"
#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/locate.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/progress.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/temp_folder.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"

enum { OPT_FORMAT = 1, OPT_OFFLINE, OPT_WAIT };

static const struct option_spec verb_collect_options[] = {
    {"format", 0, "WORD", .id = OPT_FORMAT},
    {"offline", 0, NULL, .id = OPT_OFFLINE},
    {"wait", 0, NULL, .id = OPT_WAIT},
    {0},
};

struct collection {
    struct invocation *in;
    struct table table;
    size_t n_files;
    const char *shown;     /* borrowed: goes in front of outputs, NULL nothing */
    bool is_interrupted;   /* before all was final */
    bool has_troubles;     /* something was not read, and warned of */
    struct words troubles; /* owned: of earlier results */
    struct error first;    /* of operands that failed while others did not */
    struct error unsaved;
};

/* With several operands an output is named from the outside. */
static void name_outputs(const struct collection *collection, struct table *table)
{
    for (size_t i = 0; collection->shown && i < table->count; i++) {
        struct row *row = &table->rows[i];
        char *inside = row->output;
        row->output = path_join(collection->shown, inside);
        free(inside);
    }
}

/* The table of a colleague's sweep, or on a file system that is read-only, is shown
 * though it cannot be saved; a full disk is told behind the table. */
static void save_results(struct collection *collection, const struct campaign *campaign,
                         const struct table *table)
{
    struct error err = {0};

    errno = 0;
    if (report_write(campaign, table, &err) == 0)
        return;
    if (errno == EACCES || errno == EROFS || errno == EPERM)
        warn_user("the table is not saved: %s", err.text);
    else if (collection->unsaved.kind == ERROR_NONE)
        collection->unsaved = err;
}

/* As `raylaunch wait` does, but without its report. */
static int wait_for_sweep(struct collection *collection, struct campaign *campaign,
                          struct error *err)
{
    struct progress progress = {.in = collection->in};
    struct work_queue nothing = {0};
    enum campaign_end end = CAMPAIGN_ALL_FINAL;

    if (campaign_connect(campaign, err) < 0 ||
        campaign_clear_intents(campaign, err) < 0)
        return -1;
    progress_hook(&progress, campaign);
    int rc = campaign_wait(campaign, &nothing, &end, err);
    progress_close(&progress);
    campaign->hooks = (struct campaign_hooks){0};
    collection->is_interrupted = end == CAMPAIGN_INTERRUPTED;
    if (rc == 0 && collection->is_interrupted)
        say(collection->in,
            "stopped waiting; the jobs go on: this is what there is now");
    return rc;
}

static int open_one(struct collection *collection, const char *path,
                    struct campaign *campaign, bool is_offline, bool *ret_is_asked,
                    struct error *err)
{
    struct invocation *in = collection->in;
    bool has_wait = invocation_has(in, OPT_WAIT);

    if (!is_offline && !has_wait)
        return open_sweep_and_look(in, path, campaign, ret_is_asked, err);
    if (open_sweep(in, path, campaign, err) < 0)
        return -1;
    *ret_is_asked = has_wait;
    return has_wait ? wait_for_sweep(collection, campaign, err) : 0;
}

/* A folder with a journal: its points' own files and nothing else. */
static int collect_add_sweep(struct collection *collection, const char *path,
                             bool is_offline, struct error *err)
{
    struct campaign campaign = {0};
    bool is_asked = false;

    int rc = open_one(collection, path, &campaign, is_offline, &is_asked, err);
    struct table own = {0};
    if (rc == 0)
        rc = report_table(&campaign, is_asked, &own, &collection->troubles, err);
    if (rc == 0) {
        warn_code(&own);
        /* The table of an unpacked archive is not written back. */
        if (!is_offline)
            save_results(collection, &campaign, &own);
        name_outputs(collection, &own);
        table_move(&collection->table, &own);
        collection->n_files += campaign.sweep->n_points;
    }
    campaign_close(&campaign);
    return rc;
}

static int add_loose(struct collection *collection, const char *path, struct error *err)
{
    const struct settings *settings = collection->in->settings;
    bool is_folder = folder_exists(path);
    struct table own = {0};
    struct loose_options options = {
        .pick = report_pick(settings),
        .require_result = settings_switch(settings, SETTING_REQUIRE_RESULT)};
    struct loose_rows rows = {.table = &own};
    int rc = loose_outputs_add_rows(path, &options, &rows, err);

    for (size_t i = 0; i < rows.troubles.count; i++)
        warn_user("%s; the rest is collected", rows.troubles.items[i]);
    collection->has_troubles = collection->has_troubles || rows.troubles.count > 0;
    collection->n_files += rows.n_files;
    if (is_folder)
        name_outputs(collection, &own);
    words_release(&rows.troubles);
    table_move(&collection->table, &own);
    return rc;
}

static int collect_add_path(struct collection *collection, const char *path,
                            bool is_offline, struct error *err);

static int add_archive(struct collection *collection, const char *path,
                       struct error *err)
{
    cleanup_free char *folder = NULL;
    cleanup_free char *root = NULL;

    if (temp_folder_make(&folder, err) < 0)
        return -1;
    int rc = bundle_extract_results(path, folder, &root, err);
    if (rc == 0) {
        cleanup_free char *inside = path_join(folder, root);
        rc = collect_add_path(collection, inside, true, err);
    }
    temp_folder_remove(folder);
    return rc;
}

static int collect_add_path(struct collection *collection, const char *path,
                            bool is_offline, struct error *err)
{
    if (locate_is_sweep(path))
        return collect_add_sweep(collection, path, is_offline, err);
    if (invocation_has(collection->in, OPT_WAIT))
        return error_set(err, ERROR_USAGE,
                         "--wait is for sweeps: '%s' has no journal, so nobody knows "
                         "what to wait for",
                         path);
    if (!folder_exists(path) && bundle_is_archive(path))
        return add_archive(collection, path, err);
    return add_loose(collection, path, err);
}

static int add_operand(struct collection *collection, const char *word,
                       struct error *err)
{
    const struct invocation *in = collection->in;
    cleanup_free char *path = NULL;
    bool is_offline = invocation_has(in, OPT_OFFLINE);

    if (file_exists(word)) {
        /* A link that the user names is meant; links below a folder are not followed.
         */
        cleanup_free char *meant = realpath(word, NULL);
        return collect_add_path(
            collection, !folder_exists(word) && meant ? meant : word, is_offline, err);
    }
    if (locate_sweep(in->settings, word, &path, err) < 0)
        return -1;
    return collect_add_path(collection, path, is_offline, err);
}

/* Of several operands one that cannot be read is told, and the others go on. */
static int add_operands(struct collection *collection, struct error *err)
{
    const struct words *rest = &collection->in->rest;

    for (size_t i = 0; i < rest->count; i++) {
        struct error own = {0};
        collection->shown = rest->count > 1 ? rest->items[i] : NULL;
        if (add_operand(collection, rest->items[i], &own) == 0)
            continue;
        bool is_data = own.kind == ERROR_FILE || own.kind == ERROR_INPUT;
        if (rest->count == 1 || !is_data || interrupt_is_pending()) {
            *err = own;
            return -1;
        }
        warn_user("%s; the others are collected", own.text);
        collection->has_troubles = true;
        if (collection->first.kind == ERROR_NONE)
            collection->first = own;
    }
    if (collection->table.count > 0 || collection->first.kind == ERROR_NONE)
        return 0;
    *err = collection->first;
    return -1;
}

static int print_collection(struct collection *collection, struct error *err)
{
    const struct invocation *in = collection->in;
    const char *asked = settings_text(in->settings, SETTING_METRIC);
    const char *metric = *asked ? asked : table_guess_metric(&collection->table);
    enum direction direction = settings_chose(in->settings, CHOICE_DIRECTION_MAX)
                                   ? DIRECTION_MAX
                                   : DIRECTION_MIN;
    cleanup_text struct text line = {0};
    bool is_bad = false;

    table_sort(&collection->table, metric, direction);
    if (print_table(in, &collection->table, metric, invocation_value(in, OPT_FORMAT),
                    err) < 0)
        return -1;
    bool adds_up = table_count_line(&collection->table, &line);
    say(in, "%s", text_string(&line));
    for (size_t i = 0; i < collection->table.count; i++) {
        const struct row *row = &collection->table.rows[i];
        is_bad = is_bad || row->is_lost ||
                 (state_is_final(row->state) && row->state != STATE_COMPLETED);
    }
    warn_of_sources(&collection->table, &collection->troubles);
    if (!adds_up)
        return error_set(err, ERROR_BUG,
                         "the points do not add up; please report this");
    if (collection->unsaved.kind != ERROR_NONE) {
        *err = collection->unsaved;
        return -1;
    }
    return is_bad || collection->is_interrupted || collection->has_troubles ? 1 : 0;
}

static int verb_collect_run(struct invocation *in, struct error *err)
{
    struct collection collection = {.in = in};
    cleanup_free char *newest = NULL;
    int rc = 0;

    if (invocation_has(in, OPT_WAIT) && invocation_has(in, OPT_OFFLINE))
        return error_set(
            err, ERROR_USAGE,
            "--wait asks the scheduler, --offline does not: say one of them");
    if (in->rest.count == 0) {
        rc = locate_sweep(in->settings, NULL, &newest, err);
        if (rc == 0)
            rc = collect_add_path(&collection, newest, invocation_has(in, OPT_OFFLINE),
                                  err);
    }
    if (rc == 0)
        rc = add_operands(&collection, err);
    if (rc == 0 && collection.n_files == 0)
        rc = error_set(err, ERROR_INPUT,
                       "found no output files (*.out, *.log, *.err) in '%s'",
                       in->rest.count ? in->rest.items[0] : newest);
    if (rc == 0)
        rc = print_collection(&collection, err);
    table_release(&collection.table);
    words_release(&collection.troubles);
    return rc;
}

const struct command verb_collect = {
    .name = "collect",
    .options = verb_collect_options,
    .scope = SCOPE_SWEEP,
    .run = verb_collect_run,
};
