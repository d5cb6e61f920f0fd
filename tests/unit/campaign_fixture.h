/* campaign_fixture.h - a campaign over fake_scheduler.h whose jobs end as looks go by
 *
 *     struct campaign campaign;
 *     struct fake fake;
 *     world_open(&campaign, &fake, "name", 5);     five points, none submitted
 *     world.life = 3;                              a job ends at its fourth look
 *     …
 *     world_close(&campaign, &fake);
 *
 * Settings are those of world_settings(), set before world_open(). No files of jobs are
 * written, so what ends has failed.
 */
#ifndef TESTS_UNIT_CAMPAIGN_FIXTURE_H
#define TESTS_UNIT_CAMPAIGN_FIXTURE_H

#include "launcher/campaign/campaign.h"
#include "launcher/common/clock.h"
#include "tests/unit/fake_scheduler.h"

#define WORLD_LOOKS_MAX 5000

static struct {
    struct scheduler_ops ops;
    struct settings *settings; /* owned */
    int life;                  /* looks that a job lives; 0: for ever */
    double begun_s;            /* by fake_slept_s */

    size_t n_looks, most_live, n_known;
    struct {
        char id[JOB_ID_SIZE];
        int n_looks;
    } known[64];
    /* Called at each look, before the answer; may be NULL. */
    void (*on_list)(void);
} world;

static inline struct settings *world_settings(void)
{
    struct error err = {0};

    if (!world.settings) {
        world.settings = settings_new();
        settings_set(world.settings, SETTING_TEMPLATE, "plain", RANK_FLAG, "f", &err);
    }
    return world.settings;
}

static inline void world_set(enum setting key, const char *value)
{
    struct error err = {0};

    if (settings_set(world_settings(), key, value, RANK_FLAG, "flag", &err) < 0)
        ok(0, "%s", err.text);
}

static inline int world_count(const char *id)
{
    for (size_t i = 0; i < world.n_known; i++) {
        if (strcmp(world.known[i].id, id) == 0)
            return ++world.known[i].n_looks;
    }
    if (world.n_known == 64)
        exit(1);
    snprintf(world.known[world.n_known].id, JOB_ID_SIZE, "%s", id);
    return world.known[world.n_known++].n_looks = 1;
}

static inline int world_list(struct scheduler *scheduler, struct job_list *ret_jobs,
                             struct error *err)
{
    cleanup_free char *cancelled = scratch_read("cancelled");
    size_t n_live = 0;

    if (++world.n_looks > WORLD_LOOKS_MAX) { /* one that waits for ever ends the test */
        printf("Bail out! %zu looks\n", world.n_looks);
        exit(1);
    }
    if (world.on_list)
        world.on_list();
    if (fake_list(scheduler, ret_jobs, err) < 0)
        return -1;
    for (size_t i = 0; i < ret_jobs->count; i++) {
        struct job *job = &ret_jobs->jobs[i];
        cleanup_free char *line = xasprintf("%s\n", job->id);
        job->state = cancelled && strstr(cancelled, line) ? STATE_CANCELLED
                     : world.life > 0 && world_count(job->id) > world.life
                         ? STATE_COMPLETED
                         : STATE_RUNNING;
        if (job->state == STATE_RUNNING)
            n_live++;
        else
            job->ended_at = clock_wall() - 100;
        job->cancelled_by = -1;
        job->exit_code = -1;
    }
    if (n_live > world.most_live)
        world.most_live = n_live;
    return 0;
}

/* The lock is held by nobody, and the points stand in the sweep. */
static inline void world_open(struct campaign *campaign, struct fake *fake,
                              const char *name, size_t n)
{
    cleanup_free char *path = scratch_path(name);
    struct error err = {0};
    struct plan plan;

    fake_forget();
    *fake = (struct fake){.answers = "", .sweep = name, .in_flight = 64};
    world.ops = fake_ops;
    world.ops.list = world_list;
    world.life = 0;
    world.n_looks = world.most_live = world.n_known = 0;
    world.on_list = NULL;
    fixture_plan("train.py", n, &plan);
    if (campaign_open(world_settings(), path, campaign, &err) < 0)
        ok(0, "open: %s", err.text);
    campaign->scheduler = (struct scheduler){.ops = &world.ops, .state = fake};
    if (campaign_begin(campaign, &plan, scratch(), &err) < 0 ||
        sweep_flush(campaign->sweep, true, &err) < 0)
        ok(0, "begin: %s", err.text);
    campaign_unlock(campaign);
    plan_release(&plan);
    world.begun_s = fake_slept_s;
}

/* And the settings are the usual ones again. */
static inline void world_close(struct campaign *campaign, struct fake *fake)
{
    ok(fake->n_bad == 0, "no rule was broken");
    campaign_close(campaign);
    fake_release(fake);
    settings_free(world.settings);
    world.settings = NULL;
}

/* All points that need an attempt. */
static inline void world_queue(const struct campaign *campaign,
                               struct work_queue *ret_queue)
{
    select_points(campaign->sweep, campaign->selected, campaign->n_selected,
                  SELECT_RESUME, NULL, ret_queue);
}

#endif
