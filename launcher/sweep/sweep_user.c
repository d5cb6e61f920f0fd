#include "launcher/sweep/sweep_user.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/files/own_folder.h"
#include "launcher/common/trees/json_io.h"

static const char *own_name(void)
{
    const struct passwd *user = getpwuid(geteuid());

    return user ? user->pw_name : "";
}

int sweep_user_look(struct sweep *sweep, struct error *err)
{
    enum folder_owner owner = FOLDER_OF_NOBODY;
    uid_t uid = geteuid();

    if (own_folder_look(sweep->path, &owner, &uid, err) < 0)
        return -1;
    sweep->is_others = owner == FOLDER_OF_OTHER;
    sweep->user = (struct sweep_user){.uid = sweep->is_others ? uid : geteuid(),
                                      .is_caller = !sweep->is_others};
    return 0;
}

void sweep_user_note(json_t *event)
{
    const char *name = own_name();

    json_object_set_new(event, "uid", json_integer((json_int_t)geteuid()));
    if (*name)
        json_object_set_new(event, "user", jsonio_bytes(name, strlen(name)));
}

/* One's own name is enough: a sweep may come from a cluster with other numbers. */
void sweep_user_hear(struct sweep *sweep, const json_t *event)
{
    long long uid = jsonio_integer(event, "uid", -1);
    const char *name = jsonio_string(event, "user", "");

    if (uid < 0 || uid >= (uid_t)-1)
        return;
    sweep->user.uid = (uid_t)uid;
    snprintf(sweep->user.name, sizeof sweep->user.name, "%s", name);
    sweep->user.is_caller =
        !sweep->is_others &&
        (sweep->user.uid == geteuid() || (*name && strcmp(name, own_name()) == 0));
}

static int refuse(const struct sweep *sweep, const char *what, struct error *err)
{
    const char *name = sweep->user.name;

    return error_set(
        err, ERROR_POLICY,
        "the sweep '%s' is user %u's%s%s%s: it can be read, but %s; for one "
        "of your own take another --name or --output-dir",
        sweep->path, (unsigned)sweep->user.uid, *name ? " (" : "", name,
        *name ? ")" : "", what);
}

int sweep_user_check(const struct sweep *sweep, struct error *err)
{
    return sweep->user.is_caller ? 0 : refuse(sweep, "you cannot submit for it", err);
}

int sweep_user_check_folder(const struct sweep *sweep, struct error *err)
{
    if (!sweep->is_others)
        return 0;
    errno = EPERM;
    return refuse(sweep, "nothing is written in its folder", err);
}
