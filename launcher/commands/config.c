#include <string.h>

#include "launcher/commands/command.h"
#include "launcher/commands/config_init.h"
#include "launcher/common/trees/json_io.h"

enum { OPT_ORIGIN = 1, OPT_INIT };

static const struct option_spec verb_config_options[] = {
    {"origin", 0, NULL, .id = OPT_ORIGIN},
    {"init", 0, NULL, .id = OPT_INIT},
    {0},
};

static void add_json_value(const struct settings *settings, enum setting key,
                           struct text *line)
{
    const char *type = setting_spec(key)->type;

    if (strcmp(type, "LIST") == 0 || strcmp(type, "MAP") == 0) {
        const struct words *list = settings_list(settings, key);
        text_add_char(line, '[');
        for (size_t i = 0; i < list->count; i++) {
            text_add(line, i ? "," : "");
            jsonio_add_string(line, list->items[i]);
        }
        text_add_char(line, ']');
    } else if (settings_is_set(settings, key)) {
        jsonio_add_string(line, settings_text(settings, key));
    } else {
        text_add(line, "null");
    }
}

static int config_print_json(const struct settings *settings, struct error *err)
{
    cleanup_text struct text text = {0};

    for (int i = 0; i < SETTING_COUNT; i++) {
        enum setting key = (enum setting)i;
        text_addf(&text, "{\"type\":\"setting\",\"key\":\"%s\",\"value\":",
                  setting_spec(key)->name);
        add_json_value(settings, key, &text);
        text_add(&text, ",\"origin\":");
        if (settings_is_set(settings, key))
            jsonio_add_string(&text, settings_origin(settings, key));
        else
            text_add(&text, "null");
        text_add(&text, "}\n");
    }
    return print_text(&text, err);
}

static int verb_config_run(struct invocation *in, struct error *err)
{
    cleanup_text struct text text = {0};

    if (in->rest.count > 0)
        return error_set(err, ERROR_USAGE,
                         "config takes no words; '%s' is one too many",
                         in->rest.items[0]);
    if (invocation_has(in, OPT_INIT))
        return config_init_print(in, err);
    if (in->json)
        return config_print_json(in->settings, err);
    settings_add_yaml(in->settings, invocation_has(in, OPT_ORIGIN), &text);
    return print_text(&text, err);
}

const struct command verb_config = {
    .name = "config",
    .options = verb_config_options,
    .scope = SCOPE_ALL,
    .run = verb_config_run,
};
