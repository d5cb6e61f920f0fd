#include "launcher/policy/select_points.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

bool select_matches(const struct sweep_point *point, const struct words *globs)
{
    if (!globs || globs->count == 0)
        return true;
    for (size_t i = 0; i < globs->count; i++) {
        if (fnmatch(globs->items[i], point->point.id, 0) == 0)
            return true;
        for (size_t j = 0; j < point->point.n_params; j++) {
            cleanup_free char *word = xasprintf("%s=%s", point->point.params[j].key,
                                                point->point.params[j].value);
            if (fnmatch(globs->items[i], word, 0) == 0)
                return true;
        }
    }
    return false;
}

static bool is_taken(const struct sweep_point *point, enum select_rule rule)
{
    const struct attempt *attempt = sweep_attempt(point);

    if (!attempt)
        return rule == SELECT_ALL || point->is_cancelled == (rule == SELECT_CANCELLED);
    bool is_in_queue = attempt->is_listed && !state_is_final(attempt->seen.state);
    if (attempt_is_live(attempt) || is_in_queue)
        return false;
    const char *cause = jsonio_string(attempt->final, "cause", "");
    bool is_cancelled = attempt->state == STATE_CANCELLED;
    bool is_from_outside = state_is_from_outside(attempt->state) ||
                           (is_cancelled && cause_is(cause, CAUSE_BY_OTHER));
    switch (rule) {
    case SELECT_RESUME:
        return is_from_outside && !point->is_cancelled;
    case SELECT_FAILED:
        return is_from_outside || attempt->state == STATE_FAILED ||
               attempt->state == STATE_TIMEOUT || attempt->state == STATE_OOM;
    case SELECT_CANCELLED:
        return is_cancelled || (is_from_outside && point->is_cancelled);
    case SELECT_ALL:
        return true;
    }
    return false;
}

unsigned select_next_number(const struct sweep_point *point)
{
    unsigned highest = 0;

    for (size_t i = 0; i < point->n_attempts; i++) {
        const struct attempt *attempt = point->attempts[i];
        if (attempt->phase == ATTEMPT_ACCEPTED && attempt->number > highest)
            highest = attempt->number;
    }
    return highest + 1;
}

void work_queue_add(struct work_queue *choice, const struct submit_item *item)
{
    choice->items =
        xgrow(choice->items, choice->count, &choice->cap, sizeof *choice->items);
    choice->items[choice->count++] = *item;
}

void select_points(const struct sweep *sweep, const size_t *selected, size_t n_selected,
                   enum select_rule rule, const struct words *globs,
                   struct work_queue *ret_choice)
{
    for (size_t i = 0; i < n_selected; i++) {
        struct sweep_point *point = sweep->points[selected[i]];
        if (!is_taken(point, rule) || !select_matches(point, globs))
            continue;
        const struct submit_item item = {.point = point,
                                         .number = select_next_number(point),
                                         .since = sweep->journal.next_seq};
        work_queue_add(ret_choice, &item);
    }
}

size_t work_queue_drop_cancelled(struct work_queue *choice)
{
    size_t left = 0;

    for (size_t i = 0; i < choice->count; i++) {
        const struct submit_item *item = &choice->items[i];
        long long cancel_seq = item->point->cancel_seq;
        if (cancel_seq == 0 || cancel_seq < item->since)
            choice->items[left++] = *item;
    }
    size_t n_dropped = choice->count - left;
    choice->count = left;
    return n_dropped;
}

void work_queue_release(struct work_queue *choice)
{
    free(choice->items);
    *choice = (struct work_queue){0};
}
