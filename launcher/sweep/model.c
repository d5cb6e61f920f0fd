#include "launcher/sweep/model.h"

#include <string.h>

#include "launcher/common/memory.h"

bool sweep_is_name(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._-";

    return *name && name[0] != '.' && name[0] != '-' && strlen(name) <= 128 &&
           !name[strspn(name, plain)];
}

bool sweep_find_point(const struct sweep *sweep, const char *id, size_t *ret_index)
{
    return map_get(&sweep->by_id, id, ret_index);
}

struct attempt *sweep_attempt(const struct sweep_point *point)
{
    for (size_t i = point->n_attempts; i > 0; i--) {
        struct attempt *attempt = point->attempts[i - 1];
        if (attempt->phase != ATTEMPT_REFUSED && attempt->phase != ATTEMPT_ABSENT)
            return attempt;
    }
    return NULL;
}

char *sweep_base(const struct sweep *sweep, const struct sweep_point *point,
                 unsigned number)
{
    cleanup_free char *shard =
        sweep->n_points > SHARD_POINTS
            ? xasprintf("%05zu/", point->point.index / SHARD_POINTS * SHARD_POINTS)
            : xstrdup("");

    if (number == 1)
        return xasprintf("points/%s%s", shard, point->point.id);
    return xasprintf("points/%s%s.r%u", shard, point->point.id, number);
}

char *attempt_path(const struct sweep *sweep, const struct attempt *attempt,
                   const char *suffix)
{
    bool is_output = strcmp(suffix, ".out") == 0 || strcmp(suffix, ".err") == 0;
    const char *base =
        is_output && attempt->output_base ? attempt->output_base : attempt->base;

    return xasprintf("%s/%s%s", sweep->path, base, suffix);
}

size_t sweep_count_live(const struct sweep *sweep)
{
    size_t count = 0;

    for (size_t i = 0; i < sweep->n_attempts; i++)
        count += attempt_is_live(sweep->by_order[i]);
    return count;
}

struct attempt *sweep_by_token(const struct sweep *sweep, const char *token)
{
    size_t index;

    return map_get(&sweep->by_token, token, &index) ? sweep->by_order[index] : NULL;
}

struct array *sweep_array(const struct sweep *sweep, const char *token)
{
    size_t index;

    return map_get(&sweep->by_array, token, &index) ? sweep->arrays[index] : NULL;
}

enum state sweep_state(const struct sweep_point *point)
{
    const struct attempt *attempt = sweep_attempt(point);

    if (!attempt)
        return point->is_cancelled ? STATE_CANCELLED : STATE_PLANNED;
    if (attempt->is_final)
        return attempt->state;
    if (attempt->phase == ATTEMPT_INTENT)
        return STATE_SUBMITTING;
    if (attempt->is_seen && attempt->is_listed && !state_is_final(attempt->seen.state))
        return attempt->seen.state == STATE_UNKNOWN ? STATE_UNKNOWN
                                                    : attempt->seen.state;
    /* Ended, and its files are being waited for: still running for a reader. */
    return attempt->is_seen ? STATE_RUNNING : STATE_SUBMITTED;
}

void sweep_count(const struct sweep *sweep, const size_t *points, size_t n_points,
                 struct sweep_counts *ret_counts)
{
    *ret_counts = (struct sweep_counts){.total = n_points};
    for (size_t i = 0; i < n_points; i++) {
        enum state state = sweep_state(sweep->points[points ? points[i] : i]);
        ret_counts->by_state[state]++;
        if (state_is_final(state))
            ret_counts->n_final++;
        else if (state != STATE_PLANNED)
            ret_counts->n_live++;
    }
}
