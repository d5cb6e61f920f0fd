/* config.c - the verb `config` */
#include <string.h>

#include "launcher/commands/command.h"
#include "launcher/commands/config_init.h"
#include "launcher/common/trees/json_write.h"

enum { OPT_ORIGIN = 1, OPT_INIT, OPT_OUTPUT, OPT_FORCE };

static const struct option_spec verb_config_options[] = {
    {"origin", 0, NULL, .id = OPT_ORIGIN},
    {"init", 0, NULL, .id = OPT_INIT},
    {"output", 'o', "FILE", .id = OPT_OUTPUT},
    {"force", 0, NULL, .id = OPT_FORCE},
    {0},
};

static void add_value(const struct settings *settings, enum setting key,
                      struct json_writer *json)
{
    const char *type = setting_spec(key)->type;

    if (strcmp(type, "LIST") == 0 || strcmp(type, "MAP") == 0)
        jsonwrite_words(json, "value", settings_list(settings, key));
    else if (settings_is_set(settings, key))
        jsonwrite_string(json, "value", settings_text(settings, key));
    else
        jsonwrite_null(json, "value");
}

static int config_print_json(const struct settings *settings, struct error *err)
{
    cleanup_text struct text text = {0};

    for (int i = 0; i < SETTING_COUNT; i++) {
        enum setting key = (enum setting)i;
        struct json_writer json;
        jsonwrite_line(&json, "setting", &text);
        jsonwrite_string(&json, "key", setting_spec(key)->name);
        add_value(settings, key, &json);
        jsonwrite_string(&json, "origin",
                         settings_is_set(settings, key) ? settings_origin(settings, key)
                                                        : NULL);
        jsonwrite_line_end(&json);
    }
    return print_text(&text, err);
}

static int verb_config_run(struct invocation *in, struct error *err)
{
    cleanup_text struct text text = {0};
    const char *output = invocation_value(in, OPT_OUTPUT);
    bool force = invocation_has(in, OPT_FORCE);

    if (in->rest.count > 0)
        return error_set(err, ERROR_USAGE,
                         "config takes no words; '%s' is one too many",
                         in->rest.items[0]);
    if (invocation_has(in, OPT_INIT))
        return config_init(in, output, force, err);
    if (output || force)
        return error_set(err, ERROR_USAGE, "'%s' belongs to 'config --init'%s",
                         output ? "-o" : "--force",
                         output ? " (for the folder of sweeps: --output-dir)" : "");
    if (in->json)
        return config_print_json(in->settings, err);
    settings_add_yaml(in->settings, invocation_has(in, OPT_ORIGIN), &text);
    return print_text(&text, err);
}

const struct command verb_config = {
    .name = "config",
    .options = verb_config_options,
    .scope = SCOPE_ALL,
    .fresh_option = OPT_INIT,
    .run = verb_config_run,
};
