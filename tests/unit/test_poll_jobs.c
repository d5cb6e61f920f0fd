#include "launcher/jobs/poll_jobs.h"

#include <sys/vfs.h>

#include "launcher/common/clock.h"
#include "launcher/jobs/accounting.h"
#include "tests/unit/fake_scheduler.h"

/* What the queue and accounting list. */
static struct {
    struct job jobs[4];
    size_t n_jobs;
    bool is_down, has_no_accounting;
} peer;

static void add_job(struct job_list *list, const struct job *job)
{
    job_copy(job_list_add(list), job);
}

static int list(struct scheduler *scheduler, struct job_list *ret_jobs,
                struct error *err)
{
    (void)scheduler;
    if (peer.is_down)
        return error_set(err, ERROR_SCHEDULER, "the queue does not answer");
    for (size_t i = 0; i < peer.n_jobs; i++)
        add_job(ret_jobs, &peer.jobs[i]);
    return 0;
}

static int history(struct scheduler *scheduler, double since, const struct words *ids,
                   struct job_list *ret_jobs, bool *ret_is_kept, struct error *err)
{
    (void)scheduler, (void)since, (void)ids, (void)ret_jobs, (void)err;
    *ret_is_kept = !peer.has_no_accounting;
    return 0;
}

static const struct scheduler_ops ops = {
    .name = "fake", .list = list, .history = history};

static int poll_now(struct sweep *sweep)
{
    struct scheduler scheduler = {.ops = &ops};
    struct error err = {0};

    return poll_jobs(sweep, &scheduler, NULL, &err);
}

static size_t finalize(struct sweep *sweep, double fs_grace_s)
{
    struct poll_jobs_options options = {.fs_grace_s = fs_grace_s,
                                        .require_result = true};
    struct error err = {0};
    size_t n_new = 99;

    if (finalize_attempts(sweep, &options, &n_new, &err) < 0)
        ok(0, "finalize: %s", err.text);
    return n_new;
}

/* A job of the sweep's first point, known by the token in its name. */
static struct job job_of(enum state state)
{
    static char name[] = "j-000000000001", word[] = "WORD", none[] = "";

    return (struct job){.id = "1",
                        .name = name,
                        .raw_state = word,
                        .reason = none,
                        .nodes = none,
                        .output = none,
                        .script = none,
                        .state = state,
                        .exit_code = -1,
                        .cancelled_by = -1};
}

static struct sweep *begin(const char *name, size_t n)
{
    struct sweep *sweep = fixture_begin(name, n);
    struct error err = {0};

    memset(&peer, 0, sizeof peer);
    for (size_t i = 0; i < n; i++)
        fixture_accept(sweep, i, 1);
    if (sweep_flush(sweep, true, &err) < 0)
        ok(0, "flush: %s", err.text);
    sweep_unlock(sweep);
    return sweep;
}

static struct attempt *first(const struct sweep *sweep)
{
    return sweep->points[0]->attempts[0];
}

/* ---- poll_jobs() ---- */

static void test_silence(void)
{
    struct sweep *sweep = begin("silence", 1);
    struct scheduler scheduler = {.ops = &ops};
    struct error err = {0};
    long n_calls = 0;

    peer.jobs[0] = job_of(STATE_RUNNING);
    peer.n_jobs = 1;
    ok(poll_jobs(sweep, &scheduler, &n_calls, &err) == 0 && n_calls == 1 &&
           first(sweep)->is_listed && attempt_witness(first(sweep)) == JOB_LIVE,
       "listed by one call");
    peer.is_down = true;
    ok(poll_jobs(sweep, &scheduler, &n_calls, &err) < 0 &&
           err.kind == ERROR_SCHEDULER && first(sweep)->is_listed &&
           first(sweep)->gone_at <= 0,
       "a queue that does not answer says nothing of any job: %s", err.text);
    peer.is_down = false;
    peer.n_jobs = 0;
    ok(poll_now(sweep) == 0 && attempt_witness(first(sweep)) == JOB_NOT_KNOWN &&
           first(sweep)->gone_at > 0 && first(sweep)->was_listed,
       "it left the queue");
    double gone_at = first(sweep)->gone_at;
    fake_slept_s += 50;
    poll_now(sweep);
    ok(first(sweep)->gone_at - gone_at < 1, "since when, does not change");
    peer.n_jobs = 1;
    ok(poll_now(sweep) == 0 && first(sweep)->gone_at <= 0, "it is there again");
    sweep_close(sweep);
}

