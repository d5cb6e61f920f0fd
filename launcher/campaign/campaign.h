/* campaign.h - the state machine of a sweep: submit, look, wait
 *
 * Verbs make one campaign, point it at a folder, and call one function a step. What is
 * printed is the verbs' business: a campaign talks through its hooks.
 */
#ifndef LAUNCHER_CAMPAIGN_CAMPAIGN_H
#define LAUNCHER_CAMPAIGN_CAMPAIGN_H

#include "collector/outcome/states.h"
#include "launcher/campaign/choose.h"
#include "launcher/campaign/fingerprint.h"
#include "launcher/campaign/submit.h"
#include "launcher/campaign/sweep.h"
#include "launcher/settings/settings.h"

struct campaign;

struct campaign_hooks {
    void *context;
    /* A look at the queue is done: show progress. `trouble` is why the scheduler did
     * not answer, or NULL. */
    void (*on_look)(void *context, const struct campaign *campaign,
                    const char *trouble);
    void (*on_submit)(void *context, size_t done, size_t total);
    void (*on_warning)(void *context, const char *text);
};

struct campaign {
    const struct settings *settings; /* borrowed */
    struct sweep *sweep;             /* owned */
    struct scheduler scheduler;      /* owned; ops NULL until campaign_connect() */
    size_t *selected; /* owned: the points that are meant, as indexes of the sweep */
    size_t n_selected;
    struct fingerprint fingerprint; /* of new attempts */
    double message_timeout_s;
    struct submit_report spent; /* of this process */
    struct campaign_hooks hooks;
};

struct campaign_counts {
    size_t total;
    size_t by_state[STATE_COUNT];
    size_t n_final, n_live;
};

/* The folder may not exist yet. */
int campaign_open(const struct settings *settings, const char *path,
                  struct campaign *ret_campaign, struct error *err);
void campaign_close(struct campaign *campaign);

/* Open the scheduler that the settings name. */
int campaign_connect(struct campaign *campaign, struct error *err);

/* Point the campaign at every point of the folder. */
void campaign_select_all(struct campaign *campaign);

/* Take the lock, remember command and folder, add the plan's points and select them,
 * clear open intents, and look at the queue. The lock stays held: submit or
 * campaign_unlock() next. */
int campaign_begin(struct campaign *campaign, const struct plan *plan,
                   const char *folder, struct error *err);
void campaign_unlock(struct campaign *campaign);

/* Submit items now (lock held), at most `limit` of them (0 = all); the items done are
 * removed from the queue. */
int campaign_submit(struct campaign *campaign, struct choice *queue, size_t limit,
                    struct error *err);

/* Compute what new attempts run with (campaign_begin() does; `retry` calls it).
 * `entry_file` may be NULL: then the file of the sweep's last attempt. */
int campaign_take_fingerprint(struct campaign *campaign, const char *entry_file,
                              struct error *err);

/* One look: the journal's tail, the queue, accounting, and what has ended is written
 * down. 1: the scheduler did not answer (`err` says why) and nothing changed; -1: an
 * error. */
int campaign_look(struct campaign *campaign, struct error *err);

enum campaign_end { CAMPAIGN_ALL_FINAL, CAMPAIGN_INTERRUPTED };

/* Wait until every selected point is final, feeding `queue` (may be empty) as
 * `max_concurrent` or the scheduler's slots allow. ERROR_WAIT after wait_timeout. */
int campaign_wait(struct campaign *campaign, struct choice *queue,
                  enum campaign_end *ret_end, struct error *err);

/* States of the selected points as known now. */
void campaign_count(const struct campaign *campaign,
                    struct campaign_counts *ret_counts);

/* The state of one point as known now, without opening its files. */
enum state campaign_state(const struct sweep_point *point);

/* Ask the scheduler to end these attempts, and write it down first. Returns how many in
 * `*ret_count`. */
int campaign_cancel(struct campaign *campaign, const size_t *points, size_t n_points,
                    size_t *ret_count, struct error *err);

#endif
