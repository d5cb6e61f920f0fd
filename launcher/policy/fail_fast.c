#include "launcher/policy/fail_fast.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"

#define WAYS_MAX 64 /* ways to fail that are told apart */

struct way {
    enum state state;
    const char *cause; /* borrowed */
    size_t count;
    const struct attempt *first;
};

void fail_fast_init(struct fail_fast *fail_fast, const struct settings *settings,
                    const struct sweep *sweep)
{
    long long limit = settings_integer(settings, SETTING_FAIL_FAST);

    *fail_fast = (struct fail_fast){.limit = limit > 0 ? (size_t)limit : 0,
                                    .since_seq = sweep->journal.next_seq};
}

/* What the user cancelled did not fail. */
static bool has_failed(const struct fail_fast *fail_fast, const struct attempt *attempt)
{
    return attempt && attempt->is_final && attempt->state != STATE_COMPLETED &&
           attempt->state != STATE_CANCELLED &&
           attempt->final_seq >= fail_fast->since_seq;
}

static struct way *find_way(struct way *ways, size_t *n_ways,
                            const struct attempt *attempt)
{
    const char *cause = jsonio_string(attempt->final, "cause", "");

    for (size_t i = 0; i < *n_ways; i++) {
        if (ways[i].state == attempt->state && strcmp(ways[i].cause, cause) == 0)
            return &ways[i];
    }
    if (*n_ways == WAYS_MAX)
        return NULL;
    ways[*n_ways] = (struct way){.state = attempt->state, .cause = cause};
    return &ways[(*n_ways)++];
}

static void add_message(const struct sweep *sweep, const struct way *way, size_t n_held,
                        struct text *message)
{
    const char *name = sweep->name;
    const char *said = jsonio_string(way->first->final, "message", "");
    cleanup_free char *err_path = attempt_path(sweep, way->first, ".err");

    text_addf(message,
              "%zu points ended the same way, %s%s%s%s, so no more are submitted "
              "(--fail-fast); the first was '%s'%s%s; its log: '%s'. ",
              way->count, state_name(way->state), *way->cause ? " (" : "", way->cause,
              *way->cause ? ")" : "", way->first->point->point.id, *said ? ": " : "",
              said, err_path);
    if (n_held > 0)
        text_addf(message,
                  "%zu points are held back: type the command again to go on with "
                  "them; `raylaunch retry %s --failed` runs the failed ones too",
                  n_held, name);
    else
        text_addf(message,
                  "All were submitted already: `raylaunch cancel %s --state pending` "
                  "ends those that wait",
                  name);
}

bool fail_fast_check(struct fail_fast *fail_fast, const struct sweep *sweep,
                     const size_t *points, size_t n_points, size_t n_held,
                     struct text *message)
{
    struct way ways[WAYS_MAX];
    size_t n_ways = 0;

    if (fail_fast->limit == 0 || fail_fast->is_tripped)
        return false;
    for (size_t i = 0; i < n_points; i++) {
        const struct attempt *attempt = sweep_attempt(sweep->points[points[i]]);
        struct way *way =
            has_failed(fail_fast, attempt) ? find_way(ways, &n_ways, attempt) : NULL;
        if (!way)
            continue;
        if (way->count++ == 0)
            way->first = attempt;
        if (way->count >= fail_fast->limit)
            fail_fast->is_tripped = true;
    }
    for (size_t i = 0; i < n_ways; i++) {
        if (ways[i].count >= fail_fast->limit) {
            add_message(sweep, &ways[i], n_held, message);
            return true;
        }
    }
    return false;
}
