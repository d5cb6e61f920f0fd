#include "launcher/commands/sweep/retry_plan.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/campaign/status_summary.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/policy/bad_nodes.h"

void retry_plan_release(struct retry_plan *plan)
{
    free(plan->rows);
    free(plan->exclude);
    *plan = (struct retry_plan){0};
}

static bool is_wanted(const struct retry_request *request,
                      const struct sweep_point *point)
{
    if (request->states->count > 0 &&
        !words_has(request->states, state_name(sweep_state(point))))
        return false;
    return request->causes->count == 0 ||
           (state_is_final(sweep_state(point)) &&
            words_has(request->causes, point_cause(point)));
}

static void add_row(struct retry_plan *plan, const struct retry_row *row)
{
    plan->rows = xgrow(plan->rows, plan->n_rows, &plan->cap_rows, sizeof *plan->rows);
    plan->rows[plan->n_rows++] = *row;
}

/* Rows with equal settings together, in the order of their first ones. */
static void group(struct retry_plan *plan)
{
    struct retry_row *sorted = xcalloc(plan->n_rows, sizeof *sorted);
    bool *is_done = xcalloc(plan->n_rows, sizeof *is_done);
    size_t count = 0;

    for (size_t i = 0; i < plan->n_rows; i++) {
        for (size_t j = i; !is_done[i] && j < plan->n_rows; j++) {
            if (is_done[j] ||
                plan->rows[j].item.settings != plan->rows[i].item.settings)
                continue;
            sorted[count++] = plan->rows[j];
            is_done[j] = j > i;
        }
        is_done[i] = true;
    }
    free(plan->rows);
    free(is_done);
    plan->rows = sorted;
    plan->cap_rows = plan->n_rows;
}

void retry_plan_make(struct campaign *campaign, const struct retry_request *request,
                     struct retry_plan *ret_plan)
{
    struct work_queue chosen = {0};
    struct retry_plan plan = {0};

    plan.exclude =
        request->is_excluding_bad_nodes ? bad_nodes(campaign->sweep) : xstrdup("");
    select_points(campaign->sweep, campaign->selected, campaign->n_selected,
                  request->rule, request->globs, &chosen);
    for (size_t i = 0; i < chosen.count; i++) {
        struct retry_row row = {.item = chosen.items[i]};
        if (!is_wanted(request, row.item.point))
            continue;
        retry_resources_of_point(campaign->sweep, row.item.point, campaign->settings,
                                 &request->adjust, &row.adjustment);
        if (row.adjustment.is_hopeless) {
            plan.n_hopeless++;
            plan.hopeless = row.item.point;
            continue;
        }
        row.item.settings =
            settings_variants_get(&campaign->adjusted, campaign->settings,
                                  &row.adjustment.next, plan.exclude);
        add_row(&plan, &row);
    }
    work_queue_release(&chosen);
    if (plan.n_rows > 0)
        group(&plan);
    *ret_plan = plan;
}

void retry_plan_queue(const struct retry_plan *plan, struct work_queue *ret_queue)
{
    for (size_t i = 0; i < plan->n_rows; i++)
        work_queue_add(ret_queue, &plan->rows[i].item);
}

/* What one cell says: "4G a CPU -> 8G a CPU (most there is)", or the same as before. */
static char *change(char *before, char *after, bool is_at_cap)
{
    bool is_same = strcmp(before, after) == 0;
    char *text = xasprintf("%s%s%s%s", is_same ? "" : before, is_same ? "" : " -> ",
                           after, !is_same && is_at_cap ? " (most)" : "");

    free(before);
    free(after);
    return text;
}

static char *memory_cell(const struct resource_change *adjustment)
{
    return change(resources_memory_text(&adjustment->last),
                  resources_memory_text(&adjustment->next), adjustment->is_mem_at_cap);
}

static char *time_cell(const struct resource_change *adjustment)
{
    return change(resources_minutes_text(adjustment->last.minutes),
                  resources_minutes_text(adjustment->next.minutes),
                  adjustment->is_time_at_cap);
}

static char *end_cell(const struct sweep_point *point)
{
    const char *cause = point_cause(point);

    return xasprintf("%s%s%s%s", state_name(sweep_state(point)), *cause ? " (" : "",
                     cause, *cause ? ")" : "");
}

static void add_table(const struct retry_plan *plan, struct text *text)
{
    text_addf(text, "%-32s  %-28s  %7s  %-24s  %s\n", "point", "ended", "attempt",
              "memory", "time");
    for (size_t i = 0; i < plan->n_rows; i++) {
        const struct retry_row *row = &plan->rows[i];
        cleanup_free char *end = end_cell(row->item.point);
        cleanup_free char *memory = memory_cell(&row->adjustment);
        cleanup_free char *time = time_cell(&row->adjustment);
        text_addf(text, "%-32s  %-28s  %7u  %-24s  %s\n", row->item.point->point.id,
                  end, row->item.number, memory, time);
    }
}

static void retry_plan_add_json(const struct retry_row *row, const char *exclude,
                                struct text *text)
{
    const struct sweep_point *point = row->item.point;
    const struct resource_change *adjustment = &row->adjustment;
    cleanup_free char *memory = resources_memory_text(&adjustment->last);
    cleanup_free char *new_memory = resources_memory_text(&adjustment->next);
    cleanup_free char *time = resources_minutes_text(adjustment->last.minutes);
    cleanup_free char *new_time = resources_minutes_text(adjustment->next.minutes);

    struct json_writer json;

    jsonwrite_line(&json, "retry", text);
    jsonwrite_string(&json, "point", point->point.id);
    jsonwrite_integer(&json, "attempt", row->item.number);
    jsonwrite_string(&json, "state", state_name(sweep_state(point)));
    jsonwrite_string(&json, "cause", point_cause(point));
    jsonwrite_string(&json, "memory", memory);
    jsonwrite_string(&json, "new_memory", new_memory);
    jsonwrite_string(&json, "time", time);
    jsonwrite_string(&json, "new_time", new_time);
    jsonwrite_string(&json, "exclude", exclude);
    jsonwrite_line_end(&json);
}

int retry_plan_print(const struct invocation *in, const struct retry_plan *plan,
                     struct error *err)
{
    cleanup_text struct text text = {0};

    if (!in->json && plan->n_rows > 0)
        add_table(plan, &text);
    for (size_t i = 0; in->json && i < plan->n_rows; i++)
        retry_plan_add_json(&plan->rows[i], plan->exclude, &text);
    return in->json ? print_text(&text, err) : print_lines(&text, err);
}

void retry_plan_say(const struct invocation *in, const struct retry_plan *plan)
{
    if (plan->n_hopeless > 0)
        say(in,
            "%zu left out: twice the same end with all that the partition can give "
            "('%s'); name another --partition, --mem or --time to try again",
            plan->n_hopeless, plan->hopeless->point.id);
    if (*plan->exclude)
        say(in, "nodes that are avoided: %s", plan->exclude);
}
