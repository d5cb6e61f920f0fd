/* campaign_wait(): when it looks, what it submits meanwhile, and how it ends. */
#include "tests/unit/campaign_fixture.h"

#include <sys/wait.h>

#include "launcher/common/processes/interrupt.h"

static struct {
    size_t n_looks, n_troubles, n_warnings;
} heard;

static void on_look(void *context, const struct campaign *campaign, const char *trouble)
{
    (void)context, (void)campaign;
    heard.n_looks++;
    heard.n_troubles += trouble != NULL;
}

static void on_warning(void *context, const char *text)
{
    (void)context;
    heard.n_warnings++;
    printf("# %s\n", text);
}

static void open_world(struct campaign *campaign, struct fake *fake, const char *name,
                       size_t n)
{
    struct error err = {0};

    memset(&heard, 0, sizeof heard);
    world_open(campaign, fake, name, n);
    campaign->hooks =
        (struct campaign_hooks){.on_look = on_look, .on_warning = on_warning};
    if (campaign_set_throttle(campaign, true, &err) < 0)
        ok(0, "throttle: %s", err.text);
}

/* Submit all that there is room for and wait. */
static int wait_for(struct campaign *campaign, enum campaign_end *ret_end,
                    struct error *err)
{
    struct work_queue queue = {0};

    world_queue(campaign, &queue);
    int rc = campaign_wait(campaign, &queue, ret_end, err);
    work_queue_release(&queue);
    return rc;
}

static double slept(void)
{
    return fake_slept_s - world.begun_s;
}

static void test_finished(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end = CAMPAIGN_INTERRUPTED;

    open_world(&campaign, &fake, "done", 1);
    sweep_lock(campaign.sweep, 0, &err);
    fixture_accept(campaign.sweep, 0, 1);
    fixture_final(campaign.sweep, 0, 1, "failed", "entrypoint_exit");
    sweep_flush(campaign.sweep, true, &err);
    sweep_unlock(campaign.sweep);
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL &&
           slept() < 0.1 && heard.n_looks == 1,
       "all is final: nothing is waited for %s", err.text);
    world_close(&campaign, &fake);
    open_world(&campaign, &fake, "some", 4);
    world.life = 2;
    end = CAMPAIGN_INTERRUPTED;
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL,
       "four jobs: all end %s", err.text);
    ok(world.n_looks == 4 && heard.n_looks == 4, "in %zu looks", world.n_looks);
    struct sweep_counts counts;
    campaign_count(&campaign, &counts);
    is_number(counts.n_final, 4, "and all are final");
    world_close(&campaign, &fake);
}

/* --max-concurrent: never more than so many live, and all have their turn. */
static void test_window(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end = CAMPAIGN_INTERRUPTED;

    world_set(SETTING_MAX_CONCURRENT, "2");
    open_world(&campaign, &fake, "window", 5);
    world.life = 2;
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL &&
           campaign.spent.n_submitted == 5,
       "a window of two: five are submitted and end %s", err.text);
    is_number(world.most_live, 2, "two at most at a time");
    world_close(&campaign, &fake);
}

/* Another process cancels the sweep at the second look: those that live end, and no
 * more begin, nor does one that failed get its --retries. */
static struct fake *cancelled_world;

static void cancel_elsewhere(void)
{
    struct campaign other;
    struct cancel_report report = {0};
    const struct cancel_request whole = {.is_whole = true};
    struct error err = {0};

    if (world.n_looks != 2)
        return;
    cleanup_free char *path = scratch_path(cancelled_world->sweep);
    if (campaign_open(world.settings, path, &other, &err) < 0)
        ok(0, "%s", err.text);
    other.scheduler = (struct scheduler){.ops = &fake_ops, .state = cancelled_world};
    world.on_list = NULL;
    ok(campaign_cancel(&other, &whole, &report, &err) == 0 && report.n_jobs == 2,
       "cancelled elsewhere: %zu jobs, %zu without %s", report.n_jobs, report.n_planned,
       err.text);
    campaign_close(&other);
}

