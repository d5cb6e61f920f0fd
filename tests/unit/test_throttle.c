#include "launcher/policy/throttle.h"

#include "launcher/campaign/campaign.h"

#include "tests/unit/fake_scheduler.h"

static struct settings *settings;
static struct scheduler_limits site;

static int give_limits(struct scheduler *scheduler, const char *partition,
                       const char *account, const char *qos,
                       struct scheduler_limits *ret_limits, struct error *err)
{
    (void)scheduler, (void)partition, (void)account, (void)qos, (void)err;
    *ret_limits = site;
    return 0;
}

static struct scheduler_ops ops;

static void set(enum setting key, const char *value)
{
    struct error err = {0};

    if (settings_set(settings, key, value, RANK_FLAG, "flag", &err) < 0)
        ok(0, "%s", err.text);
}

static void open_campaign(struct campaign *campaign, struct fake *fake,
                          const char *name)
{
    cleanup_free char *path = scratch_path(name);
    struct error err = {0};

    fake_forget();
    ops = fake_ops;
    ops.limits = give_limits;
    site = (struct scheduler_limits){0};
    settings = settings_new();
    *fake = (struct fake){.answers = "", .sweep = name, .in_flight = 4};
    if (campaign_open(settings, path, campaign, &err) < 0)
        ok(0, "open: %s", err.text);
    campaign->scheduler = (struct scheduler){.ops = &ops, .state = fake};
}

static void close_campaign(struct campaign *campaign, struct fake *fake)
{
    campaign_close(campaign);
    fake_release(fake);
    settings_free(settings);
}

