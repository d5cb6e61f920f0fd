/* campaign_top_up() and its like: as many as there is room for, and no more. */
#include "tests/unit/campaign_fixture.h"

#include <sys/wait.h>

#include "launcher/common/processes/interrupt.h"
#include "launcher/sweep/lock_asked.h"

static size_t n_slots;

static size_t slots(const struct scheduler *scheduler)
{
    (void)scheduler;
    return n_slots;
}

static void accept_some(struct campaign *campaign, size_t count)
{
    struct error err = {0};

    if (sweep_lock(campaign->sweep, 0, &err) < 0)
        ok(0, "%s", err.text);
    for (size_t i = 0; i < count; i++)
        fixture_accept(campaign->sweep, i, 1);
    sweep_flush(campaign->sweep, true, &err);
    sweep_unlock(campaign->sweep);
}

static void test_free_slots(void)
{
    static const struct {
        const char *what;
        size_t limit;   /* of a window; 0: none */
        size_t slots;   /* of the scheduler; 0: none */
        size_t ceiling; /* seen; 0: none */
        size_t n_live;
        bool is_old; /* the ceiling was seen over a minute ago */
        size_t wanted;
    } rows[] = {
        {"no limit", 0, 0, 0, 3, false, SIZE_MAX},
        {"a window", 3, 0, 0, 1, false, 2},
        {"a full window", 3, 0, 0, 3, false, 0},
        {"more live than the window", 3, 0, 0, 4, false, 0},
        {"slots", 0, 2, 0, 1, false, 1},
        {"fewer slots than the window", 3, 2, 0, 1, false, 1},
        {"a smaller window than slots", 2, 3, 0, 1, false, 1},
        {"below the ceiling", 0, 0, 3, 1, false, 2},
        {"at the ceiling", 0, 0, 3, 3, false, 0},
        {"at it, a minute later: one is tried", 0, 0, 3, 3, true, 1},
        {"below it, a minute later", 0, 0, 3, 1, true, 2},
        {"a window below the ceiling", 2, 0, 3, 1, true, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("slots%zu", i);
        struct campaign campaign;
        struct fake fake;
        world_open(&campaign, &fake, name, 5);
        world.ops.slots = slots;
        n_slots = rows[i].slots;
        accept_some(&campaign, rows[i].n_live);
        campaign.throttle = (struct throttle_choice){
            .kind = rows[i].limit ? THROTTLE_WINDOW : THROTTLE_NONE,
            .limit = rows[i].limit};
        campaign.ceiling = (struct ceiling){.is_known = rows[i].ceiling > 0,
                                            .n_live = rows[i].ceiling,
                                            .at_ms = clock_monotonic_ms()};
        fake_slept_s += rows[i].is_old ? 61 : 55;
        is_number(campaign_free_slots(&campaign), rows[i].wanted, rows[i].what);
        world_close(&campaign, &fake);
    }
}

static void test_nothing(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};
    struct sweep *holder;

    world_open(&campaign, &fake, "nothing", 3);
    holder = fixture_open("nothing");
    sweep_lock(holder, 0, &err);
    ok(campaign_top_up(&campaign, &queue, &err) == 0, "no items: no lock is wanted");
    world_queue(&campaign, &queue);
    campaign.throttle = (struct throttle_choice){.kind = THROTTLE_WINDOW, .limit = 0};
    world.ops.slots = slots;
    n_slots = 1;
    sweep_close(holder);
    accept_some(&campaign, 1);
    holder = fixture_open("nothing");
    sweep_lock(holder, 0, &err);
    ok(campaign_top_up(&campaign, &queue, &err) == 0 && fake.n_begun == 0,
       "no room: neither %s", err.text);
    sweep_close(holder);
    work_queue_release(&queue);
    world_close(&campaign, &fake);
}

/* Another submits for longer than any lock is waited for: who stays goes on when that
 * is done. */
static struct sweep *submitter;

static void let_go(void)
{
    if (world.n_looks == 3)
        sweep_close(submitter);
}

static void test_locked(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};

    world_open(&campaign, &fake, "locked", 3);
    world_queue(&campaign, &queue);
    submitter = fixture_open("locked");
    sweep_lock(submitter, 0, &err);
    double before = fake_slept_s;
    ok(campaign_top_up(&campaign, &queue, &err) == 0 && queue.count == 3 &&
           fake.n_begun == 0,
       "another holds the lock: nothing begins, and all is still to do %s", err.text);
    ok(fake_slept_s - before > 4 && fake_slept_s - before < 30,
       "it was waited for: %.0f s", fake_slept_s - before);
    world.on_list = let_go;
    ok(campaign_top_up_all(&campaign, &queue, &err) == 0 && queue.count == 0 &&
           fake.n_begun == 3 && !lock_is_held(&campaign.sweep->lock),
       "once it is free, it goes on %s", err.text);
    is_number(world.n_looks, 3, "at the third look");
    work_queue_release(&queue);
    world_close(&campaign, &fake);
}

