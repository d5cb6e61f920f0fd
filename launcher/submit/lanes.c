#include "launcher/submit/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

static void add_end(struct lane *lane, const char *job_id)
{
    size_t size = strcspn(job_id, "_"); /* an array is waited for as a whole */
    cleanup_free char *id = xmemdup(job_id, size);

    if (!words_has(&lane->ends, id))
        words_add(&lane->ends, id);
    lane->length++;
}

static struct lane *shortest(const struct lanes *lanes)
{
    struct lane *best = &lanes->items[0];

    for (size_t i = 1; i < lanes->count; i++) {
        if (lanes->items[i].length < best->length)
            best = &lanes->items[i];
    }
    return best;
}

/* Listed, or accepted after the last look at the queue. */
static bool is_waited_for(const struct attempt *attempt)
{
    bool is_new = !attempt->is_seen && attempt->gone_at <= 0;
    bool is_in_queue = attempt->is_listed && !state_is_final(attempt->seen.state);

    return attempt->phase == ATTEMPT_ACCEPTED && !attempt->is_final &&
           (is_new || is_in_queue);
}

void lanes_init(struct lanes *lanes, const struct sweep *sweep, size_t count)
{
    const struct attempt **last = NULL; /* live one of each lane of the journal */
    size_t n_last = 0, cap_last = 0;

    *lanes = (struct lanes){.count = count};
    if (count == 0)
        return;
    lanes->items = xcalloc(count, sizeof *lanes->items);
    for (size_t i = 0; i < sweep->n_attempts; i++) {
        const struct attempt *attempt = sweep->by_order[i];
        if (!is_waited_for(attempt))
            continue;
        /* What was submitted without lanes is spread over them. */
        if (attempt->lane < 0) {
            add_end(shortest(lanes), attempt->job_id);
            continue;
        }
        size_t lane = (size_t)attempt->lane;
        for (; n_last <= lane; n_last++) {
            last = xgrow(last, n_last, &cap_last, sizeof *last);
            last[n_last] = NULL;
        }
        last[lane] = attempt;
        lanes->items[lane % count].length++;
    }
    /* The last one stands behind all others of its lane. */
    for (size_t i = 0; i < n_last; i++) {
        if (last[i])
            add_end(&lanes->items[i % count], last[i]->job_id);
    }
    free(last);
}

void lanes_release(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++)
        words_release(&lanes->items[i].ends);
    free(lanes->items);
    *lanes = (struct lanes){0};
}

long lanes_take(struct lanes *lanes)
{
    if (lanes->count == 0)
        return -1;
    struct lane *lane = shortest(lanes);
    lane->length++;
    return lane - lanes->items;
}

bool lanes_is_free(const struct lanes *lanes, long lane)
{
    return lane < 0 || !lanes->items[lane].is_busy;
}

void lanes_begin(struct lanes *lanes, long lane)
{
    if (lane >= 0)
        lanes->items[lane].is_busy = true;
}

void lanes_end(struct lanes *lanes, long lane, const char *job_id)
{
    if (lane < 0)
        return;
    struct lane *own = &lanes->items[lane];
    own->is_busy = false;
    if (!job_id) {
        own->length -= own->length > 0;
        return;
    }
    words_release(&own->ends);
    words_add(&own->ends, job_id);
}

bool lanes_forget(struct lanes *lanes, long lane)
{
    if (lane < 0 || lanes->items[lane].ends.count == 0)
        return false;
    words_release(&lanes->items[lane].ends);
    return true;
}

void lanes_add_dependency(const struct lanes *lanes, long lane, struct text *text)
{
    if (lane < 0 || lanes->items[lane].ends.count == 0)
        return;
    const struct words *ends = &lanes->items[lane].ends;
    text_add(text, "afterany");
    for (size_t i = 0; i < ends->count; i++)
        text_addf(text, ":%s", ends->items[i]);
}
