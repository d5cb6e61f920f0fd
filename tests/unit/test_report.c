/* campaign/report.h: rows, files of results, and the archive with its event. */
#include "launcher/campaign/report.h"

#include "tests/unit/campaign_fixture.h"

/* Three points: one completed, one failed, one without an attempt. */
static void open_ended(struct campaign *campaign, struct fake *fake, const char *name)
{
    struct error err = {0};

    world_open(campaign, fake, name, 3);
    if (sweep_lock(campaign->sweep, 0, &err) < 0)
        ok(0, "%s", err.text);
    fixture_accept(campaign->sweep, 0, 1);
    fixture_accept(campaign->sweep, 1, 1);
    fixture_file(campaign->sweep, 0, ".out", FIXTURE_RESULT);
    fixture_file(campaign->sweep, 0, ".verdict.json", FIXTURE_VERDICT);
    fixture_final(campaign->sweep, 0, 1, "completed", "");
    fixture_final(campaign->sweep, 1, 1, "failed", "entrypoint_exit");
    sweep_flush(campaign->sweep, true, &err);
    sweep_unlock(campaign->sweep);
}

static const struct row *row_of(const struct table *table, long index)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].index == index)
            return &table->rows[i];
    }
    printf("Bail out! no row of point %ld\n", index);
    exit(1);
}

static void test_table(void)
{
    struct campaign campaign;
    struct fake fake;
    struct table table = {0};

    open_ended(&campaign, &fake, "table");
    struct error err = {0};
    report_table(&campaign, false, &table, NULL, &err);
    is_number(table.count, 3, "a row a point");
    const struct row *good = row_of(&table, 0), *bad = row_of(&table, 1),
                     *planned = row_of(&table, 2);
    double loss = 0;
    ok(good->state == STATE_COMPLETED && row_metric(good, "loss", &loss) &&
           loss > 0.49 && loss < 0.51,
       "the result of what completed");
    ok(bad->state == STATE_FAILED && strcmp(bad->cause, "entrypoint_exit") == 0,
       "the cause of what failed");
    ok(planned->state == STATE_PLANNED && planned->attempt == 0, "and what is planned");
    is_string(report_metric(&campaign, &table), "loss", "the metric is guessed");
    table_release(&table);
    world_close(&campaign, &fake);
}

/* Asked, and gone from the queue, but not final: its files may still appear. */
static void test_not_settled(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};

    for (int is_asked = 0; is_asked < 2; is_asked++) {
        cleanup_free char *name = xasprintf("live%d", is_asked);
        struct table table = {0};
        world_open(&campaign, &fake, name, 1);
        sweep_lock(campaign.sweep, 0, &err);
        fixture_accept(campaign.sweep, 0, 1);
        sweep_flush(campaign.sweep, true, &err);
        sweep_unlock(campaign.sweep);
        struct attempt *attempt = campaign.sweep->points[0]->attempts[0];
        attempt->gone_at = 1;
        attempt->was_listed = true;
        report_table(&campaign, is_asked, &table, NULL, &err);
        is_string(state_name(table.rows[0].state), is_asked ? "submitted" : "unknown",
                  is_asked ? "asked: it may still come" : "not asked: nobody knows");
        table_release(&table);
        world_close(&campaign, &fake);
    }
}

static void has(const char *name, const char *words, const char *what)
{
    cleanup_free char *bytes = scratch_read(name);

    ok(bytes && strstr(bytes, words), "%s: %s", name, what);
}

