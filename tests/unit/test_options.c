#include <string.h>

#include "launcher/commands/options.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static const struct option_spec common[] = {
    {"json", 0, NULL, .id = 1},
    {"quiet", 'q', NULL, .id = 2},
    {0},
};
static const struct option_spec verb[] = {
    {"nodes", 'N', "N", .id = 3},
    {"setup", 0, "LINE", .id = 4},
    {"hidden", 'x', NULL, .id = 5, .is_hidden = true},
    {"an-option-with-a-quite-long-name", 0, "VALUE", .id = 6},
    {0},
};
static const struct help_entry entries[] = {
    {"json", "one object a line"},
    {"quiet", "say less"},
    {"nodes", "nodes for each point"},
    {"setup", "shell line"},
    {"an_option_with.a-quite-long-name", "its help"},
    {0},
};
static const struct help_page page = {"", "", "", "", "", entries};
static const struct option_spec *const tables[] = {common, verb};

static int take(void *context, const struct option_spec *option, const char *value,
                struct error *err)
{
    if (value && strcmp(value, "bad") == 0)
        return error_set(err, ERROR_USAGE, "value refused");
    text_addf(context, "%s=%s;", option->name, value ? value : "(none)");
    return 0;
}

/* argv as one string split at '|'; what was seen as "name=value;…#rest,rest". */
static char *parse(const char *line, bool stop_at_word, struct error *err)
{
    cleanup_words struct words argv = {0};
    cleanup_words struct words rest = {0};
    struct text seen = {0};
    cleanup_free char *copy = xstrdup(line);
    char *next = copy;

    while (*line && next) {
        char *word = strsep(&next, "|");
        words_add(&argv, word);
    }
    if (options_parse(tables, 2, (int)argv.count, argv.items, stop_at_word, take, &seen,
                      &rest, err) < 0) {
        text_release(&seen);
        return NULL;
    }
    text_add(&seen, "#");
    for (size_t i = 0; i < rest.count; i++)
        text_addf(&seen, "%s%s", i ? "," : "", rest.items[i]);
    return text_take(&seen);
}

static void refuses(const char *line, const char *words)
{
    struct error err = {0};
    cleanup_free char *seen = parse(line, false, &err);

    ok(!seen && err.kind == ERROR_USAGE && strstr(err.text, words), "'%s' refused: %s",
       line, err.text);
}

static void gives(const char *line, bool stop_at_word, const char *wanted)
{
    struct error err = {0};
    cleanup_free char *seen = parse(line, stop_at_word, &err);

    is_string(seen, wanted, line);
}

int main(void)
{
    cleanup_text struct text help = {0};

    refuses("--node", "unknown option '--node'; did you mean '--nodes'?");
    refuses("--nodse=3", "unknown option '--nodse'; did you mean '--nodes'?");
    refuses("--what-is-this", "unknown option '--what-is-this'; see --help");
    refuses("-z", "unknown option '-z'");
    refuses("-qz", "unknown option '-z'");
    refuses("--nodes", "'--nodes' needs a value (N)");
    refuses("-N", "'-N' needs a value (N)");
    refuses("--json=1", "'--json' takes no value");
    refuses("--json=", "'--json' takes no value");
    refuses("--nodes|bad", "value refused");
    refuses("---nodes=2", "unknown option");
    gives("", false, "#");
    gives("--nodes=4|--nodes|5|-N|6|-N7", false, "nodes=4;nodes=5;nodes=6;nodes=7;#");
    gives("--nodes=", false, "nodes=;#");
    gives("--nodes|--json", false, "nodes=--json;#");
    gives("--setup=a=b", false, "setup=a=b;#");
    gives("-qqN3", false, "quiet=(none);quiet=(none);nodes=3;#");
    gives("-qN|3|x", false, "quiet=(none);nodes=3;#x");
    gives("a|--json|b|-|c", false, "json=(none);#a,b,-,c");
    gives("--json|python|--nodes|4", true, "json=(none);#python,--nodes,4");
    gives("--json|--|--nodes|--", true, "json=(none);#--nodes,--");
    gives("a|--|-q|b", false, "#a,-q,b");
    gives("--setup|--|x", false, "setup=--;#x");

    options_add_help(common, &page, &help);
    options_add_help(verb, &page, &help);
    is_string(text_string(&help),
              "      --json                    one object a line\n"
              "  -q, --quiet                   say less\n"
              "  -N, --nodes N                 nodes for each point\n"
              "      --setup LINE              shell line\n"
              "      --an-option-with-a-quite-long-name VALUE\n"
              "                                its help\n",
              "help, without what is hidden");
    ok(options_find(tables, 2, "nodes=", 5) == &verb[0] &&
           !options_find(tables, 2, "node", 4) && !options_find(tables, 2, "", 0),
       "an option is found by its whole name");
    return tap_done();
}
