/* The tables of the documents say what the tables of the program say: events of the
 * journal. Run in the folder that holds docs/. */
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
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

/* The lines "| `name` | second | …" of the table below `heading`, up to the next
 * heading: name and second cell, without the backticks of the name. */
struct cells {
    struct words names, seconds;
};

static void read_table(const char *document, const char *heading, struct cells *cells)
{
    const char *at = strstr(document, heading);

    *cells = (struct cells){0};
    ok(at != NULL, "the document has '%s'", heading);
    for (at = at ? strchr(at + 1, '\n') : NULL; at; at = strchr(at, '\n')) {
        at++;
        if (*at == '#')
            break;
        if (strncmp(at, "| `", 3) != 0)
            continue;
        const char *name = at + 3;
        const char *second = strstr(name, "` | ");
        const char *end = second ? strstr(second + 4, " |") : NULL;
        if (!end || memchr(name, '\n', (size_t)(end - name)))
            continue;
        words_addf(&cells->names, "%.*s", (int)(second - name), name);
        words_addf(&cells->seconds, "%.*s", (int)(end - second - 4), second + 4);
    }
}

static void cells_release(struct cells *cells)
{
    words_release(&cells->names);
    words_release(&cells->seconds);
}

static const char *second_of(const struct cells *cells, const char *name)
{
    for (size_t i = 0; i < cells->names.count; i++) {
        if (strcmp(cells->names.items[i], name) == 0)
            return cells->seconds.items[i];
    }
    return "(not there)";
}

static void test_events(const char *formats)
{
    struct cells cells;
    enum event event;
    size_t n_known = 0;

    read_table(formats, "| event | says | members |", &cells);
    for (int i = 0; i < EVENT_COUNT; i++) {
        const char *name = event_name((enum event)i);
        is_string(second_of(&cells, name), event_meaning((enum event)i), name);
        ok(event_from_name(name, &event) && (int)event == i, "%s: and back", name);
    }
    for (size_t i = 0; i < cells.names.count; i++)
        n_known += event_from_name(cells.names.items[i], &event);
    is_number(n_known, cells.names.count, "the document has no other event");
    ok(!event_from_name("Final", &event), "a word that is no event");
    cells_release(&cells);
}

int main(void)
{
    cleanup_free char *formats = read_document("docs/formats.md");

    test_events(formats);
    return tap_done();
}
