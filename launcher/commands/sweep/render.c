#include <stdlib.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/commands/sweep/sweep_plan.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/script/script.h"

enum { OPT_GRID = 1, OPT_POINTS, OPT_POINT };

static const struct option_spec verb_render_options[] = {
    {"grid", 0, "KEY=A,B", .id = OPT_GRID},
    {"points", 0, "FILE", .id = OPT_POINTS},
    {"point", 0, "N", .id = OPT_POINT},
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

static int print_script(const struct invocation *in, const struct sweep_plan *plan,
                        const struct point *point, struct error *err)
{
    cleanup_text struct text text = {0};
    int rc = sweep_plan_add_script(in, plan, point, &text, err);

    if (rc == 0 && in->json) {
        cleanup_text struct text line = {0};
        text_addf(&line,
                  "{\"type\":\"script\",\"point\":\"%s\",\"script\":", point->id);
        jsonio_add_string(&line, text_string(&text));
        text_add(&line, "}\n");
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
