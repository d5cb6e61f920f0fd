#include "launcher/policy/resources.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/settings/values.h"

void resources_of_settings(const struct settings *settings,
                           struct resources *ret_resources)
{
    enum memory_rule rule = settings_memory_rule(settings);

    *ret_resources = (struct resources){
        .memory = rule,
        .mib = rule == MEMORY_PER_NODE  ? settings_mib(settings, SETTING_MEM)
               : rule == MEMORY_PER_CPU ? settings_mib(settings, SETTING_MEM_PER_CPU)
                                        : 0,
        .minutes = settings_minutes(settings, SETTING_TIME),
        .timeout_s = settings_integer(settings, SETTING_TIMEOUT)};
}

/* What an event says of a key; `fallback` where it does not, or says nonsense. */
static long long event_value(const json_t *values, const char *key,
                             int (*read)(const char *, long long *, struct error *),
                             long long fallback)
{
    struct error ignored = {0};
    long long number;

    return read(jsonio_string(values, key, ""), &number, &ignored) == 0 ? number
                                                                        : fallback;
}

static int read_seconds(const char *text, long long *ret_number, struct error *err)
{
    cleanup_free char *kept = NULL;

    return value_check(SETTING_TIMEOUT, text, &kept, ret_number, err);
}

/* The event names both settings of memory, not which of them counted: the one set
 * alone, else the one that counts now. */
static enum memory_rule event_rule(const json_t *values,
                                   const struct settings *settings)
{
    enum memory_rule now = settings_memory_rule(settings);
    bool has_mem = *jsonio_string(values, "mem", "") != '\0';

    if (!has_mem)
        return now == MEMORY_WHOLE_NODE ? now : MEMORY_PER_CPU;
    return now == MEMORY_PER_CPU && settings_is_set(settings, SETTING_MEM)
               ? now
               : MEMORY_PER_NODE;
}

void resources_of_attempt(const struct sweep *sweep, const struct attempt *attempt,
                          const struct settings *settings,
                          struct resources *ret_resources)
{
    const json_t *event = json_object_get(sweep->settings_events, attempt->settings_id);
    const json_t *values = json_object_get(event, "values");

    resources_of_settings(settings, ret_resources);
    if (!values)
        return;
    enum memory_rule rule = event_rule(values, settings);
    ret_resources->memory = rule;
    ret_resources->mib =
        rule == MEMORY_WHOLE_NODE
            ? 0
            : event_value(values, rule == MEMORY_PER_NODE ? "mem" : "mem_per_cpu",
                          value_mib, ret_resources->mib);
    ret_resources->minutes =
        event_value(values, "time", value_minutes, ret_resources->minutes);
    ret_resources->timeout_s =
        event_value(values, "timeout", read_seconds, ret_resources->timeout_s);
}

char *resources_mib_text(long long mib)
{
    return mib % 1024 == 0 && mib > 0 ? xasprintf("%lldG", mib / 1024)
                                      : xasprintf("%lldM", mib);
}

char *resources_minutes_text(long long minutes)
{
    long long days = minutes / 1440;

    if (minutes == 0)
        return xstrdup("unlimited");
    if (days == 0)
        return xasprintf("%02lld:%02lld:00", minutes / 60, minutes % 60);
    return xasprintf("%lld-%02lld:%02lld:00", days, minutes / 60 % 24, minutes % 60);
}

char *resources_memory_text(const struct resources *resources)
{
    cleanup_free char *size = resources_mib_text(resources->mib);

    switch (resources->memory) {
    case MEMORY_PER_NODE:
        return resources->mib == 0 ? xstrdup("whole node") : steal(&size);
    case MEMORY_PER_CPU:
        return xasprintf("%s a CPU", size);
    case MEMORY_WHOLE_NODE:
        break;
    }
    return xstrdup("whole node");
}
