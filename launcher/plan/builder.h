/* builder.h - a plan in the making: what plan.c reads and build.c multiplies
 *
 * The command is kept as slots, in its order: a word stays as it is, a parameter is
 * filled in anew for each point. Private to those two files.
 */
#ifndef LAUNCHER_PLAN_BUILDER_H
#define LAUNCHER_PLAN_BUILDER_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/map.h"
#include "launcher/common/text/text.h"
#include "launcher/plan/grid.h"
#include "launcher/plan/identity.h"
#include "launcher/plan/plan.h"
#include "launcher/plan/points_file.h"

/* One place in the command: a literal word, or a parameter. */
struct slot {
    const char *word; /* borrowed from plan->literal; NULL: a parameter */
    size_t param;     /* its axis */
    bool has_placeholder;
};

/* The command's own axes are the first `n_own`; slots before `n_before` stand before
 * the parameters of files and grids, the others (a second "--" and what follows)
 * behind. */
struct builder {
    const struct plan_request *request;
    struct plan plan;
    struct grid grid;
    size_t n_own;
    struct file_rows rows;
    struct slot *slots; /* owned */
    size_t n_slots, cap_slots, n_before;
    bool has_placeholders;
    struct words filled; /* keys that stand in a placeholder: not appended */
    struct map by_id;    /* id with copy 0 -> index */
    unsigned *copies;    /* owned: of the point with that index, under its first id */
    struct identity *identity;
};

/* Fill builder->plan.points and .swept. */
int builder_make_points(struct builder *builder, struct error *err);

#endif
