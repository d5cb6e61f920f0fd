/* open_sweep.h - the first steps of every verb that works on an existing sweep
 *
 * Reading takes no lock: a sweep can be opened while another process submits to it. A
 * look may write what has ended into the journal (poll_jobs.h), and then takes the
 * lock.
 */
#ifndef LAUNCHER_COMMANDS_OPEN_SWEEP_H
#define LAUNCHER_COMMANDS_OPEN_SWEEP_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"

/* The sweep that the only operand names; NULL where there is none. ERROR_USAGE if there
 * are more. */
int open_sweep_operand(const struct invocation *in, const char **ret_sweep,
                       struct error *err);

/* Find the sweep (a name or a folder; NULL: the newest), open it, select all its
 * points. The scheduler is the one that the sweep was submitted with unless the command
 * line names another. End with campaign_close(). */
int open_sweep(struct invocation *in, const char *sweep, struct campaign *ret_campaign,
               struct error *err);

/* The same for a folder that was found already. */
int open_sweep_at(struct invocation *in, const char *path,
                  struct campaign *ret_campaign, struct error *err);

/* As open_sweep(), and connect to the scheduler and look once. A scheduler that does
 * not answer is a warning and `*ret_is_asked` false: then the folder alone speaks.
 * ERROR_INTERRUPT: it was not waited for. */
int open_sweep_and_look(struct invocation *in, const char *sweep,
                        struct campaign *ret_campaign, bool *ret_is_asked,
                        struct error *err);

/* Connect if need be, look once, and select all points (others may have been added). */
int open_sweep_look(struct campaign *campaign, bool *ret_is_asked, struct error *err);

/* What is taken from resolved.yaml: what every look needs, or every setting of the
 * sweep's last call, below the flags. Where others could have written the file, nothing
 * that runs code is taken; what is to run is then ERROR_POLICY. */
enum recall { RECALL_FEW, RECALL_TO_SHOW, RECALL_TO_RUN };

/* As open_sweep(). */
int open_sweep_settings(struct invocation *in, const char *sweep, enum recall recall,
                        struct campaign *ret_campaign, struct error *err);

#endif
