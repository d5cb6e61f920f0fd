/* node_list.h - Slurm's way to write node names: "n[1-3,07],gpu1" */
#ifndef LAUNCHER_SCHEDULER_NODE_LIST_H
#define LAUNCHER_SCHEDULER_NODE_LIST_H

#include "launcher/common/text/text.h"

#define NODE_LIST_MAX 4096 /* names; a longer list is cut */

/* Append each node's name once. Zeros in front are kept ("[08-10]" is 08, 09, 10). What
 * is not such a list gives no names. Pure. */
void node_list_expand(const char *list, struct words *names);

#endif
