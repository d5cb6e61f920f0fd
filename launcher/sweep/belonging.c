/* belonging.c - which command and working folder a sweep belongs to (sweep.h) */
#include <string.h>
#include <sys/stat.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/sweep/sweep.h"
#include "launcher/sweep/sweep_user.h"

bool sweep_is_moved(const struct sweep *sweep)
{
    return sweep->has_started && !folder_exists(sweep->folder);
}

/* A link may lead to it, or a mount may have another name. */
static bool is_folder(const struct sweep *sweep, const char *folder)
{
    struct stat old, now;

    return strcmp(sweep->folder, folder) == 0 ||
           (stat(sweep->folder, &old) == 0 && stat(folder, &now) == 0 &&
            S_ISDIR(old.st_mode) && old.st_dev == now.st_dev &&
            old.st_ino == now.st_ino);
}

static bool same_words(const struct words *a, const struct words *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    }
    return true;
}

static char *joined(const struct words *words)
{
    struct text text = {0};

    for (size_t i = 0; i < words->count; i++)
        text_addf(&text, "%s%s", i ? " " : "", words->items[i]);
    return text_take(&text);
}

int sweep_check_command(const struct sweep *sweep, const struct words *literal,
                        const char *folder, struct error *err)
{
    if (sweep_user_check(sweep, err) < 0)
        return -1;
    if (!sweep->has_started)
        return 0;
    if (!same_words(&sweep->literal, literal)) {
        cleanup_free char *old = joined(&sweep->literal);
        cleanup_free char *new = joined(literal);
        return error_set(err, ERROR_USAGE,
                         "sweep '%s' runs the command '%s', not '%s'; give this one "
                         "another --name",
                         sweep->name, old, new);
    }
    if (is_folder(sweep, folder))
        return 0;
    if (sweep_is_moved(sweep))
        return error_set(
            err, ERROR_USAGE,
            "sweep '%s' was started in '%s', which is gone (moved or renamed?), not in "
            "'%s'; --here binds it to where it stands now",
            sweep->name, sweep->folder, folder);
    return error_set(err, ERROR_USAGE,
                     "sweep '%s' was started in '%s', not in '%s'; go there, or give "
                     "this one another --name",
                     sweep->name, sweep->folder, folder);
}

static int write_event(struct sweep *sweep, const struct words *literal,
                       const char *folder, struct error *err)
{
    json_t *event = json_object();
    json_t *list = json_array();
    for (size_t i = 0; i < literal->count; i++)
        json_array_append_new(
            list, jsonio_bytes(literal->items[i], strlen(literal->items[i])));
    json_object_set_new(event, "name", json_string(sweep->name));
    json_object_set_new(event, "command", list);
    json_object_set_new(event, "folder", jsonio_bytes(folder, strlen(folder)));
    json_object_set_new(event, "version", json_string(RAYLAUNCH_VERSION));
    sweep_user_note(event);
    return sweep_event(sweep, EVENT_SWEEP, event, err);
}

int sweep_begin(struct sweep *sweep, const struct words *literal, const char *folder,
                struct error *err)
{
    return sweep->has_started ? sweep_check_command(sweep, literal, folder, err)
                              : write_event(sweep, literal, folder, err);
}

int sweep_bind(struct sweep *sweep, const char *folder, struct error *err)
{
    cleanup_words struct words literal = {0};

    if (sweep_user_check(sweep, err) < 0)
        return -1;
    words_copy(&literal, &sweep->literal);
    return write_event(sweep, &literal, folder, err);
}