static void test_cancelled(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end = CAMPAIGN_INTERRUPTED;

    world_set(SETTING_MAX_CONCURRENT, "2");
    world_set(SETTING_RETRIES, "3");
    world_set(SETTING_RETRY_DELAY, "20");
    open_world(&campaign, &fake, "cancelled-window", 5);
    sweep_lock(campaign.sweep, 0, &err);
    fixture_accept(campaign.sweep, 4, 1);
    fixture_final(campaign.sweep, 4, 1, "oom", "out_of_memory");
    sweep_flush(campaign.sweep, true, &err);
    sweep_unlock(campaign.sweep);
    cancelled_world = &fake;
    world.on_list = cancel_elsewhere;
    world.life = 100;
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL,
       "the one that waits ends %s", err.text);
    is_number((long)campaign.spent.n_submitted, 2, "and has submitted no more");
    struct sweep_counts counts;
    campaign_count(&campaign, &counts);
    is_number((long)counts.by_state[STATE_PLANNED], 0, "no point is planned");
    is_number((long)counts.by_state[STATE_OOM], 1, "what had ended stays");
    ok(heard.n_warnings >= 1, "it is said");
    world_close(&campaign, &fake);
}

/* --wait-timeout: an end at that time, whether the queue answers or not. */
static void test_deadline(void)
{
    for (int is_silent = 0; is_silent < 2; is_silent++) {
        struct campaign campaign;
        struct fake fake;
        struct error err = {0};
        enum campaign_end end;
        cleanup_free char *name = xasprintf("late%d", is_silent);
        world_set(SETTING_WAIT_TIMEOUT, "500");
        open_world(&campaign, &fake, name, 2);
        if (is_silent)
            fake.n_list_failures = 1 << 20;
        ok(wait_for(&campaign, &end, &err) < 0 && err.kind == ERROR_WAIT &&
               strstr(err.text, "500 seconds") && strstr(err.text, "raylaunch wait"),
           "%s: %s", is_silent ? "a silent queue" : "jobs that go on", err.text);
        ok(slept() > 499 && slept() < 502, "after %.1f s", slept());
        cleanup_free char *cancelled = scratch_read("cancelled");
        ok(!cancelled, "nothing is cancelled");
        world_close(&campaign, &fake);
    }
}

static void test_poll(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end;

    world_set(SETTING_POLL, "7");
    open_world(&campaign, &fake, "poll", 1);
    world.life = 10;
    int rc = wait_for(&campaign, &end, &err);
    ok(rc == 0 && slept() > 76 && slept() < 78, "eleven pauses of --poll 7: %.1f s",
       slept());
    world_close(&campaign, &fake);
    open_world(&campaign, &fake, "quiet", 1);
    world.life = 100;
    rc = wait_for(&campaign, &end, &err);
    ok(rc == 0 && slept() > 2000,
       "without, a hundred looks at what does not change take %.0f s", slept());
    world_close(&campaign, &fake);
}

/* The queue does not answer for some time: it is said, and nothing is lost. */
static void test_silence(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end = CAMPAIGN_INTERRUPTED;

    open_world(&campaign, &fake, "silent", 2);
    world.life = 1;
    fake.n_list_failures = 5;
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL &&
           campaign.spent.n_submitted == 2,
       "five looks without an answer, then all goes on %s", err.text);
    is_number(heard.n_troubles, 5, "each was told");
    ok(slept() > 2 + 4 + 8 + 16 + 32 - 7, "the pauses grew: %.0f s", slept());
    world_close(&campaign, &fake);
}

/* Another process submits to the sweep for a long time: it has the lock up to the tenth
 * look, and the jobs of the points end before. */
static struct sweep *submitter;

static void submit_on(void)
{
    if (world.n_looks == 10)
        sweep_close(submitter);
}

static void open_locked(struct campaign *campaign, struct fake *fake, const char *name)
{
    struct error err = {0};

    open_world(campaign, fake, name, 2);
    submitter = fixture_open(name);
    sweep_lock(submitter, 0, &err);
    world.on_list = submit_on;
    world.life = 1;
}

