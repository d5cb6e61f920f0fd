/* probe_nodes.h - the files through which the nodes of a probe are heard (probe.h) */
#ifndef LAUNCHER_CHECK_PROBE_NODES_H
#define LAUNCHER_CHECK_PROBE_NODES_H

#include <stdint.h>

#include "launcher/check/probe.h"

#define PROBE_NAME_MAX 100

struct probe_heard {
    char name[PROBE_NAME_MAX + 1]; /* letters, digits, '.', '_', '-' */
    char canary[17];
    int64_t written_at_ms; /* the canary; monotonic */
    double ping_s;         /* less than 0: no answer */
    double clock_off_s;
    json_t *report; /* owned, NULL: none */
};

struct probe_nodes {
    struct probe_heard *nodes; /* owned */
    size_t count, cap;
    size_t n_reports;
};

/* One look at the folder: new nodes get their canary, answers and reports are taken. A
 * file that cannot be read or is none of ours is passed over. */
void probe_nodes_look(struct probe_nodes *nodes, const char *folder);

void probe_nodes_judge(const struct probe_nodes *nodes, const struct settings *settings,
                       struct findings *findings);
void probe_nodes_release(struct probe_nodes *nodes);

#endif
