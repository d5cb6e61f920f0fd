/* ports.c - the verb `ports` */
#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/commands/command.h"
#include "launcher/commands/ports/ports_print.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"

enum { OPT_USER = 1, OPT_USERS, OPT_EPHEMERAL, OPT_LAYOUT };

static const struct option_spec verb_ports_options[] = {
    {"user", 0, "NAME|UID", .id = OPT_USER},
    {"users", 0, "FILE", .id = OPT_USERS},
    {"ephemeral", 0, "FIRST-LAST", .id = OPT_EPHEMERAL},
    {"layout", 0, "grains|ray-docs", .id = OPT_LAYOUT},
    {0},
};

static bool look_up(const char *word, char **ret_name, unsigned long *ret_uid)
{
    size_t digits = strspn(word, "0123456789");
    bool is_number = digits > 0 && digits <= 10 && !word[digits];
    unsigned long uid = is_number ? strtoul(word, NULL, 10) : 0;
    const struct passwd *found = is_number ? getpwuid((uid_t)uid) : getpwnam(word);

    if (!found && !is_number)
        return false;
    if (found)
        *ret_name = xstrdup(found->pw_name);
    *ret_uid = found ? (unsigned long)found->pw_uid : uid;
    return true;
}

static int make_grid(const struct invocation *in, struct ports_view *view,
                     struct error *err)
{
    const char *asked = invocation_value(in, OPT_EPHEMERAL);

    view->range.first = (long)settings_integer(in->settings, SETTING_PORTS_FIRST);
    view->range.last = (long)settings_integer(in->settings, SETTING_PORTS_LAST);
    view->ephemeral = ports_ephemeral();
    if (asked && ports_span_parse(asked, "--ephemeral", &view->ephemeral, err) < 0)
        return -1;
    ports_grid_make(view->range, view->ephemeral, &view->grid);
    if (view->grid.n_grains > 0)
        return 0;
    return error_set(err, ERROR_USAGE,
                     "the range %ld-%ld (%s) holds no whole grain of 128 ports outside "
                     "the ephemeral ones (%ld-%ld); set ports.first and ports.last",
                     view->range.first, view->range.last,
                     settings_origin(in->settings, SETTING_PORTS_FIRST),
                     view->ephemeral.first, view->ephemeral.last);
}

static int add_file(const struct invocation *in, struct ports_view *view,
                    struct error *err)
{
    const char *path = invocation_value(in, OPT_USERS);
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (!path)
        return 0;
    if (file_read_all(path, LIMIT_CONFIG_BYTES, &bytes, &size, err) < 0)
        return error_prefix(err, "cannot read the map of users");
    if (memchr(bytes, 0, size))
        return error_set(err, ERROR_INPUT, "the map of users '%s' holds a NUL byte",
                         path);
    return ports_users_parse(&view->users, &view->grid, bytes, path, look_up, err);
}

/* Who is meant: the map, --user, or the one who asks. */
static int add_users(const struct invocation *in, struct ports_view *view,
                     struct error *err)
{
    const struct words *names = &in->values[OPT_USER];

    if (add_file(in, view, err) < 0)
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        if (ports_users_add(&view->users, &view->grid, names->items[i], NULL, "--user",
                            look_up, err) < 0) {
            if (err)
                err->kind = ERROR_USAGE;
            return -1;
        }
    }
    if (names->count > 0 || invocation_has(in, OPT_USERS))
        return 0;
    cleanup_free char *me = xasprintf("%lu", (unsigned long)geteuid());
    return ports_users_add(&view->users, &view->grid, me, NULL, "you", look_up, err);
}

static long cpus_of(const struct settings *settings)
{
    const char *asked = settings_text(settings, SETTING_RAY_CPUS);
    bool is_number = isdigit((unsigned char)*asked) && strlen(asked) < 7;

    return is_number ? strtol(asked, NULL, 10)
                     : (long)settings_integer(settings, SETTING_CPUS_PER_TASK);
}

static int show_grains(const struct invocation *in, struct error *err)
{
    struct ports_view view = {.cpus = cpus_of(in->settings),
                              .is_strict =
                                  settings_switch(in->settings, SETTING_PORTS_STRICT),
                              .shows_jobs = !invocation_has(in, OPT_USERS)};
    cleanup_text struct text text = {0};
    int rc = make_grid(in, &view, err);

    if (rc == 0)
        rc = add_users(in, &view, err);
    if (rc == 0)
        view.overlaps = ports_users_overlaps(&view.users, &view.n_overlaps);
    if (rc == 0)
        rc = ports_view_add(&view, in->json, &text, err);
    if (rc == 0)
        rc = print_text(&text, err);
    if (rc == 0 && view.n_overlaps > 0) {
        say(in, "raylaunch: users share ports; their jobs still hold ports apart on "
                "each node, unless a range is full: docs/ports.md");
        rc = 1;
    }
    free(view.overlaps);
    ports_users_release(&view.users);
    return rc;
}

static int show_layout(const struct invocation *in, struct error *err)
{
    const struct words *names = &in->values[OPT_USER];
    const char *asked = invocation_value(in, OPT_EPHEMERAL);
    struct ports_span ephemeral = ports_ephemeral();
    cleanup_words struct words users = {0};
    cleanup_text struct text text = {0};

    if (asked && ports_span_parse(asked, "--ephemeral", &ephemeral, err) < 0)
        return -1;
    if (invocation_has(in, OPT_USERS) || names->count > PORTS_LAYOUT_USERS)
        return error_set(err, ERROR_USAGE,
                         "--layout ray-docs is for at most %d users, each by --user",
                         PORTS_LAYOUT_USERS);
    words_copy(&users, names);
    for (size_t k = users.count; names->count == 0 && k < 2; k++)
        words_addf(&users, "user %zu", k + 1);
    int rc = ports_layout_add(&users, ephemeral, in->json, &text);
    if (print_text(&text, err) < 0)
        return -1;
    return rc;
}

static int verb_ports_run(struct invocation *in, struct error *err)
{
    const char *layout = invocation_value(in, OPT_LAYOUT);

    if (in->rest.count > 0)
        return error_set(err, ERROR_USAGE,
                         "ports takes options only, not '%s'; did you mean --user %s?",
                         in->rest.items[0], in->rest.items[0]);
    if (!layout || strcmp(layout, "grains") == 0)
        return show_grains(in, err);
    if (strcmp(layout, "ray-docs") == 0)
        return show_layout(in, err);
    return error_set(err, ERROR_USAGE,
                     "--layout: there is no layout '%s'; there are: grains, ray-docs",
                     layout);
}

const struct command verb_ports = {
    .name = "ports",
    .options = verb_ports_options,
    .scope = SCOPE_ALL,
    .run = verb_ports_run,
};