static void test_locked(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end = CAMPAIGN_INTERRUPTED;

    open_locked(&campaign, &fake, "locked");
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL &&
           fake.n_begun == 2 && world.n_looks > 10,
       "what is to be submitted waits until another has done %s", err.text);
    world_close(&campaign, &fake);
    open_locked(&campaign, &fake, "ended");
    fixture_accept(submitter, 0, 1);
    fixture_accept(submitter, 1, 1);
    sweep_flush(submitter, true, &err);
    fake_queue("queue", "1 train-000000000001\n101 train-000000010001\n");
    ok(wait_for(&campaign, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL &&
           world.n_looks >= 10 && world.n_looks < 20,
       "so does what has ended: %zu looks %s", world.n_looks, err.text);
    world_close(&campaign, &fake);
}

/* Another process was killed between an intent and its outcome. */
static void test_open_intents(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    enum campaign_end end = CAMPAIGN_INTERRUPTED;

    open_locked(&campaign, &fake, "open");
    fixture_event(submitter, "submitting", 0, 1, 1, NULL);
    fixture_event(submitter, "submitting", 1, 1, 1, NULL);
    sweep_flush(submitter, true, &err);
    fake_queue("queue", "1 train-000000000001\n");
    struct work_queue nothing = {0};
    ok(campaign_wait(&campaign, &nothing, &end, &err) == 0 && end == CAMPAIGN_ALL_FINAL,
       "what became of its calls is found out %s", err.text);
    struct sweep_counts counts;
    campaign_count(&campaign, &counts);
    ok(counts.n_final == 1 && counts.by_state[STATE_PLANNED] == 1 && fake.n_begun == 0,
       "one had a job, and one has none: %zu final, %zu planned", counts.n_final,
       counts.by_state[STATE_PLANNED]);
    world_close(&campaign, &fake);
}

/* ---- Ctrl-C; each in a process of its own, because the count stays ---- */

static size_t n_typed; /* how often it is typed, at the looks from the third on */

static void type_ctrl_c(void)
{
    if (world.n_looks >= 3 && world.n_looks < 3 + n_typed)
        raise(SIGINT);
}

static void interrupted(const char *what, bool runs_here, size_t n_typed_now, int life,
                        size_t n_looks, size_t n_submitted, bool is_cancelled)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        struct campaign campaign;
        struct fake fake;
        struct error err = {0};
        enum campaign_end end = CAMPAIGN_ALL_FINAL;
        signal(SIGINT, SIG_DFL);
        interrupt_install();
        world_set(SETTING_MAX_CONCURRENT, "2");
        open_world(&campaign, &fake, what, 5);
        world.ops.runs_here = runs_here;
        world.life = life;
        world.on_list = type_ctrl_c;
        n_typed = n_typed_now;
        int rc = wait_for(&campaign, &end, &err);
        cleanup_free char *cancelled = scratch_read("cancelled");
        printf("# rc %d, end %d, %zu looks, %zu submitted, cancelled: %s\n", rc,
               (int)end, world.n_looks, campaign.spent.n_submitted,
               cancelled ? cancelled : "none");
        fflush(stdout);
        _exit(rc == 0 && end == CAMPAIGN_INTERRUPTED && world.n_looks == n_looks &&
                      campaign.spent.n_submitted == n_submitted &&
                      !cancelled == !is_cancelled
                  ? 0
                  : 1);
    }
    waitpid(pid, &status, 0);
    ok(status == 0, "%s", what);
}

static void test_interrupts(void)
{
    interrupted("Ctrl-C leaves the jobs in the queue", false, 1, 0, 3, 2, false);
    interrupted("jobs of our own end first, and no more begin", true, 1, 6, 8, 2,
                false);
    interrupted("a second one ends them", true, 2, 0, 5, 2, true);
}

int main(void)
{
    test_finished();
    test_window();
    test_cancelled();
    test_deadline();
    test_poll();
    test_silence();
    test_locked();
    test_open_intents();
    test_interrupts();
    scratch_remove();
    return tap_done();
}
