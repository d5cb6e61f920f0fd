/* slurm_site.h - the texts in which a cluster tells of itself → site.h
 *
 * Limits come from `scontrol show config`, partitions from `sinfo`: two calls, made
 * when asked.
 */
#ifndef LAUNCHER_SCHEDULER_SLURM_SLURM_SITE_H
#define LAUNCHER_SCHEDULER_SLURM_SLURM_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/scheduler/site.h"
#include "launcher/scheduler/slurm/slurm_call.h"
#include "launcher/scheduler/slurm/slurm_fields.h"

/* Ask limits and partitions, whatever is known. ERROR_SCHEDULER: no answer. */
int slurm_site_ask(const struct slurm_site_access *access, struct site *ret_site,
                   struct error *err);

/* Readers of the two texts. Unknown lines are passed over. Public for its fuzzer. */
void slurm_site_parse_config(const char *text, struct site_config *limits);
void slurm_site_parse_partitions(const char *bytes, size_t size, const char *separator,
                                 struct site *site);

/* One call each; used by slurm_site_ask() and slurm_cache.h. `ret_text` is what
 * slurm_site_parse_partitions() reads. */
int slurm_site_ask_limits(const struct slurm_site_access *access,
                          struct site_config *ret_limits, struct error *err);
int slurm_site_ask_nodes(const struct slurm_site_access *access,
                         char separator[SLURM_SEPARATOR_SIZE], struct text *ret_text,
                         struct error *err);

#endif
