/* memory_advice.h - how much memory was asked, used, and may do
 *
 * The half sentence behind "out of memory". The peak is what Slurm sampled or what its
 * daemon wrote when it ended the job, never a measurement of ours.
 */
#ifndef COLLECTOR_OUTCOME_MEMORY_ADVICE_H
#define COLLECTOR_OUTCOME_MEMORY_ADVICE_H

#include <stdbool.h>

#include "launcher/common/text/text.h"

#define MEMORY_ADVICE_FACTOR 1.2 /* of `retry --mem-factor`: the peak is a sample */

/* What is known of a job's memory. A zeroed one is valid: nothing is. */
struct memory_use {
    const char *option; /* "--mem" or "--mem-per-cpu"; NULL not known */
    const char *asked;  /* as it was typed: "4G", "4GB", "4096" (MiB) */
    long peak_mib;      /* 0 unknown */
    bool is_sampled;    /* the peak is sacct's MaxRSS; else of the log */
    const char *sweep;  /* its name; NULL none */
};

/* "asked 4G a node, peak 3.9G (MaxRSS); try --mem 5G, or `raylaunch retry SWEEP --cause
 * CAUSE --mem-factor 1.2`", in the unit that was asked for; without what is not known.
 * Appends nothing where nothing is. */
void memory_advice_add(struct text *text, const struct memory_use *use,
                       const char *cause);

/* MiB of "error: StepId=13.batch exceeded memory limit (436375552 > 209715200), being
 * killed", the line of a slurmstepd that watches memory itself (OverMemoryKill); 0: it
 * is not such a line. */
long memory_advice_peak(const char *line);

#endif