static void test_files(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    struct table table = {0};
    cleanup_words struct words command = {0}, grids = {0};
    struct plan plan = {0};

    open_ended(&campaign, &fake, "files");
    report_table(&campaign, false, &table, NULL, &err);
    ok(report_write(&campaign, &table, &err) == 0, "written %s", err.text);
    has("files/results.jsonl", "\"loss\":0.5", "the result");
    has("files/results.csv", "entrypoint_exit", "the cause");
    has("files/summary.json", "\"completed\":1", "the counts");
    words_add(&command, "python");
    words_add(&command, "it's \"x\"\n");
    ok(report_write_resolved(&campaign, &command, &grids, &plan, &err) == 0,
       "resolved %s", err.text);
    has("files/resolved.yaml", "command: [\"python\", \"it's \\\"x\\\"\\n\"]\n",
        "words stay words");
    cleanup_free char *blocked = scratch_path("files/results.csv");
    unlink(blocked);
    ok(folder_make(blocked, NULL, &err) == 0 &&
           report_write(&campaign, &table, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, "results.csv"),
       "a folder is in the way: %s", err.text);
    table_release(&table);
    world_close(&campaign, &fake);
}

static size_t count_archived(const char *name)
{
    cleanup_free char *file = xasprintf("%s/journal.jsonl", name);
    cleanup_free char *path = scratch_path(file);
    cleanup_free char *journal = disk_read(path);
    size_t count = 0;

    for (const char *at = journal; at && (at = strstr(at, "\"event\":\"archived\""));
         at++)
        count++;
    return count;
}

#ifdef HAVE_ARCHIVE
static void test_archive(void)
{
    struct campaign campaign;
    struct fake fake;
    struct error err = {0};
    struct bundle_report report = {0};
    cleanup_words struct words left_out = {0};

    open_ended(&campaign, &fake, "a");
    ok(!report_needs_archive(&campaign), "a point is to do: no archive yet");
    sweep_lock(campaign.sweep, 0, &err);
    fixture_accept(campaign.sweep, 2, 1);
    fixture_final(campaign.sweep, 2, 1, "failed", "no_result");
    sweep_flush(campaign.sweep, true, &err);
    sweep_unlock(campaign.sweep);
    ok(report_needs_archive(&campaign), "all is final: one is wanted");
    cleanup_free char *path = report_archive_path(&campaign);
    cleanup_free char *wanted = scratch_path("a/a.tar.zst");
    is_string(path, wanted, "its name");
    ok(report_archive(&campaign, path, false, &left_out, &report, &err) == 0 &&
           report.n_files > 3,
       "%zu files %s", (size_t)report.n_files, err.text);
    is_number(count_archived("a"), 1, "the journal says so, and that is synced");
    cleanup_free char *journal = scratch_read("a/journal.jsonl");
    ok(strstr(journal, report.sha256), "with its sum");
    ok(!report_needs_archive(&campaign), "no other is wanted");
    struct sweep *again = fixture_open("a");
    ok(again->archived_seq > again->changed_seq, "nor by the next command");
    sweep_close(again);
    unlink(path);
    ok(report_needs_archive(&campaign), "unless it is gone");

    struct sweep *holder = fixture_open("a");
    sweep_lock(holder, 0, &err);
    err = (struct error){0};
    ok(report_archive(&campaign, path, false, &left_out, &report, &err) < 0 &&
           err.kind == ERROR_FILE,
       "the sweep's lock is not to be had: %s", err.text);
    sweep_close(holder);
    is_number(count_archived("a"), 1, "no event");
    struct lock lock;
    lock_init_named(&lock, campaign.sweep->path, "lock.archive");
    lock_take(&lock, 0, &err);
    double before = fake_slept_s;
    err = (struct error){0};
    ok(report_archive(&campaign, path, false, &left_out, &report, &err) < 0 &&
           fake_slept_s - before > 590 && fake_slept_s - before < 610,
       "another archives: waited for %.0f s", fake_slept_s - before);
    lock_release(&lock);
    world_close(&campaign, &fake);
}
#else
static void test_archive(void)
{
    ok(count_archived("none") == 0, "without libarchive # SKIP");
}
#endif

int main(void)
{
    test_table();
    test_not_settled();
    test_files();
    test_archive();
    scratch_remove();
    return tap_done();
}
