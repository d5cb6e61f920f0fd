#include "launcher/commands/command.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/commands/flags.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/sweep/lock.h"

enum {
    OPT_JSON = 900,
    OPT_QUIET,
    OPT_VERBOSE,
    OPT_HELP,
    OPT_PROFILE,
    OPT_FILE,
    OPT_NO_CONFIG
};

static const struct option_spec common_options[] = {
    {"json", 0, NULL, .id = OPT_JSON},
    {"quiet", 'Q', NULL, .id = OPT_QUIET},
    {"verbose", 'v', NULL, .id = OPT_VERBOSE},
    {"help", 'h', NULL, .id = OPT_HELP},
    {0},
};

static const struct option_spec settings_options[] = {
    {"profile", 0, "NAME", .id = OPT_PROFILE},
    {"file", 'f', "FILE", .id = OPT_FILE},
    {"no-config", 0, NULL, .id = OPT_NO_CONFIG},
    {0},
};

struct parse {
    struct invocation *in;
    struct flag_list flags;
    const char *profile, *file;
    bool no_config, wants_help;
};

size_t command_tables(const struct command *command,
                      const struct option_spec *tables[4])
{
    size_t count = 0;

    tables[count++] = command->options;
    if (command->scope != SCOPE_NONE) {
        tables[count++] = flags_table(command->scope == SCOPE_ALL);
        tables[count++] = settings_options;
    }
    tables[count++] = common_options;
    return count;
}

static int take_option(void *context, const struct option_spec *option,
                       const char *value, struct error *err)
{
    struct parse *parse = context;

    if (option->id >= FLAG_FIRST)
        return flag_list_add(&parse->flags, option, value, err);
    switch (option->id) {
    case OPT_JSON:
        parse->in->json = true;
        break;
    case OPT_QUIET:
        parse->in->quiet = true;
        break;
    case OPT_VERBOSE:
        parse->in->verbose = true;
        break;
    case OPT_HELP:
        parse->wants_help = true;
        break;
    case OPT_PROFILE:
        parse->profile = value;
        break;
    case OPT_FILE:
        parse->file = value;
        break;
    case OPT_NO_CONFIG:
        parse->no_config = true;
        break;
    default:
        words_add(&parse->in->values[option->id], value ? value : "");
    }
    return 0;
}

static int load_settings(struct parse *parse, bool no_config, struct error *err)
{
    struct invocation *in = parse->in;
    cleanup_words struct words warnings = {0};
    struct settings_request request = {.profile = parse->profile,
                                       .sweep_file = parse->file,
                                       .no_config = no_config,
                                       .warnings = &warnings};

    in->settings = settings_new();
    if (parse->file)
        in->file_path = xstrdup(parse->file);
    if (settings_load(in->settings, &request, &in->file, err) < 0)
        return -1;
    warn_of(&warnings);
    if (flag_list_apply(&parse->flags, in->settings, err) < 0)
        return -1;
    if (scheduler_check_name(settings_text(in->settings, SETTING_SCHEDULER), err) < 0)
        return error_prefix(err, "scheduler (%s)",
                            settings_origin(in->settings, SETTING_SCHEDULER));
    return settings_check(in->settings, err);
}

static void invocation_release(struct invocation *in)
{
    settings_free(in->settings);
    sweep_file_release(&in->file);
    words_release(&in->rest);
    for (size_t i = 0; i < sizeof in->values / sizeof *in->values; i++)
        words_release(&in->values[i]);
    free(in->file_path);
}

static int print_help(const struct command *command, struct error *err)
{
    cleanup_text struct text text = {0};

    command_add_help(command, &text);
    return print_text(&text, err);
}

static void warn_line(const char *text)
{
    warn_user("%s", text);
}

int command_run(const struct command *command, const struct command *const *verbs,
                int argc, char *const *argv, struct error *err)
{
    const struct option_spec *tables[4];
    size_t n_tables = command_tables(command, tables);
    struct invocation in = {.verbs = verbs};
    struct parse parse = {.in = &in};

    lock_set_teller(warn_line);
    own_folder_set_teller(warn_line);
    int rc = options_parse(tables, n_tables, argc, argv, command->stops_at_word,
                           take_option, &parse, &in.rest, err);
    if (parse.wants_help)
        rc = print_help(command, err);
    else if (rc == 0 && command->scope != SCOPE_NONE)
        rc = load_settings(
            &parse,
            parse.no_config ||
                (command->fresh_option && invocation_has(&in, command->fresh_option)),
            err);
    if (rc == 0 && !parse.wants_help)
        rc = command->run(&in, err);
    flag_list_release(&parse.flags);
    invocation_release(&in);
    return rc;
}

const struct command *command_find(const struct command *const *verbs, const char *name)
{
    for (const struct command *const *at = verbs; *at; at++) {
        if (strcmp((*at)->name, name) == 0)
            return *at;
    }
    return NULL;
}

bool invocation_has(const struct invocation *in, int id)
{
    return in->values[id].count > 0;
}

const char *invocation_value(const struct invocation *in, int id)
{
    const struct words *values = &in->values[id];

    return values->count ? values->items[values->count - 1] : NULL;
}

/* `name` is what stands behind "raylaunch" in the usage, "" for the program itself. */
static void add_head(const struct help_page *page, const char *name, struct text *text)
{
    const char *gap = *name ? " " : "";

    text_addf(text, "raylaunch%s%s - %s\n\nusage: raylaunch%s%s", gap, name,
              page->summary, gap, name);
    text_addf(text, "%s%s\n", *page->usage ? " " : "", page->usage);
    if (*page->examples)
        text_addf(text, "\nexamples:\n%s", page->examples);
}

void command_add_help(const struct command *command, struct text *text)
{
    const struct help_page *page = help_find(command->name);
    const struct help_page *common = help_find("options");

    add_head(page, command->name, text);
    if (*page->details)
        text_addf(text, "\n%s", page->details);
    text_add(text, "\noptions:\n");
    options_add_help(command->options, page, text);
    if (command->scope != SCOPE_NONE)
        options_add_help(settings_options, common, text);
    options_add_help(common_options, common, text);
    if (command->scope != SCOPE_NONE) {
        text_add(text, "\nsettings (also in files and as RAYLAUNCH_SET_<KEY>):\n");
        options_add_help(flags_table(command->scope == SCOPE_ALL),
                         help_find("settings"), text);
    }
}

void commands_add_help(const struct command *const *verbs, struct text *text)
{
    const struct help_page *page = help_find("raylaunch");

    add_head(page, "", text);
    text_add(text, "\nverbs:\n");
    for (const struct command *const *at = verbs; *at; at++)
        text_addf(text, "  %-12s%s\n", (*at)->name, help_find((*at)->name)->summary);
    text_addf(text, "\n%s", page->details);
}
