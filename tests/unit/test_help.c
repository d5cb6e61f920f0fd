#include "launcher/commands/command.h"
#include "launcher/commands/flags.h"
#include "launcher/help/help.h"
#include "launcher/verbs.h"
#include "tests/tap/tap.h"

/* Every option that is shown has a text in `page`. */
static void has_texts(const struct option_spec *table, const struct help_page *page)
{
    for (const struct option_spec *option = table; option->name; option++) {
        bool has_text = *help_text(page, option->name) != '\0';
        if (has_text == option->is_hidden)
            ok(false, "help/%s.txt and the option --%s: %s", page->name, option->name,
               has_text ? "a text for what is hidden" : "no text");
    }
}

/* Every text of `page` is that of an option in one of the tables. */
static void has_options(const struct help_page *page,
                        const struct option_spec *const *tables, size_t n_tables)
{
    for (const struct help_entry *entry = page->entries; entry->name; entry++) {
        bool is_found = false;
        for (size_t i = 0; i < n_tables && !is_found; i++) {
            for (const struct option_spec *option = tables[i]; option->name; option++) {
                struct help_entry one[] = {*entry, {0}};
                struct help_page alone = {"", "", "", "", "", one};
                is_found = is_found || *help_text(&alone, option->name);
            }
        }
        if (!is_found)
            ok(false, "help/%s.txt: there is no option '%s'", page->name, entry->name);
    }
}

static bool is_verb(const char *name)
{
    for (const struct command *const *at = verbs; *at; at++) {
        if (strcmp((*at)->name, name) == 0)
            return true;
    }
    return false;
}

/* Lines fit a terminal of 88 columns; continuation bytes of UTF-8 are no columns. */
static void is_narrow(const struct help_page *page, const char *section)
{
    int columns = 0;

    for (const char *c = section; *c; c++) {
        columns = *c == '\n' ? 0 : columns + ((*c & 0xC0) != 0x80);
        if (columns == 89)
            ok(false, "help/%s.txt has a line of more than 88 columns", page->name);
    }
}

static void check_verb(const struct command *command)
{
    const struct help_page *page = help_find(command->name);

    ok(*page->summary && *page->examples, "help/%s.txt has a summary and examples",
       command->name);
    has_texts(command->options, page);
    has_options(page, &command->options, 1);
}

static void check_shared_pages(void)
{
    const struct option_spec *flags = flags_table(true);
    const struct option_spec *tables[4];
    size_t n_tables = command_tables(command_find(verbs, "sweep"), tables);

    has_texts(flags, help_find("settings"));
    has_options(help_find("settings"), &flags, 1);
    /* Behind the verb's own options and the settings. */
    for (size_t i = 2; i < n_tables; i++)
        has_texts(tables[i], help_find("options"));
    has_options(help_find("options"), tables + 2, n_tables - 2);
}

int main(void)
{
    static const char *const others[] = {"raylaunch", "options", "settings"};

    for (const struct command *const *at = verbs; *at; at++)
        check_verb(*at);
    check_shared_pages();
    for (const struct help_page *page = help_pages; page->name; page++) {
        bool is_other = false;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            is_other = is_other || strcmp(page->name, others[i]) == 0;
        ok(is_other || is_verb(page->name), "help/%s.txt is of a verb", page->name);
        is_narrow(page, page->examples);
        is_narrow(page, page->details);
    }
    for (int key = 0; key < SETTING_COUNT; key++) {
        if (!*setting_help((enum setting)key))
            ok(false, "%s has a text", setting_spec((enum setting)key)->name);
    }
    is_string(help_text(help_find("settings"), "cpus-per-task"), "CPUs on each node",
              "an option's spelling finds the setting");
    is_string(help_text(help_find("settings"), "cpus-per"), "",
              "the beginning of a name is none");
    is_string(help_text(help_find("settings"), "cpus-per-task-more"), "",
              "nor is more than a name");
    is_string(help_find("no such page")->summary, "", "no page is an empty page");
    return tap_done();
}
