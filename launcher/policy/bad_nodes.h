/* bad_nodes.h - nodes that a sweep had no luck with */
#ifndef LAUNCHER_POLICY_BAD_NODES_H
#define LAUNCHER_POLICY_BAD_NODES_H

#include "launcher/sweep/sweep.h"

/* "n1,n7", as sbatch's --exclude takes it; "" none. Owned. Bad is
 * - the node of a job that ended node_fail, boot_fail or launch_failed; of a job on
 *   several nodes nobody says which one it was, so two such jobs must share it;
 * - a node where two points or more died of ray_start, temp_folder or output_path. */
char *bad_nodes(const struct sweep *sweep);

/* The nodes of one attempt that ended, as its job had them: "n1", "n[1-2]"; "" not
 * known. Borrowed. */
const char *bad_nodes_of(const struct attempt *attempt);

#endif
