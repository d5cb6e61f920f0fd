/* code_versions.h - did what completed run one version of the code?
 *
 * The code of a point is the SHA-256 of its entrypoint's file as the job ran it. A
 * table of several is a table of several programs, which nobody sees in it.
 */
#ifndef COLLECTOR_TABLE_CODE_VERSIONS_H
#define COLLECTOR_TABLE_CODE_VERSIONS_H

#include "collector/table/row.h"

struct code_version {
    const char *code, *first; /* borrowed; the first point that ran it */
    size_t count;
};

/* A valid empty one is zero. */
struct code_versions {
    struct code_version *items; /* owned, in order of appearance */
    size_t count, cap;
};
void code_versions_release(struct code_versions *versions);

/* `code` "": not known, and not counted. Both are borrowed. */
void code_versions_add(struct code_versions *versions, const char *code,
                       const char *point);

/* Several: append a warning to `text` and return true. */
bool code_versions_warn(const struct code_versions *versions, struct text *text);

/* The completed rows of one sweep. */
void code_versions_of(const struct table *table, struct code_versions *ret_versions);

#endif