/* Records under a name of ours that are no run of ours. */
static void test_not_ours(void)
{
    static char strange[] = "j-0000000000ff";
    struct job other = job_of(STATE_RUNNING), refusal = job_of(STATE_FAILED),
               stranger = job_of(STATE_RUNNING);
    struct sweep *sweep = begin("ours", 1);

    snprintf(other.id, sizeof other.id, "99");
    refusal.is_refusal = true;
    stranger.name = strange;
    snprintf(stranger.id, sizeof stranger.id, "98");
    peer.jobs[0] = other;
    peer.jobs[1] = refusal;
    peer.jobs[2] = stranger;
    peer.n_jobs = 3;
    ok(poll_now(sweep) == 0 && !first(sweep)->is_seen && !first(sweep)->is_listed,
       "another id, a refusal's record, another token");
    sweep_close(sweep);
}

/* Two records of one job in turn: what only the earlier one told stays. */
static void test_seen(void)
{
    static char reason[] = "JobHeldUser", none[] = "";
    struct sweep *sweep = begin("seen", 1);
    struct attempt *attempt = first(sweep);
    struct job queue = job_of(STATE_CANCELLED), record = job_of(STATE_CANCELLED);

    queue.reason = reason;
    queue.max_rss_mib = 7;
    queue.cancelled_by = 1001;
    attempt_set_seen(attempt, &queue);
    attempt_set_seen(attempt, &record);
    is_string(attempt->seen.reason, "JobHeldUser", "the reason that the queue gave");
    is_number(attempt->seen.max_rss_mib, 7, "its memory");
    is_number(attempt->seen.cancelled_by, 1001, "who cancelled it");
    record.reason = none;
    record.state = STATE_FAILED;
    attempt_set_seen(attempt, &record);
    is_string(attempt->seen.reason, "", "another end has a reason of its own");
    is_number(attempt->seen.cancelled_by, -1, "and nobody cancelled it");
    attempt_set_seen(attempt, &attempt->seen);
    is_string(attempt->seen.raw_state, "WORD", "its own record may be given");
    sweep_close(sweep);
}

/* ---- finalize_attempts(): when files had their time to appear ---- */

/* How the job is seen at first, and when it is final, without a file of it. */
static const struct row {
    const char *what;
    enum { ENDED, GONE, NEVER_LISTED } seen;
    enum state state;
    double fs_grace_s;
    double age_s;      /* its end, or where that is GONE its acceptance, ago */
    bool has_no_end;   /* nobody tells when it ended */
    bool stays_listed; /* an ended job in the queue (MinJobAge) */
    bool has_no_accounting, is_cancel_asked;
    long cancelled_by; /* 0: nobody knows */
    double jump_s;     /* of the wall clock, after the first look */
    double final_s;    /* after the first look; below 0: never */
} rows[] = {
    {"ended, a local disk", ENDED, STATE_COMPLETED, .final_s = 0},
    {"ended now, a network disk", ENDED, STATE_COMPLETED, .fs_grace_s = 90,
     .final_s = 90},
    {"ended a minute ago", ENDED, STATE_COMPLETED, .fs_grace_s = 90, .age_s = 60,
     .final_s = 30},
    {"ended long ago", ENDED, STATE_COMPLETED, .fs_grace_s = 90, .age_s = 5000,
     .final_s = 0},
    {"ended, in the queue still", ENDED, STATE_COMPLETED, .fs_grace_s = 90,
     .stays_listed = true, .final_s = 90},
    {"ended, nobody says when", ENDED, STATE_COMPLETED, .fs_grace_s = 90,
     .has_no_end = true, .final_s = 90},
    {"ended, nobody says when, in the queue", ENDED, STATE_COMPLETED, .fs_grace_s = 90,
     .has_no_end = true, .stays_listed = true, .final_s = -1},
    {"ended, nobody says when, the wall clock jumps", ENDED, STATE_COMPLETED,
     .fs_grace_s = 90, .has_no_end = true, .jump_s = 4000, .final_s = 90},
    {"cancelled, nobody knows by whom", ENDED, STATE_CANCELLED, .final_s = 10},
    {"cancelled, accounting is not kept", ENDED, STATE_CANCELLED,
     .has_no_accounting = true, .final_s = 0},
    {"cancelled by us", ENDED, STATE_CANCELLED, .is_cancel_asked = true},
    {"cancelled by somebody known", ENDED, STATE_CANCELLED, .cancelled_by = 1001},
    {"cancelled, a network disk", ENDED, STATE_CANCELLED, .fs_grace_s = 90,
     .final_s = 90},
    {"gone from the queue, a local disk", GONE, STATE_RUNNING, .fs_grace_s = 0,
     .age_s = 5000, .final_s = 10},
    {"gone, a network disk", GONE, STATE_RUNNING, .fs_grace_s = 90, .age_s = 5000,
     .final_s = 90},
    {"gone, the wall clock jumps", GONE, STATE_RUNNING, .fs_grace_s = 90, .age_s = 5000,
     .jump_s = 4000, .final_s = 90},
    {"gone, the wall clock jumps back", GONE, STATE_RUNNING, .fs_grace_s = 90,
     .age_s = 5000, .jump_s = -4000, .final_s = 90},
    {"accepted now, never listed", NEVER_LISTED, STATE_RUNNING, .final_s = 10},
    {"accepted long ago, never listed", NEVER_LISTED, STATE_RUNNING, .fs_grace_s = 0,
     .age_s = 100, .final_s = 0},
    {"accepted long ago, a network disk", NEVER_LISTED, STATE_RUNNING, .fs_grace_s = 90,
     .age_s = 100, .final_s = 90},
};

