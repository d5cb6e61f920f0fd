/* preflight.h - what can go wrong before the first sweep, as a list of findings
 *
 * Each finding says what was looked at, what was seen, how that is judged, and what to
 * do about it. preflight_probe() (probe.h) adds what a short job sees on the nodes.
 * Nothing here fails: what cannot be found out is a finding too.
 */
#ifndef LAUNCHER_CHECK_PREFLIGHT_H
#define LAUNCHER_CHECK_PREFLIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/scheduler/scheduler.h"
#include "launcher/settings/settings.h"

enum finding_status {
    FINDING_OK,
    FINDING_WARN, /* may work; look at it */
    FINDING_BAD   /* will not work */
};

const char *finding_status_name(enum finding_status status); /* "ok", "warn", "bad" */

struct finding { /* all owned */
    enum finding_status status;
    char *where; /* "here", "cluster", "node n1" */
    char *name;
    char *value;
    char *advice; /* "" for none */
};

struct findings {
    struct finding *items; /* owned */
    size_t count, cap;
};

/* `advice` may be ""; it is dropped when all is well. */
void findings_add(struct findings *findings, enum finding_status status,
                  const char *where, const char *name, const char *advice,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));
size_t findings_count(const struct findings *findings, enum finding_status status);
void findings_release(struct findings *findings);

/* This machine: the scheduler's programs and their releases, resource limits, Python
 * and Ray (which only the job's environment needs). */
void preflight_here(const struct scheduler *scheduler, struct findings *findings);

/* The output folder: writable, room, quota, and whether the nodes can see it, if
 * `has_nodes`. The folder need not exist; nothing is left in it. */
void preflight_folder(const char *path, bool has_nodes, struct findings *findings);

/* Its room for `n_files` more files and folders, and the quota where `quota` or `lfs`
 * answers (10 s at most): findings "free room" and "quota". */
void preflight_room(const char *path, size_t n_files, bool with_quota,
                    struct findings *findings);

enum folder_kind { FOLDER_MEMORY, FOLDER_OF_NODE, FOLDER_SHARED, FOLDER_UNKNOWN };

/* What a file system is, from statfs(2)'s f_type; `*ret_name` is static ("nfs"). Public
 * for its test, which cannot mount them. */
enum folder_kind folder_kind(long long magic, const char **ret_name);

/* The cluster: does the controller answer, limits, accounting, partition and its nodes.
 * `*ret_is_usable` false: no job can be submitted. */
void preflight_site(const struct settings *settings, struct scheduler *scheduler,
                    struct findings *findings, bool *ret_is_usable);

#endif
