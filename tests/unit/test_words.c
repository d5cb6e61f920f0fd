/* The tables of the documents say what those of the program say: events of the journal,
 * states, causes, and the choices of settings. Run in the folder that holds docs/. */
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/causes.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/events.h"
#include "tests/tap/tap.h"

#define DOCUMENT_BYTES_MAX (1UL << 20)

static char *read_document(const char *path)
{
    struct error err = {0};
    char *bytes = NULL;
    size_t size = 0;

    if (file_read_all(path, DOCUMENT_BYTES_MAX, &bytes, &size, &err) < 0) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    return bytes;
}

/* The rows "| `name` | second | third |" of the table with this head: name without
 * backticks, and the other cells. */
struct rows {
    struct words names, seconds, thirds;
};

static void add_cell(struct words *cells, const char *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == ' ')
        size--;
    while (size > 0 && *bytes == ' ') {
        bytes++;
        size--;
    }
    words_addf(cells, "%.*s", (int)size, bytes);
}

static void add_row(struct rows *rows, const char *line, size_t size)
{
    struct words *columns[] = {&rows->names, &rows->seconds, &rows->thirds};

    for (size_t column = 0; column < 3; column++) {
        const char *end = size > 0 ? memchr(line + 1, '|', size - 1) : NULL;
        const char *next = end ? end : line + size;
        add_cell(columns[column], line + 1, size > 0 ? (size_t)(next - line - 1) : 0);
        size -= (size_t)(next - line);
        line = next;
    }
    char *name = rows->names.items[rows->names.count - 1];
    size_t length = strlen(name);
    if (length > 2 && *name == '`' && name[length - 1] == '`') {
        memmove(name, name + 1, length - 2);
        name[length - 2] = '\0';
    }
}

static void add_table(const char *document, const char *head, struct rows *rows)
{
    const char *at = strstr(document, head);

    for (at = at ? strchr(at, '\n') : NULL; at && at[1] == '|';
         at = strchr(at + 1, '\n')) {
        if (strncmp(at + 1, "|---", 4) != 0)
            add_row(rows, at + 1, strcspn(at + 1, "\n"));
    }
}

static void rows_release(struct rows *rows)
{
    words_release(&rows->names);
    words_release(&rows->seconds);
    words_release(&rows->thirds);
}

static const char *cell_of(const struct rows *rows, const struct words *column,
                           const char *name)
{
    for (size_t i = 0; i < rows->names.count; i++) {
        if (strcmp(rows->names.items[i], name) == 0)
            return column->items[i];
    }
    return "(not there)";
}

static void test_events(const char *formats)
{
    struct rows rows = {0};
    enum event event;

    add_table(formats, "| event | says | members |", &rows);
    is_number(rows.names.count, EVENT_COUNT, "events of the document");
    for (int i = 0; i < EVENT_COUNT; i++) {
        const char *name = event_name((enum event)i);
        is_string(cell_of(&rows, &rows.seconds, name), event_meaning((enum event)i),
                  name);
        ok(event_from_name(name, &event) && (int)event == i, "%s: and back", name);
    }
    ok(!event_from_name("Final", &event), "a word that is no event");
    rows_release(&rows);
}

static void test_states(const char *formats)
{
    struct rows rows = {0};

    add_table(formats, "| state | final | is |", &rows);
    is_number(rows.names.count, STATE_COUNT, "states of the document");
    for (int i = 0; i < STATE_COUNT; i++) {
        enum state state = (enum state)i;
        const char *name = state_name(state);
        is_string(cell_of(&rows, &rows.thirds, name), state_meaning(state), name);
        is_string(cell_of(&rows, &rows.seconds, name),
                  state_is_final(state) ? "yes" : "", "is it final");
    }
    rows_release(&rows);
}

static void test_causes(const char *formats)
{
    struct rows rows = {0};

    add_table(formats, "| cause | with state | says |", &rows);
    is_number(rows.names.count, CAUSE_COUNT - 1, "causes of the document");
    for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
        enum cause cause = (enum cause)i;
        const char *name = cause_name(cause);
        is_string(cell_of(&rows, &rows.seconds, name), state_name(cause_state(cause)),
                  name);
        is_string(cell_of(&rows, &rows.thirds, name), cause_meaning(cause), "says");
        ok(cause_from_name(name) == cause && cause_is(name, cause), "and back");
        ok(state_is_final(cause_state(cause)), "with a final state");
    }
    ok(cause_from_name(NULL) == CAUSE_NONE && cause_from_name("") == CAUSE_NONE &&
           cause_from_name("no_resul") == CAUSE_NONE && !cause_is(NULL, CAUSE_KILLED),
       "words that are none");
    rows_release(&rows);
}

/* "auto|slurm" as the document writes it: "auto, slurm". */
static void test_choices(const char *configuration)
{
    struct rows rows = {0};
    size_t n_choices = 0;
    const char *at = configuration;

    while ((at = strstr(at, "| key | type | built-in | what |"))) {
        add_table(at, "| key |", &rows);
        at++;
    }
    is_number(rows.names.count, SETTING_COUNT, "settings of the document");
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_spec *spec = setting_spec((enum setting)i);
        cleanup_text struct text choices = {0};
        if (!strchr(spec->type, '|'))
            continue;
        for (const char *c = spec->type; *c; c++) {
            if (*c == '|')
                text_add(&choices, ", ");
            else
                text_add_char(&choices, *c);
        }
        is_string(cell_of(&rows, &rows.seconds, spec->name), text_string(&choices),
                  spec->name);
        n_choices++;
    }
    ok(n_choices > 8, "%zu settings are a choice", n_choices);
    struct settings *settings = settings_new();
    ok(settings_chose(settings, CHOICE_MODE_JOBS) &&
           !settings_chose(settings, CHOICE_MODE_ARRAY) &&
           settings_chose(settings, CHOICE_PICK_LAST),
       "what is built in");
    settings_free(settings);
    rows_release(&rows);
}

int main(void)
{
    cleanup_free char *formats = read_document("docs/formats.md");
    cleanup_free char *configuration = read_document("docs/configuration.md");

    test_events(formats);
    test_states(formats);
    test_causes(formats);
    test_choices(configuration);
    return tap_done();
}
