/* render.c - the verb `render` */
#include <stdlib.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/script/runtime.h"
#include "launcher/script/script.h"
#include "launcher/sweep/runtime_folder.h"

enum { OPT_GRID = 1, OPT_POINTS, OPT_POINT, OPT_WHOLE };

static const struct option_spec verb_render_options[] = {
    {"grid", 0, "KEY=A,B", .id = OPT_GRID},
    {"points", 0, "FILE", .id = OPT_POINTS},
    {"point", 0, "N", .id = OPT_POINT},
    {"self-contained", 0, NULL, .id = OPT_WHOLE},
    {0},
};

static int chosen_point(const struct invocation *in, const struct plan *plan,
                        size_t *ret_index, struct error *err)
{
    const char *word = invocation_value(in, OPT_POINT);
    char *end = NULL;
    unsigned long index = word ? strtoul(word, &end, 10) : 0;

    if (word && (*end || end == word || index >= plan->count))
        return error_set(err, ERROR_USAGE, "--point wants an index below %zu, not '%s'",
                         plan->count, word);
    *ret_index = index;
    return 0;
}

/* A script alone is not enough to run it elsewhere. */
static int tell_of_runtime(const struct invocation *in, const struct sweep_plan *plan,
                           struct error *err)
{
    struct template template = {0};
    bool is_there = false;

    if (template_load(settings_text(in->settings, SETTING_TEMPLATE), &template, err) <
        0)
        return -1;
    bool is_needed = runtime_is_needed(&template);
    template_release(&template);
    if (!is_needed)
        return 0;
    if (runtime_folder_is_there(plan->path, &is_there, err) < 0)
        return -1;
    if (!is_there)
        say(in,
            "the runtime that this script reads is not in '%s/runtime' yet: submitting "
            "writes it, --self-contained does without",
            path_shown(plan->path));
    return 0;
}

static int print_script(const struct invocation *in, const struct sweep_plan *plan,
                        const struct point *point, struct error *err)
{
    cleanup_text struct text text = {0};
    bool is_whole = invocation_has(in, OPT_WHOLE);
    int rc = sweep_plan_add_script(in, plan, point, is_whole, &text, err);

    if (rc == 0 && !is_whole)
        rc = tell_of_runtime(in, plan, err);

    if (rc == 0 && in->json) {
        cleanup_text struct text line = {0};
        struct json_writer json;
        jsonwrite_line(&json, "script", &line);
        jsonwrite_string(&json, "point", point->id);
        jsonwrite_string(&json, "script", text_string(&text));
        jsonwrite_line_end(&json);
        return print_text(&line, err);
    }
    return rc < 0 ? -1 : print_text(&text, err);
}

static int verb_render_run(struct invocation *in, struct error *err)
{
    struct sweep_plan plan = {0};
    size_t index = 0;

    int rc = sweep_adapt_local(in, err);
    if (rc == 0)
        rc = sweep_plan_make(in, &in->values[OPT_GRID], &in->values[OPT_POINTS], false,
                             &plan, err);
    if (rc == 0)
        rc = chosen_point(in, &plan.plan, &index, err);
    if (rc == 0)
        rc = print_script(in, &plan, &plan.plan.points[index], err);
    sweep_plan_release(&plan);
    return rc;
}

const struct command verb_render = {
    .name = "render",
    .options = verb_render_options,
    .scope = SCOPE_ALL,
    .stops_at_word = true,
    .run = verb_render_run,
};
