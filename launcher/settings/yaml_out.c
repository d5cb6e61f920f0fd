#include "launcher/settings/yaml_out.h"

#include <ctype.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/store.h"

static bool is_bare(const char *value)
{
    static const char *const special[] = {"null", "Null", "NULL"};
    size_t size = strlen(value);

    if (size == 0 || size > 200 || value[size - 1] == ':' ||
        (!isalnum((unsigned char)*value) && *value != '/' && *value != '_'))
        return false;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        if (strcmp(value, special[i]) == 0)
            return false;
    }
    for (const char *c = value; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("_./:@%+=-", *c))
            return false;
    }
    return true;
}

static unsigned code_point(const char *bytes, size_t size)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    unsigned point = (unsigned char)bytes[0] & masks[size];

    for (size_t i = 1; i < size; i++)
        point = point << 6 | ((unsigned char)bytes[i] & 0x3F);
    return point;
}

/* What YAML 1.1 does not let stand as it is, or takes for a line's end. */
static bool needs_escape(unsigned point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 ||
           point == 0x2029 || point == 0xFEFF || point == 0xFFFE || point == 0xFFFF;
}

void yaml_add_value(struct text *text, const char *value)
{
    size_t size = strlen(value);

    if (is_bare(value)) {
        text_add(text, value);
        return;
    }
    text_add_char(text, '"');
    while (size > 0) {
        size_t step = utf8_char_size(value, size);
        unsigned point = step ? code_point(value, step) : 0xFFFD;
        if (point == '"' || point == '\\')
            text_addf(text, "\\%c", (int)point);
        else if (point == '\n')
            text_add(text, "\\n");
        else if (!step || needs_escape(point))
            text_addf(text, "\\u%04X", point);
        else
            text_add_bytes(text, value, step);
        step = step ? step : 1;
        value += step;
        size -= step;
    }
    text_add_char(text, '"');
}

static void add_origin(const struct settings *settings, enum setting key,
                       bool with_origin, struct text *text)
{
    const char *origin = settings_origin(settings, key);

    if (with_origin) {
        text_add(text, "  # ");
        utf8_add_printable(text, origin, strlen(origin));
    }
    text_add_char(text, '\n');
}

static void add_list(const struct settings *settings, enum setting key,
                     bool with_origin, struct text *text)
{
    const struct words *list = settings_list(settings, key);

    text_addf(text, "%s:%s", setting_spec(key)->name, list->count ? "" : " []");
    add_origin(settings, key, with_origin, text);
    for (size_t i = 0; i < list->count; i++) {
        text_add(text, "  - ");
        yaml_add_value(text, list->items[i]);
        text_add_char(text, '\n');
    }
}

/* Of the two memory settings a file may hold one, and a built-in one is not "asked". */
static bool is_not_used(const struct settings *settings, enum setting key)
{
    enum memory_rule rule = settings_memory_rule(settings);

    return (key == SETTING_MEM && rule != MEMORY_PER_NODE) ||
           (key == SETTING_MEM_PER_CPU &&
            (rule != MEMORY_PER_CPU || !settings_is_asked(settings, key)));
}

void settings_add_yaml(const struct settings *settings, bool with_origin,
                       struct text *text)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        enum setting key = (enum setting)i;
        enum value_type type = setting_type(key);
        if (!settings_is_set(settings, key) && !settings_is_asked(settings, key))
            continue;
        if (type == VALUE_LIST || type == VALUE_MAP) {
            add_list(settings, key, with_origin, text);
            continue;
        }
        text_addf(text, "%s%s: ", is_not_used(settings, key) ? "# " : "",
                  setting_spec(key)->name);
        yaml_add_value(text, settings_text(settings, key));
        add_origin(settings, key, with_origin, text);
    }
}
