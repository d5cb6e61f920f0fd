/* check.c - what no single value tells: rules between settings (settings.h) */
#include <string.h>

#include "launcher/settings/ports.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/store.h"

#define RAY_START_S 600  /* Ray's start on many nodes, at worst */
#define RAY_MARGIN_S 900 /* what people leave for it who know this */
#define MANY_NODES 4

enum memory_rule settings_memory_rule(const struct settings *settings)
{
    enum setting_rank mem = settings_is_set(settings, SETTING_MEM)
                                ? settings_rank(settings, SETTING_MEM)
                                : RANK_BUILT_IN;
    enum setting_rank per_cpu = settings_is_set(settings, SETTING_MEM_PER_CPU)
                                    ? settings_rank(settings, SETTING_MEM_PER_CPU)
                                    : RANK_BUILT_IN;

    if (mem == RANK_BUILT_IN && per_cpu == RANK_BUILT_IN)
        return settings_switch(settings, SETTING_EXCLUSIVE) ? MEMORY_WHOLE_NODE
                                                            : MEMORY_PER_CPU;
    return mem > per_cpu ? MEMORY_PER_NODE : MEMORY_PER_CPU;
}

bool settings_is_container_word(const char *word)
{
    return strncmp(word, "container-", 10) == 0 ||
           strncmp(word, "no-container-", 13) == 0;
}

bool settings_head_step(const struct settings *settings)
{
    const struct words *words = settings_list(settings, SETTING_SBATCH);

    if (!settings_chose(settings, CHOICE_HEAD_STEP_AUTO))
        return settings_chose(settings, CHOICE_HEAD_STEP_YES);
    if (strcmp(settings_text(settings, SETTING_TEMPLATE), TEMPLATE_RAY) != 0)
        return false; /* the others need not know of steps */
    for (size_t i = 0; i < words->count; i++) {
        if (settings_is_container_word(words->items[i]))
            return true;
    }
    return false;
}

static int fail(const struct settings *settings, enum setting a, enum setting b,
                const char *why, struct error *err)
{
    enum setting_rank rank_a = settings_rank(settings, a);
    enum setting_rank rank_b = settings_rank(settings, b);

    return error_set(err, settings_error_kind(rank_a > rank_b ? rank_a : rank_b),
                     "'%s' (%s) and '%s' (%s) %s", setting_spec(a)->name,
                     settings_origin(settings, a), setting_spec(b)->name,
                     settings_origin(settings, b), why);
}

int settings_check(const struct settings *settings, struct error *err)
{
    if (settings_is_set(settings, SETTING_MEM) &&
        settings_is_set(settings, SETTING_MEM_PER_CPU) &&
        settings_rank(settings, SETTING_MEM) ==
            settings_rank(settings, SETTING_MEM_PER_CPU))
        return fail(settings, SETTING_MEM, SETTING_MEM_PER_CPU,
                    "exclude each other: keep one", err);
    if (settings_integer(settings, SETTING_PORTS_FIRST) >=
        settings_integer(settings, SETTING_PORTS_LAST))
        return fail(settings, SETTING_PORTS_FIRST, SETTING_PORTS_LAST,
                    "are no range: the first port must be below the last", err);
    if (settings_head_step(settings) &&
        settings_chose(settings, CHOICE_BOOTSTRAP_SYMMETRIC))
        return fail(settings, SETTING_BOOTSTRAP,
                    settings_is_asked(settings, SETTING_HEAD_STEP) ? SETTING_HEAD_STEP
                                                                   : SETTING_SBATCH,
                    "exclude each other: symmetric-run cannot have the program in a "
                    "step; use bootstrap direct",
                    err);
    const char *owned =
        ports_owned_argument(settings_list(settings, SETTING_RAY_START_ARGS));
    if (owned)
        return error_set(
            err, settings_error_kind(settings_rank(settings, SETTING_RAY_START_ARGS)),
            "'ray_start_args' (%s) gives %s, which each job chooses itself; leave it "
            "out (for ports: ports.first and ports.last)",
            settings_origin(settings, SETTING_RAY_START_ARGS), owned);
    return 0;
}

long long settings_timeout_s(const struct settings *settings)
{
    long long asked = settings_integer(settings, SETTING_TIMEOUT);

    return asked == TIMEOUT_AUTO ? settings_minutes(settings, SETTING_TIME) * 60
                                 : asked;
}

/* What strikes first, when a number and the time limit differ. */
static void warn_of_limit(const struct settings *settings, long long timeout_s,
                          long long limit_s, struct words *warnings)
{
    const char *origin = settings_origin(settings, SETTING_TIMEOUT);
    const char *limit = settings_text(settings, SETTING_TIME);

    if (timeout_s > limit_s)
        words_addf(warnings,
                   "the timeout of %lld s (%s) lies beyond the time limit %s, which "
                   "strikes first; raise --time, or leave --timeout out",
                   timeout_s, origin, limit);
    else if (timeout_s < limit_s)
        words_addf(warnings,
                   "the timeout of %lld s (%s) lies below the time limit %s: the "
                   "entrypoint is ended that early; --timeout auto lets it have all of "
                   "the limit",
                   timeout_s, origin, limit);
}

/* The timeout counts from the entrypoint's start, the time limit from the job's. */
void settings_warnings(const struct settings *settings, struct words *warnings)
{
    long long nodes = settings_integer(settings, SETTING_NODES);
    long long limit_s = settings_minutes(settings, SETTING_TIME) * 60;
    long long timeout_s = settings_integer(settings, SETTING_TIMEOUT);
    bool is_large_ray =
        nodes >= MANY_NODES &&
        strcmp(settings_text(settings, SETTING_TEMPLATE), TEMPLATE_PLAIN) != 0;

    if (timeout_s <= 0 || limit_s <= 0) /* auto, never, no limit */
        return;
    if (is_large_ray && timeout_s <= limit_s && limit_s - timeout_s < RAY_START_S)
        words_addf(warnings,
                   "the timeout of %lld s (%s) leaves less than %d s of the time limit "
                   "for Ray to start on %lld nodes: the limit may strike first; raise "
                   "--time to %lld minutes, or lower --timeout",
                   timeout_s, settings_origin(settings, SETTING_TIMEOUT), RAY_START_S,
                   nodes, (timeout_s + RAY_START_S + 59) / 60);
    else if (!is_large_ray || timeout_s > limit_s || limit_s - timeout_s > RAY_MARGIN_S)
        warn_of_limit(settings, timeout_s, limit_s, warnings);
}
