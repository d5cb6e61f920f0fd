/* probe.h - one short job that looks at the nodes for `raylaunch check --probe`
 *
 * The job (templates/probe.sbatch) is no point of a sweep and stands in no journal; its
 * time limit is five minutes, and it is cancelled when we are interrupted. It talks
 * through files of its folder, which is itself the proof that the folder is shared:
 *     ready.NODE   by the node: {"clock":…}, its wall clock
 *     canary.NODE  by us, a random word
 *     seen.NODE    by the node, the same word
 *     node.NODE    by the node: what it saw, one JSON object
 */
#ifndef LAUNCHER_CHECK_PROBE_H
#define LAUNCHER_CHECK_PROBE_H

#include <jansson.h>

#include "launcher/check/preflight.h"

#define PROBE_NODES_MAX 4096
#define PROBE_NODE_BYTES (64UL * 1024UL) /* of node.NODE */

struct probe_request {
    const struct settings *settings; /* nodes, partition, environment … of the job */
    struct scheduler *scheduler;
    const char *folder; /* absolute, there, empty; the caller removes it */
    double wait_s;      /* from submission to the last node's file */
    void *context;
    void (*on_news)(void *context, const char *text); /* may be NULL */
};

/* Make what a probe needs small, where nobody asked for it: one CPU, no GPU, 1 GiB,
 * nodes that may be shared; and the time limit. */
int probe_adapt(struct settings *settings, struct error *err);

/* Submit, wait, and add what the nodes saw. What goes wrong with the job is a finding;
 * -1 only when interrupted or when the folder cannot be written. No job is left, but by
 * a second interrupt, which the message says. */
int probe_run(const struct probe_request *request, struct findings *findings,
              struct error *err);

/* What one node saw, judged. `ping_s` is how long the canary took there and back, less
 * than 0: it was not seen; `clock_off_s` how far the node's clock is ahead. */
struct probe_node {
    const char *name;
    json_t *seen; /* borrowed */
    double ping_s, clock_off_s;
};
void probe_judge(const struct settings *settings, const struct probe_node *node,
                 struct findings *findings);

/* Do all nodes have the same Python and Ray? */
void probe_compare(const struct settings *settings, const struct probe_node *nodes,
                   size_t count, struct findings *findings);

#endif