static void look_first(struct sweep *sweep, const struct row *row)
{
    struct attempt *attempt = first(sweep);
    struct job job = job_of(row->state);

    peer.has_no_accounting = row->has_no_accounting;
    attempt->is_cancel_asked = row->is_cancel_asked;
    if (row->cancelled_by > 0)
        job.cancelled_by = row->cancelled_by;
    if (row->seen == ENDED && !row->has_no_end)
        job.ended_at = clock_wall() - row->age_s;
    if (row->seen != ENDED)
        attempt->accepted_at -= row->age_s;
    peer.jobs[0] = job;
    peer.n_jobs = row->seen != NEVER_LISTED;
    poll_now(sweep);
    peer.n_jobs = row->stays_listed;
    poll_now(sweep);
}

/* Is it final so long after the first look? Looked at each second, as --wait does. */
static void row_is(const struct row *row, const char *name)
{
    struct sweep *sweep = begin(name, 1);
    double final_at = -1;

    look_first(sweep, row);
    double start = fake_slept_s;
    fake_wall_jump_s = row->jump_s;
    for (int second = 0; second <= 200 && final_at < 0; second++) {
        fake_slept_s = start + second + (second > 0 ? 0.1 : 0);
        if (finalize(sweep, row->fs_grace_s) == 1)
            final_at = second;
    }
    fake_wall_jump_s = 0;
    bool is_right = row->final_s < 0 ? final_at < 0
                                     : final_at >= 0 && final_at > row->final_s - 1.5 &&
                                           final_at < row->final_s + 1.5;
    ok(is_right, "%s: final after %.0f s, wanted %.0f", row->what, final_at,
       row->final_s);
    ok(final_at < 0 || (first(sweep)->is_final && state_is_final(first(sweep)->state)),
       "and it is one");
    sweep_close(sweep);
}

static void test_grace(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *name = xasprintf("g%zu", i);
        row_is(&rows[i], name);
    }
}

/* Verdict and result are there: nothing more can come. One of them alone waits. */
static void test_files(void)
{
    static const struct {
        const char *what, *verdict, *out;
        bool is_final;
    } files[] = {
        {"nothing", NULL, NULL, false},
        {"a verdict", FIXTURE_VERDICT, NULL, false},
        {"a result", NULL, FIXTURE_RESULT, false},
        {"a verdict of a job that runs",
         "{\"v\":1,\"phase\":\"entrypoint\",\"state\":\"running\"}", FIXTURE_RESULT,
         false},
        {"a torn verdict", "{\"v\":1,", FIXTURE_RESULT, false},
        {"both", FIXTURE_VERDICT, FIXTURE_RESULT, true},
    };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cleanup_free char *name = xasprintf("f%zu", i);
        struct sweep *sweep = begin(name, 1);
        struct row row = {.state = STATE_COMPLETED, .fs_grace_s = 90};
        if (files[i].verdict)
            fixture_file(sweep, 0, ".verdict.json", files[i].verdict);
        if (files[i].out)
            fixture_file(sweep, 0, ".out", files[i].out);
        look_first(sweep, &row);
        is_number(finalize(sweep, 90), files[i].is_final, files[i].what);
        sweep_close(sweep);
    }
}

/* What runs, or was never asked about, is not looked at. */
static void test_live(void)
{
    struct sweep *sweep = begin("live", 2);

    fixture_file(sweep, 0, ".verdict.json", FIXTURE_VERDICT);
    fixture_file(sweep, 0, ".out", FIXTURE_RESULT);
    is_number(finalize(sweep, 0), 0, "nobody asked the queue yet");
    peer.jobs[0] = job_of(STATE_RUNNING);
    peer.n_jobs = 1;
    poll_now(sweep);
    is_number(finalize(sweep, 0), 0, "it runs, whatever its files say");
    sweep_close(sweep);
}

/* A file server is not asked at each look while files have time to appear. */
static void test_pace(void)
{
    struct sweep *sweep = begin("pace", 1);
    struct row row = {.state = STATE_COMPLETED, .fs_grace_s = 9000};
    int n_looks = 0;

    look_first(sweep, &row);
    for (int second = 0; second < 160; second++) {
        int64_t before = first(sweep)->files_next_ms;
        finalize(sweep, 9000);
        n_looks += first(sweep)->files_next_ms != before;
        fake_slept_s += 1;
    }
    ok(n_looks >= 10 && n_looks <= 16, "%d looks in 160 s", n_looks);
    sweep_close(sweep);
}

