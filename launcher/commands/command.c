#include "launcher/commands/command.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/commands/flags.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"

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
    {"json", 0, NULL, "rows as JSON, one object a line", OPT_JSON},
    {"quiet", 'Q', NULL, "no progress on stderr", OPT_QUIET},
    {"verbose", 'v', NULL, "say more on stderr", OPT_VERBOSE},
    {"help", 'h', NULL, "this text", OPT_HELP},
    {0},
};

static const struct option_spec settings_options[] = {
    {"profile", 0, "NAME", "cluster profile from the configuration", OPT_PROFILE},
    {"file", 'f', "FILE", "sweep file (YAML or JSON) with settings, command and grid",
     OPT_FILE},
    {"no-config", 0, NULL, "read no configuration files", OPT_NO_CONFIG},
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

static int load_settings(struct parse *parse, struct error *err)
{
    struct invocation *in = parse->in;
    struct settings_request request = {.profile = parse->profile,
                                       .sweep_file = parse->file,
                                       .no_config = parse->no_config};

    in->settings = settings_new();
    if (parse->file)
        in->file_path = xstrdup(parse->file);
    if (settings_load(in->settings, &request, &in->file, err) < 0 ||
        flag_list_apply(&parse->flags, in->settings, err) < 0)
        return -1;
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

int command_run(const struct command *command, int argc, char *const *argv,
                struct error *err)
{
    const struct option_spec *tables[4];
    size_t n_tables = command_tables(command, tables);
    struct invocation in = {0};
    struct parse parse = {.in = &in};

    int rc = options_parse(tables, n_tables, argc, argv, command->stops_at_word,
                           take_option, &parse, &in.rest, err);
    if (parse.wants_help)
        rc = print_help(command, err);
    else if (rc == 0 && command->scope != SCOPE_NONE)
        rc = load_settings(&parse, err);
    if (rc == 0 && !parse.wants_help)
        rc = command->run(&in, err);
    flag_list_release(&parse.flags);
    invocation_release(&in);
    return rc;
}

const struct command *command_find(const char *name)
{
    for (const struct command *const *at = command_table; *at; at++) {
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

void command_add_help(const struct command *command, struct text *text)
{
    text_addf(text, "raylaunch %s - %s\n\nusage: raylaunch %s %s\n", command->name,
              command->summary, command->name, command->usage);
    if (*command->examples)
        text_addf(text, "\nexamples:\n%s", command->examples);
    if (*command->details)
        text_addf(text, "\n%s", command->details);
    text_add(text, "\noptions:\n");
    options_add_help(command->options, text);
    if (command->scope != SCOPE_NONE) {
        options_add_help(settings_options, text);
    }
    options_add_help(common_options, text);
    if (command->scope != SCOPE_NONE) {
        text_add(text, "\nsettings (also in files and as RAYLAUNCH_SET_<KEY>):\n");
        options_add_help(flags_table(command->scope == SCOPE_ALL), text);
    }
}

void commands_add_help(struct text *text)
{
    text_add(text, "raylaunch - from a command and a grid of parameters to a complete "
                   "table of results, on Slurm\n\n"
                   "usage: raylaunch VERB [options] …\n\n"
                   "examples:\n"
                   "  raylaunch sweep --nodes 4 --wait -- python train.py lr=1e-3,1e-2 "
                   "'seed=range(0,5)'\n"
                   "  raylaunch status\n"
                   "  raylaunch collect slurm_outputs/train-1a2b3c4d\n\nverbs:\n");
    for (const struct command *const *at = command_table; *at; at++)
        text_addf(text, "  %-12s%s\n", (*at)->name, (*at)->summary);
    text_add(text, "\n`raylaunch VERB --help` tells more; docs: raylaunch(1).\n");
}
