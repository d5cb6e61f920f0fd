#include "launcher/commands/sweep/sweep_plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/loose/loose_names.h"
#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/flags.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/poll_jobs.h"
#include "launcher/script/script.h"
#include "launcher/sweep/sweep.h"

static void warn_about_options(const struct words *command)
{
    const struct option_spec *table = flags_table(true);

    for (size_t i = 0; i < command->count; i++) {
        const char *word = command->items[i];
        if (strcmp(word, "--") == 0)
            return;
        if (strncmp(word, "--", 2) != 0)
            continue;
        size_t size = strcspn(word + 2, "=");
        if (options_find(&table, 1, word + 2, size))
            warn_user("'%s' stands behind the command, so it goes to the command; "
                      "raylaunch's options stand before it",
                      word);
    }
}

static bool is_on_path(const char *program)
{
    const char *path = getenv("PATH");

    if (strchr(program, '/'))
        return access(program, X_OK) == 0;
    while (path && *path) {
        size_t size = strcspn(path, ":");
        cleanup_free char *folder = xmemdup(path, size);
        cleanup_free char *whole = path_join(size ? folder : ".", program);
        if (access(whole, X_OK) == 0)
            return true;
        path += size + (path[size] == ':');
    }
    return false;
}

/* The job's own environment may hold what is not here. */
static bool has_environment(const struct settings *settings)
{
    return settings_list(settings, SETTING_SETUP)->count > 0 ||
           settings_list(settings, SETTING_MODULES)->count > 0 ||
           settings_is_set(settings, SETTING_VENV) ||
           settings_is_set(settings, SETTING_CONDA) ||
           settings_is_set(settings, SETTING_WRAP) || *settings_profile(settings);
}

static int check_entrypoint(const struct settings *settings, const struct plan *plan,
                            struct error *err)
{
    const char *program = plan->points[0].argv.items[0];

    if (plan->entry_file && !file_exists(plan->entry_file) &&
        !strchr(plan->entry_file, '{'))
        return error_set(err, ERROR_USAGE,
                         "there is no script '%s' here; give its path from this folder",
                         plan->entry_file);
    if (is_on_path(program) || strchr(program, '{'))
        return 0;
    if (!has_environment(settings))
        return error_set(
            err, ERROR_USAGE,
            "there is no program '%s' on PATH; load it with --setup, --module "
            "or --venv, or give its path",
            program);
    warn_user("there is no program '%s' here; the job's setup must bring it", program);
    return 0;
}

/* `python -m a.b`: the file, where it lies in this folder. NULL: it may be installed.
 * Owned. */
static char *module_file(const char *module)
{
    static const char *const tails[] = {"/__main__.py", ".py"};
    char *found = NULL;

    for (size_t i = 0; !found && i < 2; i++) {
        cleanup_text struct text path = {0};
        for (const char *c = module; *c; c++)
            text_add_char(&path, *c == '.' ? '/' : *c);
        text_add(&path, tails[i]);
        if (file_exists(text_string(&path)))
            found = text_take(&path);
    }
    return found;
}

static int make_request(struct invocation *in, const struct words *grids,
                        const struct words *points_files, bool no_split,
                        struct plan_request *request, struct error *err)
{
    const struct settings *settings = in->settings;
    const struct words *command = in->rest.count ? &in->rest : &in->file.command;

    if (command->count == 0)
        return error_set(
            err, ERROR_USAGE,
            "no command to run; write it behind the options: raylaunch sweep "
            "-- python train.py lr=0.1,0.01");
    words_copy(&request->command, command);
    words_copy(&request->grids, &in->file.grid);
    words_copy(&request->grids, grids);
    words_copy(&request->points_files, &in->file.points);
    words_copy(&request->points_files, points_files);
    request->style = settings_chose(settings, CHOICE_STYLE_FLAGS)
                         ? PLAN_STYLE_FLAGS
                         : PLAN_STYLE_OVERRIDES;
    request->no_split = no_split || in->file.no_split;
    request->hydra = settings_switch(settings, SETTING_HYDRA);
    request->allow_duplicates = settings_switch(settings, SETTING_ALLOW_DUPLICATES);
    request->max_points = (size_t)settings_integer(settings, SETTING_MAX_POINTS);
    return 0;
}

