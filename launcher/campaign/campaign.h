/* campaign.h - the state machine of a sweep: submit, look, wait
 *
 * Verbs make one campaign, point it at a folder, and call one function a step. What is
 * printed is the verbs' business: a campaign talks through its hooks.
 */
#ifndef LAUNCHER_CAMPAIGN_CAMPAIGN_H
#define LAUNCHER_CAMPAIGN_CAMPAIGN_H

#include "collector/outcome/states.h"
#include "launcher/policy/active_jobs.h"
#include "launcher/policy/ceiling.h"
#include "launcher/policy/select_points.h"
#include "launcher/policy/settings_variants.h"
#include "launcher/policy/throttle.h"
#include "launcher/settings/settings.h"
#include "launcher/submit/collect_job.h"
#include "launcher/submit/submit.h"
#include "launcher/sweep/provenance.h"
#include "launcher/sweep/sweep.h"

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
    struct scheduler scheduler;      /* owned; not open until campaign_connect() */
    size_t *selected; /* owned: the points that are meant, as indexes of the sweep */
    size_t n_selected;
    struct provenance fingerprint; /* of new attempts */
    double message_timeout_s;
    struct throttle_choice throttle; /* set by campaign_set_throttle() */
    struct ceiling ceiling;
    struct active_jobs active; /* limit: set by campaign_set_throttle() */
    char *dependency; /* owned or NULL: "afterok:1:2", joined to the settings' own */
    bool kill_on_invalid_dependency;
    bool is_smoke;      /* what is submitted now decides about the rest */
    bool is_patient;    /* set by campaign_set_throttle(): somebody will wait */
    int64_t give_up_ms; /* and until when (wait_timeout): monotonic, 0 without end */
    struct settings_variants adjusted; /* settings of items that differ from the rest */
    struct submit_report spent;        /* of this process */
    struct campaign_hooks hooks;
};

/* The folder may not exist yet. */
int campaign_open(const struct settings *settings, const char *path,
                  struct campaign *ret_campaign, struct error *err);
void campaign_close(struct campaign *campaign);

/* Open the scheduler that the settings name. ERROR_INTERRUPT: it was not waited for. */
int campaign_connect(struct campaign *campaign, struct error *err);

/* Point the campaign at every point of the folder. */
void campaign_select_all(struct campaign *campaign);

/* Take the lock, remember command and folder, add the plan's points and select them,
 * clear open intents, and look at the queue. The lock stays held: submit or
 * campaign_unlock() next. */
int campaign_begin(struct campaign *campaign, const struct plan *plan,
                   const char *folder, struct error *err);
void campaign_unlock(struct campaign *campaign);

/* The working folder of the jobs may be gone: the project was moved or renamed. */
void campaign_warn_moved(struct campaign *campaign, struct words *warnings);
int campaign_check_folder(const struct campaign *campaign, struct error *err);

/* Bind the sweep to the current folder (takes the lock itself). ERROR_USAGE: the script
 * is not in it, or it is the sweep of another command than `literal` (NULL: any). */
int campaign_bind_here(struct campaign *campaign, const struct words *literal,
                       struct error *err);

/* Find out what became of submissions that a crash left open. Takes the lock itself;
 * while another process has it they may be its own, and nothing is done. Of another
 * user's sweep nobody but him can. */
int campaign_clear_intents(struct campaign *campaign, struct error *err);

/* Decide how the setting max_concurrent is kept: from `throttle`, `mode`, the scheduler
 * and whether somebody will wait. max_active_jobs lowers it. Who will wait is also
 * patient with a scheduler that does not answer. ERROR_USAGE for a combination that
 * cannot be. */
int campaign_set_throttle(struct campaign *campaign, bool will_wait, struct error *err);

/* Count the user's other jobs, by one look at the queue, into campaign->active, and
 * lower the throttle by them. ERROR_SCHEDULER in the scheduler's words: nothing is
 * known. */
int campaign_count_others(struct campaign *campaign, struct error *err);

/* Submit items now (lock held), at most `limit` of them (0 = all); the items done are
 * removed from the queue. Items with settings of their own go together. Items that are
 * left are no error: the scheduler takes no more now (spent.is_limited), feed them. */
int campaign_submit(struct campaign *campaign, struct work_queue *queue, size_t limit,
                    struct error *err);

/* Take out of `queue` what was cancelled since it was chosen, and warn of it: the
 * journal was read on. campaign_submit(), campaign_top_up() and campaign_wait() do. */
void campaign_drop_cancelled(struct campaign *campaign, struct work_queue *queue);

/* The job that would collect this campaign's sweep (collect_job.h); its throttle is
 * chosen. Borrows the campaign. */
struct collect_job campaign_collect_job(struct campaign *campaign);

/* Compute what new attempts run with (campaign_begin() does; `retry` calls it).
 * `entry_file` may be NULL: then the file of the sweep's last attempt. */
int campaign_take_provenance(struct campaign *campaign, const char *entry_file,
                             struct error *err);

/* One look: the journal's tail, the queue, accounting, and what has ended is written
 * down. 1: the scheduler did not answer (`err` says why) and nothing changed; -1: an
 * error, or ERROR_INTERRUPT. */
int campaign_look(struct campaign *campaign, struct error *err);

/* How many more jobs may be submitted now; 0 with a full queue, SIZE_MAX without a
 * limit. Public for its test: a pure rule over time. */
size_t campaign_free_slots(struct campaign *campaign);

/* Submit as many items of `queue` as there is room for. Takes the lock itself; none
 * while another process has it: who waits calls it again. */
int campaign_top_up(struct campaign *campaign, struct work_queue *queue,
                    struct error *err);

/* Stay until every item of `queue` is submitted, looking at the queue in between: for a
 * limit of the site (MaxSubmitJobs) and a detached sweep. Interrupted: returns 0 with
 * items left. */
int campaign_top_up_all(struct campaign *campaign, struct work_queue *queue,
                        struct error *err);

enum campaign_end { CAMPAIGN_ALL_FINAL, CAMPAIGN_INTERRUPTED };

/* Wait until every selected point is final, feeding `queue` (may be empty) as
 * `max_concurrent` or the scheduler's slots allow. ERROR_WAIT after wait_timeout. */
int campaign_wait(struct campaign *campaign, struct work_queue *queue,
                  enum campaign_end *ret_end, struct error *err);

/* States of the selected points as known now. */
void campaign_count(const struct campaign *campaign, struct sweep_counts *ret_counts);

struct cancel_request {
    const size_t *points; /* borrowed: indexes of the sweep */
    size_t n_points;
    bool
        is_whole; /* the sweep itself: no point of it, listed or not, whatever became of
                      it, is submitted by who has chosen it before */
};

struct cancel_report {
    size_t n_jobs;    /* that lived */
    size_t n_planned; /* points that never had a job, and now get none */
};

/* Ask the scheduler to end the jobs of the points, and write it down first, also of the
 * points that have no job: a process that has one of them in its queue drops it. Who
 * submits meanwhile stands aside (lock_asked.h). */
int campaign_cancel(struct campaign *campaign, const struct cancel_request *request,
                    struct cancel_report *ret_report, struct error *err);

/* campaign_look(), for which a long submission stands aside. 0 or -1. */
int campaign_look_asking(struct campaign *campaign, struct error *err);

#endif