static size_t count_finals(const char *name)
{
    cleanup_free char *file = xasprintf("%s/journal.jsonl", name);
    cleanup_free char *path = scratch_path(file);
    cleanup_free char *journal = disk_read(path);
    size_t count = 0;

    for (const char *at = journal; at && (at = strstr(at, "\"event\":\"final\"")); at++)
        count++;
    return count;
}

/* A warning names a file, and the sweep lies in a folder whose name is no UTF-8. */
static void test_odd_folder(void)
{
    struct sweep *sweep = begin("caf\xe9", 1);
    struct row row = {.state = STATE_COMPLETED};

    fixture_file(sweep, 0, ".verdict.json", "no verdict");
    look_first(sweep, &row);
    is_number(finalize(sweep, 0), 1, "a job with a broken verdict ended");
    const json_t *warnings = json_object_get(first(sweep)->final, "warnings");
    const char *said = json_string_value(json_array_get(warnings, 0));
    ok(said && strstr(said, "verdict"), "and its warning is kept: %s",
       said ? said : "none");
    sweep_close(sweep);
}

/* Two that wait for the same sweep see the same end. */
static void test_two_waiters(void)
{
    struct sweep *sweep = begin("two", 1);
    struct sweep *other = fixture_open("two");
    struct row row = {.state = STATE_COMPLETED};

    look_first(other, &row);
    look_first(sweep, &row);
    is_number(finalize(sweep, 0), 1, "one finds it ended");
    is_number(count_finals("two"), 1, "that is in the journal, and synced");
    finalize(other, 0);
    ok(first(other)->is_final, "the other one finds so, too");
    is_number(count_finals("two"), 1, "but the journal has one end");
    finalize(sweep, 0);
    is_number(count_finals("two"), 1, "nor is there another later");
    sweep_close(sweep);
    sweep_close(other);
}

/* Somebody submits for long: nothing is written down, and nothing is believed. */
static void test_locked(void)
{
    struct sweep *sweep = begin("locked", 1);
    struct sweep *holder = fixture_open("locked");
    struct row row = {.state = STATE_COMPLETED};
    struct poll_jobs_options options = {.require_result = true};
    struct error err = {0};

    look_first(sweep, &row);
    ok(sweep_lock(holder, 0, &err) == 0, "another one holds the lock");
    size_t n_new = 99;
    ok(finalize_attempts(sweep, &options, &n_new, &err) == 0 && n_new == 0 &&
           !first(sweep)->is_final,
       "who looks goes without it %s", err.text);
    is_number(count_finals("locked"), 0, "nothing is written");
    sweep_close(holder);
    is_number(finalize(sweep, 0), 1, "later it is");
    is_number(count_finals("locked"), 1, "once");
    sweep_close(sweep);
}

/* ---- fs_grace of a folder ---- */

static long magic; /* what statfs() says; -1: it fails */

int statfs(const char *path, struct statfs *info)
{
    (void)path;
    *info = (struct statfs){.f_type = magic};
    return magic == -1 ? -1 : 0;
}

static void test_fs_grace(void)
{
    static const struct {
        const char *what;
        long magic;
        double grace_s;
    } disks[] = {{"NFS", 0x6969, 90},
                 {"Lustre", 0x0BD00BD0, 90},
                 {"GPFS", 0x47504653, 90},
                 {"BeeGFS", 0x19830326, 90},
                 {"sshfs", 0x65735546, 90},
                 {"ext4", 0xEF53, 0},
                 {"XFS", 0x58465342, 0},
                 {"tmpfs", 0x01021994, 0},
                 {"one that cannot tell", -1, 0}};
    struct settings *settings = settings_new();
    struct error err = {0};

    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
        magic = disks[i].magic;
        double grace = poll_jobs_fs_grace("/x", settings);
        ok(grace > disks[i].grace_s - 0.1 && grace < disks[i].grace_s + 0.1,
           "%s: %.0f s", disks[i].what, grace);
    }
    magic = 0x6969;
    settings_set(settings, SETTING_FS_GRACE, "7", RANK_FLAG, "flag", &err);
    double grace = poll_jobs_fs_grace("/x", settings);
    ok(grace > 6.9 && grace < 7.1, "what the user says counts: %.0f s", grace);
    settings_free(settings);
}

int main(void)
{
    test_silence();
    test_not_ours();
    test_seen();
    test_grace();
    test_files();
    test_live();
    test_pace();
    test_two_waiters();
    test_locked();
    test_odd_folder();
    test_fs_grace();
    scratch_remove();
    return tap_done();
}