static int check_name(const char *name, struct error *err)
{
    if (sweep_is_name(name))
        return 0;
    return error_set(err, ERROR_USAGE,
                     "the name '%s' cannot be a folder and a job name; use letters, "
                     "digits, '.', '_' and '-' (at most 128)",
                     name);
}

int sweep_plan_make(struct invocation *in, const struct words *grids,
                    const struct words *points_files, bool no_split,
                    struct sweep_plan *ret_plan, struct error *err)
{
    struct plan_request request = {0};
    cleanup_words struct words warnings = {0};
    struct sweep_plan *made = ret_plan;

    *made = (struct sweep_plan){0};
    int rc = make_request(in, grids, points_files, no_split, &request, err);
    if (rc == 0)
        rc = plan_make(&request, &made->plan, err);
    words_copy(&made->command, &request.command);
    words_copy(&made->grids, &request.grids);
    plan_request_release(&request);
    if (rc < 0)
        return -1;
    if (made->plan.entry_module)
        made->plan.entry_file = module_file(made->plan.entry_module);
    warn_about_options(&made->command);
    plan_warnings(&made->plan, settings_switch(in->settings, SETTING_HYDRA), &warnings);
    warn_of(&warnings);
    made->name = settings_is_set(in->settings, SETTING_NAME)
                     ? xstrdup(settings_text(in->settings, SETTING_NAME))
                     : plan_sweep_name(&made->plan);
    made->path = path_join(settings_text(in->settings, SETTING_OUTPUT_DIR), made->name);
    if (check_name(made->name, err) < 0 || path_absolute(".", &made->folder, err) < 0)
        return -1;
    return check_entrypoint(in->settings, &made->plan, err);
}

void sweep_plan_release(struct sweep_plan *plan)
{
    plan_release(&plan->plan);
    words_release(&plan->command);
    words_release(&plan->grids);
    free(plan->name);
    free(plan->path);
    free(plan->folder);
}

int sweep_plan_add_script(const struct invocation *in, const struct sweep_plan *plan,
                          const struct point *point, bool is_whole, struct text *text,
                          struct error *err)
{
    struct template template = {0};
    const char *name = settings_text(in->settings, SETTING_TEMPLATE);
    const char *job_name = settings_text(in->settings, SETTING_JOB_NAME);
    cleanup_free char *folder = NULL;

    if (path_absolute(plan->path, &folder, err) < 0 ||
        (is_whole ? template_load_whole(name, &template, err)
                  : template_load(name, &template, err)) < 0)
        return -1;
    cleanup_free char *base = xasprintf("%s/points/%s", folder, point->id);
    cleanup_free char *tasks = xasprintf("%s/arrays/TOKEN.tasks", folder);
    cleanup_free char *outputs = xasprintf("%s/points/" LOOSE_ARRAY_NAME, folder);
    bool is_array = settings_chose(in->settings, CHOICE_MODE_ARRAY) &&
                    scheduler_named_can(settings_text(in->settings, SETTING_SCHEDULER),
                                        SCHEDULER_HAS_ARRAYS);
    struct script_request request = {.settings = in->settings,
                                     .tasks = is_array ? tasks : NULL,
                                     .outputs = is_array ? outputs : NULL,
                                     .template = &template,
                                     .point = point,
                                     .sweep_folder = folder,
                                     .jobs_folder = plan->folder,
                                     .base = base,
                                     .job_name = *job_name ? job_name : plan->name,
                                     .attempt = 1,
                                     .fs_grace = poll_jobs_looks(folder, in->settings)};
    int rc = script_render(&request, text, err);
    if (rc == 0 && is_array) {
        text_add(text,
                 "\n# The line of this point in TOKEN.tasks (TOKEN is random):\n# ");
        script_add_task(&request, text);
    }
    template_release(&template);
    return rc;
}
