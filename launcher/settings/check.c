#include "launcher/settings/ports.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/store.h"

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