/* What another process submits while we wait for the lock takes room, and is done. */
static void test_others(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};

    world_open(&campaign, &fake, "others", 4);
    world_queue(&campaign, &queue);
    campaign.throttle = (struct throttle_choice){.kind = THROTTLE_WINDOW, .limit = 3};
    struct sweep *other = fixture_open("others");
    sweep_lock(other, 0, &err);
    fixture_accept(other, 0, 1);
    fixture_accept(other, 1, 1);
    sweep_flush(other, true, &err);
    sweep_close(other);
    ok(campaign_top_up(&campaign, &queue, &err) == 0 && fake.n_begun == 1 &&
           queue.count == 1,
       "one of the window of three was left: %zu begun, %zu to do", fake.n_begun,
       queue.count);
    work_queue_release(&queue);
    world_close(&campaign, &fake);
}

/* The site takes two jobs at a time: what is left is submitted as they end. */
static void make_room(void)
{
    cleanup_free char *queue = scratch_path("queue");

    if (world.n_looks % 3 == 0)
        unlink(queue);
}

static void test_all(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};

    world_open(&campaign, &fake, "all", 5);
    world_queue(&campaign, &queue);
    fake.max_jobs = 2;
    world.on_list = make_room;
    fake.n_list_failures = 2;
    ok(campaign_top_up_all(&campaign, &queue, &err) == 0 && queue.count == 0,
       "all are submitted: %s", err.text);
    double slept = fake_slept_s - world.begun_s;
    ok(slept > 4 && slept < 1200, "as others end: %.0f s", slept);
    is_number(campaign.spent.n_submitted, 5, "each once");
    work_queue_release(&queue);
    world_close(&campaign, &fake);
}

static void type_ctrl_c(void)
{
    if (world.n_looks == 2)
        raise(SIGINT);
}

/* In a process of its own: the count of Ctrl-C stays. */
static void test_interrupt(void)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        struct campaign campaign;
        struct fake fake;
        struct work_queue queue = {0};
        struct error err = {0};
        signal(SIGINT, SIG_DFL);
        interrupt_install();
        world_open(&campaign, &fake, "int", 5);
        world_queue(&campaign, &queue);
        fake.max_jobs = 2;
        world.on_list = type_ctrl_c;
        int rc = campaign_top_up_all(&campaign, &queue, &err);
        _exit(rc == 0 && queue.count == 3 && world.n_looks == 2 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    ok(status == 0, "Ctrl-C: no error, and what is left is left");
}

/* `cancel` waits for the lock: no more calls begin, and what was prepared is put back;
 * nor is the lock taken as long as it waits. */
static struct lock asker;

static void ask(void *context, size_t done, size_t total)
{
    struct error err = {0};
    cleanup_free char *path = scratch_path("asked");

    (void)context, (void)total;
    if (done == 2 && lock_ask(path, &asker, &err) < 0)
        ok(0, "%s", err.text);
    fake_slept_s += 2;
}

static void test_asked(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};

    world_open(&campaign, &fake, "asked", 9);
    world_queue(&campaign, &queue);
    campaign.hooks.on_submit = ask;
    int rc = campaign_top_up(&campaign, &queue, &err);
    size_t count = campaign.spent.n_submitted;
    ok(rc == 0 && campaign.spent.is_asked && !campaign.spent.is_limited && count >= 2 &&
           count < 9 && queue.count == 9 - count,
       "it stops without an error, %zu submitted %s", count, err.text);
    ok(!lock_is_held(&campaign.sweep->lock), "and lets go of the lock");
    size_t begun = fake.n_begun;
    ok(campaign_top_up(&campaign, &queue, &err) == 0 && fake.n_begun == begun,
       "meanwhile nothing begins %s", err.text);
    lock_release(&asker);
    campaign.hooks.on_submit = NULL;
    ok(campaign_top_up(&campaign, &queue, &err) == 0 && queue.count == 0 &&
           campaign.spent.n_submitted == 9 && !campaign.spent.is_asked,
       "then all the rest %s", err.text);
    work_queue_release(&queue);
    world_close(&campaign, &fake);
}

int main(void)
{
    test_free_slots();
    test_nothing();
    test_locked();
    test_others();
    test_all();
    test_interrupt();
    test_asked();
    scratch_remove();
    return tap_done();
}
