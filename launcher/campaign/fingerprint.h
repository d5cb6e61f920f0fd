/* fingerprint.h - what points ran with: resources, template, setup, entrypoint file,
 * git commit
 *
 * Written as a "settings" event when it changes; each attempt names the one it ran
 * with.
 */
#ifndef LAUNCHER_CAMPAIGN_FINGERPRINT_H
#define LAUNCHER_CAMPAIGN_FINGERPRINT_H

#include "launcher/campaign/sweep.h"
#include "launcher/plan/plan.h"
#include "launcher/script/template.h"
#include "launcher/settings/settings.h"

struct fingerprint {
    char id[9];       /* 8 hex digits over the values */
    json_t *values;   /* owned object: key → text */
    char *entry_file; /* owned; "" unknown */
    bool is_adjusted; /* memory or time follow from the attempt before (adjust.h) */
};

/* `entry_file` (may be NULL) is relative to `folder`, the jobs' working folder. */
void fingerprint_take(const struct settings *settings, const struct template *template,
                      const char *folder, const char *entry_file,
                      struct fingerprint *ret_fingerprint);
void fingerprint_release(struct fingerprint *fingerprint);

/* As `base`, but with the values of `settings`: for attempts whose resources were
 * adjusted. Files and folders are not looked at again. */
void fingerprint_derive(const struct fingerprint *base, const struct settings *settings,
                        struct fingerprint *ret_fingerprint);

/* Write the event if it differs from the last one. Lock held. sweep->settings_id is the
 * one in force after. */
int fingerprint_note(struct sweep *sweep, const struct fingerprint *fingerprint,
                     struct error *err);

/* If finished points of `selected` ran with something else than `now`: the differences,
 * as "mem '4G' -> '8G', entrypoint file"; "" if none. What was adjusted for a new
 * attempt is none. Owned. */
char *fingerprint_difference(const struct sweep *sweep, const size_t *selected,
                             size_t n_selected, const struct fingerprint *now);

#endif
