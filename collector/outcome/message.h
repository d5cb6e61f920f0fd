/* message.h - what became of a point, said to a person: what, why, and the next step
 *
 * State and cause are decided already (outcome.h); this decides nothing.
 */
#ifndef COLLECTOR_OUTCOME_MESSAGE_H
#define COLLECTOR_OUTCOME_MESSAGE_H

#include "collector/outcome/outcome.h"

#define MESSAGE_RESULT_LINE                                                            \
    "print(\"\\nTMGG_RESULT:\" + json.dumps({\"status\": \"completed\", \"metrics\": " \
    "metrics}), flush=True)"

/* The line for an outcome whose state and cause are set: printable, one line, owned; ""
 * when there is nothing to say. */
char *message_of(const struct witnesses *witnesses, const struct outcome *outcome);

/* The log's cause, when it is one that Slurm's own daemon wrote there: time_limit,
 * preempted, node_fail, out_of_memory, by_user (cancelled: by whom it does not say);
 * else CAUSE_NONE. */
enum cause message_slurm_cause(const struct witnesses *witnesses);

#endif
