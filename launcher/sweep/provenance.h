/* provenance.h - what points ran with: resources, template, setup, entrypoint file,
 * git commit, and whether files that git knows were changed
 *
 * Written as a "settings" event when it changes; each attempt names the one it ran
 * with.
 */
#ifndef LAUNCHER_SWEEP_PROVENANCE_H
#define LAUNCHER_SWEEP_PROVENANCE_H

#include "launcher/plan/plan.h"
#include "launcher/script/template.h"
#include "launcher/settings/settings.h"
#include "launcher/sweep/sweep.h"

struct provenance {
    char id[9];       /* 8 hex digits over the values */
    json_t *values;   /* owned object: key → text */
    char *entry_file; /* owned; "" unknown */
    bool is_adjusted; /* memory or time follow from the attempt before: the policy of
                         retries chose them */
};

/* `entry_file` (may be NULL) is relative to `folder`, the jobs' working folder. */
void provenance_take(const struct settings *settings, const struct template *template,
                     const char *folder, const char *entry_file,
                     struct provenance *ret_provenance);
void provenance_release(struct provenance *fingerprint);

/* As `base`, but with the values of `settings`: for attempts whose resources were
 * adjusted. Files and folders are not looked at again. */
void provenance_derive(const struct provenance *base, const struct settings *settings,
                       struct provenance *ret_provenance);

/* Write the event if it differs from the last one. Lock held. sweep->settings_id is the
 * one in force after. */
int provenance_note(struct sweep *sweep, const struct provenance *fingerprint,
                    struct error *err);

/* The SHA-256 of the entrypoint's file as it was when the attempt was submitted; ""
 * unknown. Borrowed. */
const char *provenance_code(const struct sweep *sweep, const struct attempt *attempt);

/* If finished points of `selected` ran with something else than `now`: the differences,
 * as "mem '4G' -> '8G', entrypoint file"; "" if none. What was adjusted for a new
 * attempt is none. Owned. */
char *provenance_difference(const struct sweep *sweep, const size_t *selected,
                            size_t n_selected, const struct provenance *now);

#endif
