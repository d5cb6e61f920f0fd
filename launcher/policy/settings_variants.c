#include "launcher/policy/settings_variants.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

#define ORIGIN "retry"

void settings_variants_release(struct settings_variants *adjusted)
{
    for (size_t i = 0; i < adjusted->count; i++) {
        free(adjusted->items[i].key);
        settings_free(adjusted->items[i].settings);
    }
    free(adjusted->items);
    *adjusted = (struct settings_variants){0};
}

static void set(struct settings *settings, enum setting key, const char *text)
{
    struct error ignored = {0};

    settings_set(settings, key, text, RANK_FLAG, ORIGIN, &ignored);
}

static void set_memory(struct settings *settings, const struct resources *resources)
{
    enum setting key =
        resources->memory == MEMORY_PER_CPU ? SETTING_MEM_PER_CPU : SETTING_MEM;
    cleanup_free char *text = resources_mib_text(resources->mib);

    if (resources->memory != MEMORY_WHOLE_NODE &&
        (settings_memory_rule(settings) != resources->memory ||
         settings_mib(settings, key) != resources->mib))
        set(settings, key, text);
}

static struct settings *make(const struct settings *base,
                             const struct resources *resources, const char *exclude)
{
    struct settings *made = settings_copy(base);
    cleanup_free char *time = resources_minutes_text(resources->minutes);
    cleanup_free char *timeout = resources->timeout_s == TIMEOUT_AUTO
                                     ? xstrdup("auto")
                                     : xasprintf("%lld", resources->timeout_s);

    set_memory(made, resources);
    if (settings_minutes(base, SETTING_TIME) != resources->minutes)
        set(made, SETTING_TIME, time);
    if (settings_integer(base, SETTING_TIMEOUT) != resources->timeout_s)
        set(made, SETTING_TIMEOUT, timeout);
    if (*exclude) {
        const char *old = settings_text(base, SETTING_EXCLUDE);
        cleanup_free char *nodes = xasprintf("%s%s%s", old, *old ? "," : "", exclude);
        set(made, SETTING_EXCLUDE, nodes);
    }
    return made;
}

static bool is_same(const struct settings *a, const struct settings *b)
{
    return settings_memory_rule(a) == settings_memory_rule(b) &&
           settings_mib(a, SETTING_MEM) == settings_mib(b, SETTING_MEM) &&
           settings_mib(a, SETTING_MEM_PER_CPU) ==
               settings_mib(b, SETTING_MEM_PER_CPU) &&
           settings_minutes(a, SETTING_TIME) == settings_minutes(b, SETTING_TIME) &&
           settings_integer(a, SETTING_TIMEOUT) ==
               settings_integer(b, SETTING_TIMEOUT) &&
           strcmp(settings_text(a, SETTING_EXCLUDE),
                  settings_text(b, SETTING_EXCLUDE)) == 0;
}

const struct settings *settings_variants_get(struct settings_variants *adjusted,
                                             const struct settings *settings,
                                             const struct resources *resources,
                                             const char *exclude)
{
    cleanup_free char *key =
        xasprintf("%d %lld %lld %lld %s", (int)resources->memory, resources->mib,
                  resources->minutes, resources->timeout_s, exclude);

    for (size_t i = 0; i < adjusted->count; i++) {
        if (strcmp(adjusted->items[i].key, key) == 0)
            return adjusted->items[i].settings;
    }
    struct settings *made = make(settings, resources, exclude);
    if (is_same(made, settings)) {
        settings_free(made);
        made = NULL;
    }
    adjusted->items = xgrow(adjusted->items, adjusted->count, &adjusted->cap,
                            sizeof *adjusted->items);
    adjusted->items[adjusted->count++] = (struct adjusted_item){steal(&key), made};
    return made;
}
