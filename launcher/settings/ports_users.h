/* ports_users.h - a map of users to ports, and who overlaps
 *
 * The map is text, one user a line: `NAME|UID [FIRST-LAST]`, `#` begins a comment.
 * Without a range the user has the slice of his uid. Pure: names are looked up by the
 * caller's function.
 */
#ifndef LAUNCHER_SETTINGS_PORTS_USERS_H
#define LAUNCHER_SETTINGS_PORTS_USERS_H

#include <stdbool.h>

#include "launcher/settings/ports.h"

#define PORTS_USERS_MAX 100000UL /* lines of a map */

struct ports_user {
    char *name; /* owned */
    bool has_uid;
    unsigned long uid;
    bool is_explicit; /* a range was given; then slice is not used */
    size_t slice;
    struct ports_area area;
};

struct ports_users {
    struct ports_user *users; /* owned */
    size_t count, cap;
};

struct ports_overlap {
    size_t a, b; /* indexes of two users, in the order of their first ports */
    struct ports_span span;
};

/* Find the other half of a user from a name or a number: the name (owned, NULL: as
 * typed) and the uid. False: there is no such user. */
typedef bool (*ports_lookup_fn)(const char *word, char **ret_name,
                                unsigned long *ret_uid);

/* Add a user by name or uid, with the range of `range` ("10112-12159") or, where it is
 * NULL, the slice. `where` begins messages ("users.txt:3", "--user"); ERROR_INPUT.
 * A user that is there already is an error. */
int ports_users_add(struct ports_users *users, const struct ports_grid *grid,
                    const char *word, const char *range, const char *where,
                    ports_lookup_fn lookup, struct error *err);

/* Add every line of a map; `source` names it in messages. */
int ports_users_parse(struct ports_users *users, const struct ports_grid *grid,
                      const char *text, const char *source, ports_lookup_fn lookup,
                      struct error *err);

/* Users that share a port: at most one overlap a span of a user, and every user who
 * shares a port with another is in at least one. Owned array, NULL for none. */
struct ports_overlap *ports_users_overlaps(const struct ports_users *users,
                                           size_t *ret_count);

void ports_users_release(struct ports_users *users);

#endif
