#include "launcher/policy/pending.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/text/utf8.h"

#define STUCK_LOOKS 3
#define STUCK_S 8.0

static bool is_in_own_lane(const struct attempt *attempt)
{
    return attempt->lane >= 0 && strcmp(attempt->seen.reason, "Dependency") == 0;
}

static void add_reason(const struct attempt *attempt, const struct wait_reason *reason,
                       struct pending *pending)
{
    size_t i = 0;

    while (i < pending->n_items &&
           strcmp(pending->items[i].raw, attempt->seen.reason) != 0)
        i++;
    if (i == PENDING_REASONS_MAX)
        i--;
    else if (i == pending->n_items)
        pending->items[pending->n_items++] =
            (struct pending_reason){attempt->seen.reason, reason, attempt, 0};
    pending->items[i].count++;
}

static int more_first(const void *a, const void *b)
{
    const struct pending_reason *one = a, *other = b;

    return one->count < other->count ? 1 : one->count > other->count ? -1 : 0;
}

void pending_take(const struct sweep *sweep, const size_t *selected, size_t n_selected,
                  const struct scheduler *scheduler, struct pending *ret_pending)
{
    struct pending pending = {0};

    for (size_t i = 0; i < n_selected; i++) {
        const struct attempt *attempt = sweep_attempt(sweep->points[selected[i]]);
        if (!attempt || !attempt_is_live(attempt))
            continue;
        if (!attempt->is_listed || !attempt->is_seen || !attempt->seen.reason ||
            attempt->seen.state != STATE_PENDING) {
            pending.n_other++;
            continue;
        }
        const struct wait_reason *reason =
            scheduler_reason(scheduler, attempt->seen.reason);
        bool is_maybe = reason->kind == REASON_MAYBE;
        bool is_never = reason->kind >= REASON_NEVER;
        bool is_behind = !is_never && is_in_own_lane(attempt);
        pending.n_never += is_never;
        pending.n_maybe += is_maybe;
        pending.n_behind += is_behind;
        pending.n_other += !is_never && !is_behind;
        add_reason(attempt, reason, &pending);
    }
    qsort(pending.items, pending.n_items, sizeof *pending.items, more_first);
    *ret_pending = pending;
}

void pending_add(const struct pending *pending, size_t most, struct text *text)
{
    for (size_t i = 0; i < pending->n_items && i < most; i++) {
        const struct pending_reason *item = &pending->items[i];
        const char *raw = *item->raw ? item->raw : "no reason given yet";
        text_addf(text, "%s%zu ", i ? ", " : "", item->count);
        utf8_add_printable(text, raw, strlen(raw));
        if (*item->reason->words)
            text_addf(text, " (%s%s)",
                      item->reason->kind >= REASON_NEVER ? "will never run: " : "",
                      item->reason->words);
    }
    if (pending->n_items > most)
        text_addf(text, ", and %zu more reasons", pending->n_items - most);
}

bool pending_is_stuck(const struct pending *pending, struct stuck *stuck, double now)
{
    if (pending->n_never == 0 || pending->n_other > 0) {
        *stuck = (struct stuck){0};
        return false;
    }
    if (stuck->looks++ == 0)
        stuck->since = now;
    return stuck->looks >= STUCK_LOOKS && now - stuck->since >= STUCK_S;
}