static void test_choice(void)
{
    static const struct {
        const char *mode, *asked, *limit;
        bool is_front, will_wait;
        int kind; /* -1: refused */
        const char *words;
        bool lacks_all; /* neither arrays nor dependencies */
    } rows[] = {
        {"jobs", "auto", "0", false, false, THROTTLE_NONE, "", false},
        {"jobs", "auto", "3", false, true, THROTTLE_WINDOW, "", false},
        {"jobs", "auto", "3", false, false, THROTTLE_LANES, "", false},
        {"array", "auto", "3", false, false, THROTTLE_ARRAY, "", false},
        {"array", "auto", "3", false, true, THROTTLE_ARRAY, "", false},
        {"jobs", "lanes", "3", false, true, THROTTLE_LANES, "", false},
        {"array", "window", "3", false, true, THROTTLE_WINDOW, "", false},
        {"jobs", "window", "3", false, false, -1, "add --wait", false},
        {"jobs", "array", "3", false, false, -1, "--mode array", false},
        {"array", "lanes", "3", false, false, -1, "--throttle array", false},
        {"jobs", "lanes", "0", false, false, -1, "--max-concurrent", false},
        {"jobs", "lanes", "100001", false, false, -1, "at most 100000", false},
        {"jobs", "auto", "0", true, true, THROTTLE_WINDOW, "", false},
        {"array", "auto", "2", true, true, THROTTLE_WINDOW, "", false},
        {"jobs", "lanes", "2", true, true, -1, "leave --throttle out", false},
        {"array", "auto", "2", false, true, THROTTLE_WINDOW, "", true},
        {"jobs", "auto", "2", false, false, -1, "--max-concurrent 2: add --wait", true},
        {"array", "array", "2", false, false, -1, "has no job arrays", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct campaign campaign;
        struct fake fake;
        struct error err = {0};
        open_campaign(&campaign, &fake, "choice");
        ops.runs_here = rows[i].is_front;
        ops.has_arrays = ops.has_dependencies = !rows[i].is_front && !rows[i].lacks_all;
        set(SETTING_MODE, rows[i].mode);
        set(SETTING_THROTTLE, rows[i].asked);
        set(SETTING_MAX_CONCURRENT, rows[i].limit);
        int rc = campaign_set_throttle(&campaign, rows[i].will_wait, &err);
        bool is_refused = rc < 0 && err.kind == ERROR_USAGE;
        ok(rows[i].kind < 0 ? is_refused && strstr(err.text, rows[i].words)
                            : rc == 0 && (int)campaign.throttle.kind == rows[i].kind,
           "%s, %s, %s: %s", rows[i].mode, rows[i].asked, rows[i].limit,
           rc < 0 ? err.text : campaign.throttle.reason);
        close_campaign(&campaign, &fake);
    }
}

/* As campaign_submit() asks for it. */
static int fill(struct campaign *campaign, struct submit_options *options,
                char **ret_dependency, struct error *err)
{
    const struct throttle_facts facts = {.settings = settings,
                                         .scheduler = &campaign->scheduler,
                                         .choice = &campaign->throttle,
                                         .limits = &site,
                                         .dependency = campaign->dependency};

    return throttle_options(&facts, options, ret_dependency, err);
}

static void test_options(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    struct submit_options options = {0};
    cleanup_free char *none = NULL, *one = NULL, *all = NULL, *bad = NULL;

    open_campaign(&campaign, &fake, "options");
    ok(fill(&campaign, &options, &none, &err) == 0 && !none && options.max_rate > 49 &&
           options.max_rate < 51 && options.in_flight == 4 && !options.is_array &&
           options.n_lanes == 0,
       "as built in");
    site = (struct scheduler_limits){.rate_per_s = 2, .rate_burst = 30};
    fill(&campaign, &options, &none, &err);
    ok(options.max_rate > 1.9 && options.max_rate < 2.1 && options.burst > 29,
       "the site's rate");
    set(SETTING_MAX_RATE, "0");
    fill(&campaign, &options, &none, &err);
    ok(options.max_rate < 0.1, "but what the user asked for wins");

    set(SETTING_MODE, "array");
    static const struct {
        struct scheduler_limits limits;
        size_t size;
    } rows[] = {{{0}, 1001},
                {{.max_array_size = 10001}, 10001},
                {{.max_array_size = 10001, .max_array_tasks = 50}, 50},
                {{.max_array_size = 100, .max_submit = 20}, 20},
                {{.max_array_size = 100, .max_job_count = 30}, 30}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        site = rows[i].limits;
        fill(&campaign, &options, &none, &err);
        is_number(options.array_size, rows[i].size, "tasks of an array");
    }
    set(SETTING_MAX_CONCURRENT, "5");
    campaign_set_throttle(&campaign, false, &err);
    fill(&campaign, &options, &one, &err);
    ok(options.array_limit == 5 && options.n_lanes == 1,
       "%%5, and one array after the other");

    set(SETTING_DEPENDENCY, "afterok:5");
    campaign.dependency = xstrdup("afterok:1:2");
    fill(&campaign, &options, &all, &err);
    is_string(options.dependency, "afterok:1:2,afterok:5", "both dependencies");
    set(SETTING_DEPENDENCY, "afterok:5?afterok:6");
    ok(fill(&campaign, &options, &bad, &err) < 0 && err.kind == ERROR_USAGE,
       "what cannot be joined: %s", err.text);
    close_campaign(&campaign, &fake);
}

static int begin(struct campaign *campaign, size_t n, struct work_queue *queue)
{
    struct error err = {0};
    struct plan plan;

    fixture_plan("train.py", n, &plan);
    int rc = campaign_begin(campaign, &plan, scratch(), &err);
    plan_release(&plan);
    select_points(campaign->sweep, campaign->selected, campaign->n_selected,
                  SELECT_RESUME, NULL, queue);
    if (rc < 0)
        ok(0, "%s", err.text);
    return rc;
}

/* As if a job of the sweep ended. */
static void end_one(struct campaign *campaign, size_t index)
{
    struct error err = {0};
    const struct attempt *attempt = campaign->sweep->points[index]->attempts[0];

    sweep_event(campaign->sweep, EVENT_FINAL,
                json_pack("{s:s, s:s, s:s}", "token", attempt->token, "state",
                          "completed", "cause", ""),
                &err);
}

static void test_ceiling(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};

    open_campaign(&campaign, &fake, "ceiling");
    fake.max_jobs = 4;
    begin(&campaign, 9, &queue);
    ok(campaign_submit(&campaign, &queue, 0, &err) == 0 && queue.count == 5 &&
           campaign.spent.is_limited,
       "four are taken, five are left: %s", err.text);
    campaign_unlock(&campaign);
    is_number(campaign_free_slots(&campaign), 0, "no room");
    size_t n_before = fake.n_begun;
    ok(campaign_top_up(&campaign, &queue, &err) == 0 && fake.n_begun == n_before,
       "so nothing is tried");
    end_one(&campaign, 0);
    is_number(campaign_free_slots(&campaign), 1, "one has ended: room for one");
    fake.max_jobs = 5; /* the fake's queue forgets nobody */
    campaign_top_up(&campaign, &queue, &err);
    ok(queue.count == 4 && fake.n_begun == n_before + 1, "which is submitted");
    is_number(campaign_free_slots(&campaign), 0, "no room again");
    fake_slept_s += 61;
    is_number(campaign_free_slots(&campaign), 1, "after a minute one is tried");
    campaign_top_up(&campaign, &queue, &err);
    ok(queue.count == 4 && campaign_free_slots(&campaign) == 0, "and refused");
    fake.max_jobs = 100;
    fake_slept_s += 61;
    campaign_top_up(&campaign, &queue, &err);
    ok(queue.count == 3 && campaign_free_slots(&campaign) == SIZE_MAX,
       "one was taken: the limit is another now");
    campaign_top_up(&campaign, &queue, &err);
    is_number(queue.count, 0, "all are submitted");
    work_queue_release(&queue);
    close_campaign(&campaign, &fake);
}

/* No job of the user's that could end: waiting would be for ever. */
static void test_no_hope(void)
{
    struct campaign campaign;
    struct fake fake;
    struct work_queue queue = {0};
    struct error err = {0};

    open_campaign(&campaign, &fake, "hope");
    fake.answers = "mm";
    begin(&campaign, 2, &queue);
    ok(campaign_submit(&campaign, &queue, 0, &err) < 0 && err.kind == ERROR_SCHEDULER &&
           strstr(err.text, "waiting does not help"),
       "%s", err.text);
    campaign_unlock(&campaign);
    err = (struct error){0};
    fake_queue("queue", "12345 other-job\n");
    fake.answers = "mmm";
    if (sweep_lock(campaign.sweep, 0, &err) == 0)
        ok(campaign_submit(&campaign, &queue, 0, &err) == 0 && queue.count == 2,
           "with a job of another sweep there is hope");
    campaign_unlock(&campaign);
    work_queue_release(&queue);
    close_campaign(&campaign, &fake);
}

int main(void)
{
    test_choice();
    test_options();
    test_ceiling();
    test_no_hope();
    scratch_remove();
    return tap_done();
}
