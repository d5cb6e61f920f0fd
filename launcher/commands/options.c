#include "launcher/commands/options.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"

struct parser {
    const struct option_spec *const *tables;
    size_t n_tables;
    int argc;
    char *const *argv;
    int at;
    option_fn take;
    void *context;
};

const struct option_spec *options_find(const struct option_spec *const *tables,
                                       size_t n_tables, const char *name, size_t size)
{
    for (size_t i = 0; i < n_tables; i++) {
        for (const struct option_spec *option = tables[i]; option->name; option++) {
            if (strlen(option->name) == size && memcmp(option->name, name, size) == 0)
                return option;
        }
    }
    return NULL;
}

static const struct option_spec *find_letter(const struct parser *parser, char letter)
{
    for (size_t i = 0; i < parser->n_tables; i++) {
        for (const struct option_spec *option = parser->tables[i]; option->name;
             option++) {
            if (option->letter == letter)
                return option;
        }
    }
    return NULL;
}

static int unknown(const struct parser *parser, const char *name, struct error *err)
{
    const char **names = NULL;
    size_t count = 0, cap = 0;

    for (size_t i = 0; i < parser->n_tables; i++) {
        for (const struct option_spec *option = parser->tables[i]; option->name;
             option++) {
            names = xgrow(names, count, &cap, sizeof *names);
            names[count++] = option->name;
        }
    }
    cleanup_free char *bare = xmemdup(name, strcspn(name, "="));
    const char *near = near_name(bare, names, count);
    if (near)
        error_set(err, ERROR_USAGE, "unknown option '--%s'; did you mean '--%s'?", bare,
                  near);
    else
        error_set(err, ERROR_USAGE, "unknown option '--%s'; see --help", bare);
    memory_free_at(&names);
    return -1;
}

static int take_value(struct parser *parser, const struct option_spec *option,
                      const char *attached, const char *shown, struct error *err)
{
    const char *value = attached;

    if (!option->argument && attached)
        return error_set(err, ERROR_USAGE, "option '%s' takes no value", shown);
    if (option->argument && !value) {
        if (parser->at + 1 >= parser->argc)
            return error_set(err, ERROR_USAGE, "option '%s' needs a value (%s)", shown,
                             option->argument);
        value = parser->argv[++parser->at];
    }
    return parser->take(parser->context, option, value, err);
}

static int take_long(struct parser *parser, const char *word, struct error *err)
{
    const char *name = word + 2;
    size_t size = strcspn(name, "=");
    const struct option_spec *option =
        options_find(parser->tables, parser->n_tables, name, size);

    if (!option)
        return unknown(parser, name, err);
    cleanup_free char *shown = xmemdup(word, size + 2);
    return take_value(parser, option, name[size] == '=' ? name + size + 1 : NULL, shown,
                      err);
}

static int take_letters(struct parser *parser, const char *word, struct error *err)
{
    for (const char *c = word + 1; *c; c++) {
        const struct option_spec *option = find_letter(parser, *c);
        char shown[] = {'-', *c, '\0'};
        if (!option)
            return error_set(err, ERROR_USAGE, "unknown option '%s'; see --help",
                             shown);
        if (option->argument)
            return take_value(parser, option, c[1] ? c + 1 : NULL, shown, err);
        if (take_value(parser, option, NULL, shown, err) < 0)
            return -1;
    }
    return 0;
}

int options_parse(const struct option_spec *const *tables, size_t n_tables, int argc,
                  char *const *argv, bool stop_at_word, option_fn take, void *context,
                  struct words *rest, struct error *err)
{
    struct parser parser = {tables, n_tables, argc, argv, 0, take, context};

    for (; parser.at < argc; parser.at++) {
        const char *word = argv[parser.at];
        if (strcmp(word, "--") == 0) {
            parser.at++;
            break;
        }
        if (word[0] != '-' || word[1] == '\0') {
            if (stop_at_word)
                break;
            words_add(rest, word);
            continue;
        }
        if ((word[1] == '-' ? take_long(&parser, word, err)
                            : take_letters(&parser, word, err)) < 0)
            return -1;
    }
    for (; parser.at < argc; parser.at++)
        words_add(rest, argv[parser.at]);
    return 0;
}

void options_add_help(const struct option_spec *table, const struct help_page *page,
                      struct text *text)
{
    for (const struct option_spec *option = table; option->name; option++) {
        cleanup_text struct text left = {0};
        const char *help = help_text(page, option->name);
        if (option->is_hidden)
            continue;
        if (option->letter)
            text_addf(&left, "  -%c, --%s", option->letter, option->name);
        else
            text_addf(&left, "      --%s", option->name);
        if (option->argument)
            text_addf(&left, " %s", option->argument);
        if (left.size > 30)
            text_addf(text, "%s\n%32s%s\n", text_string(&left), "", help);
        else
            text_addf(text, "%-32s%s\n", text_string(&left), help);
    }
}
