#include "launcher/sweep/reordered.h"
#include "tests/unit/fake_disk.h"
#include "tests/unit/sweep_fixture.h"

static void flush(struct sweep *sweep)
{
    struct error err = {0};

    if (sweep_flush(sweep, true, &err) < 0)
        ok(0, "flush: %s", err.text);
}

static void same_when_opened(const struct sweep *sweep, const char *name,
                             const char *what)
{
    struct sweep *again = fixture_open(name);
    cleanup_free char *model = fixture_dump(sweep);
    cleanup_free char *read = fixture_dump(again);

    is_string(read, model, what);
    sweep_close(again);
}

static void test_nothing(void)
{
    struct sweep *sweep = fixture_open("none/");
    cleanup_free char *path = scratch_path("none");
    ok(!file_exists(path) && sweep->n_points == 0 && !sweep->has_started,
       "opening makes nothing");
    is_string(sweep->name, "none", "its name is the folder's");
    sweep_close(sweep);
    sweep_close(NULL);
}

static void test_mismatch(void)
{
    struct sweep *sweep = fixture_begin("s", 2);
    struct error err = {0};
    struct plan other;

    flush(sweep);
    cleanup_free char *before = scratch_read("s/journal.jsonl");
    fixture_plan("other.py", 2, &other);
    ok(sweep_begin(sweep, &other.literal, "/home/user", &err) < 0 &&
           err.kind == ERROR_USAGE && strstr(err.text, "'python train.py'") &&
           strstr(err.text, "'python other.py'"),
       "another command: %s", err.text);
    ok(sweep_check_command(sweep, &sweep->literal, "/home/other", &err) < 0 &&
           err.kind == ERROR_USAGE && strstr(err.text, "/home/other"),
       "another folder: %s", err.text);
    ok(sweep_begin(sweep, &sweep->literal, "/home/user", &err) == 0,
       "the same is welcome");
    flush(sweep);
    cleanup_free char *after = scratch_read("s/journal.jsonl");
    is_string(after, before, "and none of it is written");
    plan_release(&other);
    sweep_close(sweep);
}

/* The warnings for `words` after a sweep of `p <before>`, joined. */
static char *warned_of(const char *name, const char *before, const char *words)
{
    struct sweep *sweep = fixture_open(name);
    struct error err = {0};
    struct text text = {0};
    cleanup_words struct words warnings = {0};

    for (int i = 0; i < 2; i++) {
        struct plan_request request = {.max_points = 100};
        struct plan plan = {0};
        cleanup_free char *line = xasprintf("p %s", i ? words : before);
        char *save = NULL;
        for (char *c = strtok_r(line, " ", &save); c; c = strtok_r(NULL, " ", &save))
            words_add(&request.command, c);
        size_t indexes[100];
        if (plan_make(&request, &plan, &err) < 0 ||
            (i == 0 && (sweep_lock(sweep, 0, &err) < 0 ||
                        sweep_add_points(sweep, &plan, indexes, &err) < 0)))
            ok(0, "fixture: %s", err.text);
        if (i == 1)
            reordered_warn(sweep, &plan, &warnings);
        plan_release(&plan);
        plan_request_release(&request);
    }
    for (size_t i = 0; i < warnings.count; i++)
        text_addf(&text, "%s;", warnings.items[i]);
    sweep_unlock(sweep);
    sweep_close(sweep);
    return text_take(&text);
}

static void test_reordered(void)
{
    cleanup_free char *other = warned_of("o1", "a=1,2 b=3", "b=3 a=2");
    cleanup_free char *many = warned_of("o2", "a=1,2 b=3", "b=3 a=1,2");
    cleanup_free char *same = warned_of("o3", "a=1,2 b=3", "a=1,2,9 b=3");
    cleanup_free char *apart = warned_of("o4", "a=1 b=2", "b=1 a=2");
    cleanup_free char *twice = warned_of("o5", "+a=1 +a=2 b=3", "b=3 +a=2 +a=1");
    cleanup_free char *cut = warned_of("o6", "a=1b b=2", "b=2 a=1");

    ok(strstr(other, "'b=3,a=2-") && strstr(other, "as 'a=2,b=3-") &&
           strstr(other, "keep one order: a=2 b=3") && !strstr(other, "more"),
       "both are named: %s", other);
    ok(strstr(many, "and so have more"), "others are counted: %s", many);
    is_string(same, "", "no word where the order is the same");
    is_string(apart, "", "nor where the values are others");
    is_string(twice, "", "nor where a key that comes twice has another order");
    is_string(cut, "", "nor where only the texts meet");
}

/* What a power cut leaves once a flush was durable: all of it, below folders that were
 * made for it. */
static void test_durable(void)
{
    struct error err = {0};
    cleanup_free char *points = scratch_path("new/outputs/s/points.jsonl");
    cleanup_free char *journal = scratch_path("new/outputs/s/journal.jsonl");
    cleanup_free char *folder = scratch_path("new");
    struct sweep *sweep = fixture_begin("new/outputs/s", 3);

    ok(!disk_has(points) && !disk_has(journal), "before, nothing is promised");
    flush(sweep);
    ok(disk_has(points), "the points are safe");
    ok(disk_has(journal), "the journal is");
    cleanup_free char *model = fixture_dump(sweep);
    sweep_close(sweep);
    disk_cut_power(folder);
    sweep = fixture_open("new/outputs/s");
    cleanup_free char *left = fixture_dump(sweep);
    is_string(left, model, "a power cut takes nothing of it");
    sweep_close(sweep);

    sweep = fixture_open("new/outputs/s");
    struct plan plan;
    size_t indexes[5];
    fixture_plan("train.py", 5, &plan);
    sweep_lock(sweep, 0, &err);
    disk_fail_sync = 1;
    ok(sweep_add_points(sweep, &plan, indexes, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, "points.jsonl"),
       "points that cannot be synced: %s", err.text);
    sweep_close(sweep);
    sweep = fixture_open("new/outputs/s");
    sweep_lock(sweep, 0, &err);
    ok(sweep_add_points(sweep, &plan, indexes, &err) == 0 && sweep->n_points == 5 &&
           disk_has(points),
       "later they are added, and safe");
    plan_release(&plan);
    sweep_close(sweep);
}

static void check_model(struct sweep *sweep)
{
    struct error err = {0};
    cleanup_free char *dump = fixture_dump(sweep);
    sweep_refresh(sweep, &err);
    cleanup_free char *again = fixture_dump(sweep);
    is_string(again, dump, "one's own events are not applied twice");
    ok(sweep_attempt(sweep->points[0])->number == 2, "the last attempt counts");
    ok(!sweep_attempt(sweep->points[1]), "a refused one does not");
    is_string(sweep->points[1]->attempts[0]->refusal, "Invalid partition\nh\xC3\xA9",
              "but its words stay");
    is_string(sweep_attempt(sweep->points[2])->job_id, "77_3",
              "an adopted one does, an absent one not");
    for (size_t i = 3; i < 5; i++) {
        cleanup_free char *base = sweep_base(sweep, sweep->points[i], 1);
        is_string(sweep->points[i]->attempts[0]->base, base,
                  "a base outside the folder is not believed");
    }
    is_string(sweep->points[5]->attempts[0]->base, "points/elsewhere", "one inside is");
    ok(sweep->archived_seq > sweep->changed_seq && sweep->changed_seq > 0,
       "archived after the last end");
    ok(sweep_by_token(sweep, "000000020002") == sweep->points[2]->attempts[1] &&
           !sweep_by_token(sweep, ""),
       "attempts are found by token");
    cleanup_free char *out = attempt_path(sweep, sweep->points[0]->attempts[1], ".out");
    cleanup_free char *wanted =
        xasprintf("%s/points/%s.r2.out", sweep->path, sweep->points[0]->point.id);
    is_string(out, wanted, "the files of a second attempt");
}

static void test_replay(void)
{
    struct sweep *sweep = fixture_begin("s", 6);
    struct error err = {0};

    sweep_event(sweep, EVENT_SETTINGS,
                json_pack("{s:s, s:{s:s}}", "id", "12345678", "values", "mem", "4G"),
                &err);
    fixture_accept(sweep, 0, 1);
    fixture_final(sweep, 0, 1, "failed", "entrypoint_exit");
    fixture_accept(sweep, 0, 2);
    fixture_event(sweep, "submitting", 1, 1, 1, NULL);
    fixture_event(sweep, "refused", 1, 1, 1,
                  json_pack("{s:s}", "message", "Invalid partition\nh\xC3\xA9"));
    fixture_event(sweep, "submitting", 2, 1, 1,
                  json_pack("{s:s}", "settings", "12345678"));
    fixture_event(sweep, "absent", 2, 1, 1, NULL);
    fixture_event(sweep, "submitting", 2, 1, 2, NULL);
    fixture_event(sweep, "unknown", 2, 1, 2, NULL);
    fixture_event(sweep, "adopted", 2, 1, 2, json_pack("{s:s}", "job_id", "77_3"));
    fixture_event(sweep, "cancel", 2, 1, 2, NULL);
    sweep_event(sweep, EVENT_CANCEL_POINTS, json_pack("{s:i}", "first", 4), &err);
    fixture_event(sweep, "submitting", 3, 1, 1,
                  json_pack("{s:s}", "base", "../../etc/x"));
    fixture_event(sweep, "submitting", 4, 1, 1, json_pack("{s:s}", "base", "/etc/x"));
    fixture_event(sweep, "submitting", 5, 1, 1,
                  json_pack("{s:s}", "base", "points/elsewhere"));
    sweep_event(sweep, EVENT_ARCHIVED, json_pack("{s:s}", "sha256", "0"), &err);
    flush(sweep);
    same_when_opened(sweep, "s", "the journal read again is the model");
    check_model(sweep);
    sweep_close(sweep);
}

static void test_other_process(void)
{
    struct sweep *reader = fixture_open("two");
    struct sweep *writer = fixture_begin("two", 3);
    struct error err = {0};

    fixture_accept(writer, 1, 1);
    flush(writer);
    ok(sweep_lock(reader, 10, &err) < 0 && err.kind == ERROR_FILE, "locked: %s",
       err.text);
    ok(sweep_refresh(reader, &err) == 0 && reader->n_points == 3,
       "readers need no lock");
    fixture_final(writer, 1, 1, "completed", "");
    flush(writer);
    sweep_unlock(writer);
    ok(sweep_lock(reader, 0, &err) == 0 && reader->points[1]->attempts[0]->is_final,
       "locking reads the tail");
    fixture_accept(reader, 2, 1);
    flush(reader);
    sweep_unlock(reader);
    sweep_refresh(writer, &err);
    cleanup_free char *a = fixture_dump(reader);
    cleanup_free char *b = fixture_dump(writer);
    is_string(b, a, "both know the same");
    sweep_close(reader);
    sweep_close(writer);
}

static int open_with(const char *line, struct error *err)
{
    cleanup_free char *path = scratch_path("bad");
    cleanup_free char *journal = xasprintf("%s\n", line);
    struct sweep *sweep = NULL;

    scratch_write("bad/journal.jsonl", journal, strlen(journal));
    int rc = sweep_open(path, &sweep, err);
    sweep_close(sweep);
    return rc;
}

static void test_strange_events(void)
{
    static const char *const refused[] = {
        "{\"v\":1,\"seq\":1,\"event\":\"sweep\"}",
        "{\"v\":1,\"seq\":1,\"event\":\"sweep\",\"command\":[],\"folder\":7}",
        "{\"v\":1,\"seq\":1,\"event\":\"submitting\",\"point\":\"nobody\",\"attempt\":"
        "1,\"token\":\"0123456789ab\"}",
        "{\"v\":1,\"seq\":1,\"event\":\"submitting\",\"point\":\"POINT\",\"attempt\":0,"
        "\"token\":\"0123456789ab\"}",
        "{\"v\":1,\"seq\":1,\"event\":\"submitting\",\"point\":\"POINT\",\"attempt\":1,"
        "\"token\":\"../../../../x\"}",
        "{\"v\":1,\"seq\":1,\"event\":\"submitting\",\"point\":\"POINT\",\"attempt\":"
        "1}"};
    static const char *const passed_over[] = {
        "{\"v\":1,\"seq\":1,\"event\":\"weather\",\"sun\":true}",
        "{\"v\":2,\"seq\":1,\"event\":\"submitted\",\"token\":\"x\"}",
        "{\"seq\":1,\"event\":\"final\",\"token\":\"0123456789ab\",\"state\":\"oom\"}",
        "{\"v\":1,\"seq\":1,\"event\":\"final\"}",
        "{\"v\":1,\"seq\":1,\"event\":\"settings\"}"};
    struct sweep *sweep = fixture_begin("bad", 1);
    cleanup_free char *id = xstrdup(sweep->points[0]->point.id);

    sweep_close(sweep);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct error err = {0};
        cleanup_text struct text line = {0};
        const char *mark = strstr(refused[i], "POINT");
        text_add_bytes(&line, refused[i],
                       mark ? (size_t)(mark - refused[i]) : strlen(refused[i]));
        text_addf(&line, "%s%s", mark ? id : "", mark ? mark + 5 : "");
        ok(open_with(text_string(&line), &err) < 0 && err.kind == ERROR_INPUT,
           "refused: %s", err.text);
    }
    for (size_t i = 0; i < sizeof passed_over / sizeof *passed_over; i++) {
        struct error err = {0};
        ok(open_with(passed_over[i], &err) == 0, "passed over: %s%s", passed_over[i],
           err.text);
    }
}

/* points.jsonl cut after each byte, as a crash may leave it: opened, and completed to
 * the same points. */
static void test_torn_points(void)
{
    struct sweep *sweep = fixture_begin("torn", 3);
    cleanup_free char *wanted = fixture_dump(sweep);
    size_t n_bad = 0;

    sweep_close(sweep);
    cleanup_free char *whole = scratch_read("torn/points.jsonl");
    size_t size = strlen(whole);
    for (size_t cut = 0; cut <= size; cut++) {
        scratch_write("torn/points.jsonl", whole, cut);
        struct sweep *first = fixture_begin("torn", 3);
        cleanup_free char *model = fixture_dump(first);
        sweep_close(first);
        /* The "sweep" event was not flushed, so it is begun anew each time. */
        struct sweep *second = fixture_begin("torn", 3);
        cleanup_free char *again = fixture_dump(second);
        bool is_good = strcmp(model, wanted) == 0 && strcmp(again, wanted) == 0;
        sweep_close(second);
        if (!is_good && n_bad++ < 3)
            ok(0, "cut at %zu\n# %s\n# %s\n# %s", cut, wanted, model, again);
    }
    ok(n_bad == 0 && size > 100, "%zu cuts: always three points", size + 1);
}

/* Another grid: what is there keeps its place, what is new comes behind. */
static void test_union(void)
{
    struct plan_request request = {.max_points = 10};
    struct sweep *sweep = fixture_begin("union", 2);
    struct error err = {0};
    struct plan plan;
    size_t indexes[2] = {99, 99};

    words_add(&request.command, "python");
    words_add(&request.command, "train.py");
    words_add(&request.command, "a=7,1");
    ok(plan_make(&request, &plan, &err) == 0 &&
           sweep_add_points(sweep, &plan, indexes, &err) == 0,
       "another grid %s", err.text);
    ok(sweep->n_points == 3 && indexes[0] == 2 && indexes[1] == 1, "one point is new");
    is_number(sweep->points[2]->point.index, 2, "its index is its place in the sweep");
    ok(sweep_add_points(sweep, &plan, indexes, &err) == 0 && sweep->n_points == 3,
       "added once only");
    flush(sweep);
    same_when_opened(sweep, "union", "as read again");
    plan_release(&plan);
    plan_request_release(&request);
    sweep_close(sweep);
}

static void test_shards(void)
{
    struct sweep *sweep = fixture_begin("large", SHARD_POINTS);

    cleanup_free char *plain = sweep_base(sweep, sweep->points[SHARD_POINTS - 1], 1);
    cleanup_free char *wanted =
        xasprintf("points/%s", sweep->points[SHARD_POINTS - 1]->point.id);
    is_string(plain, wanted, "1,000 points lie in one folder");
    fixture_event(sweep, "submitting", 7, 1, 1, json_pack("{s:s}", "base", plain));
    flush(sweep);
    sweep_close(sweep);
    sweep = fixture_begin("large", 2 * SHARD_POINTS + 1);
    is_number(sweep->n_points, 2 * SHARD_POINTS + 1, "the sweep grows");
    static const struct {
        size_t index;
        const char *folder;
    } cases[] = {{0, "points/00000/"},
                 {999, "points/00000/"},
                 {1000, "points/01000/"},
                 {2000, "points/02000/"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sweep_point *point = sweep->points[cases[i].index];
        cleanup_free char *base = sweep_base(sweep, point, 3);
        cleanup_free char *full =
            xasprintf("%s%s.r3", cases[i].folder, point->point.id);
        is_number(point->point.index, cases[i].index, "index");
        is_string(base, full, "base");
    }
    is_string(sweep->points[7]->attempts[0]->base, plain,
              "an old attempt stays where it is");
    same_when_opened(sweep, "large", "and all is read again");
    sweep_close(sweep);
}

static void test_arrays(void)
{
    static const struct {
        const char *array;
        long long task;
        bool is_task;
    } rows[] = {{"0123456789ab", 0, true},   {"0123456789ab", 2, true},
                {"0123456789ab", 2, false}, /* there is one already */
                {"0123456789ab", -1, false}, {"0123456789ab", 4000001, false},
                {"../../../..", 0, false},   {"", 0, false}};
    struct sweep *sweep = fixture_begin("arrays", 7);
    struct error err = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture_event(sweep, "submitting", i, 1, 1,
                      json_pack("{s:s, s:I}", "array", rows[i].array, "task",
                                (json_int_t)rows[i].task));
        const struct attempt *attempt = sweep->points[i]->attempts[0];
        ok((attempt->array != NULL) == rows[i].is_task, "'%s' task %lld: %s a task",
           rows[i].array, rows[i].task, rows[i].is_task ? "is" : "is not");
    }
    is_number(sweep->n_arrays, 1, "one array");
    is_number(sweep->arrays[0]->n_attempts, 3, "of three tasks, one not known");
    sweep_event(sweep, EVENT_SUBMITTED,
                json_pack("{s:s, s:s}", "array", "0123456789ab", "job_id", "77"), &err);
    sweep_event(sweep, EVENT_REFUSED, json_pack("{s:s}", "array", "nobody"), &err);
    const struct attempt *third = sweep->points[1]->attempts[0];
    ok(third->phase == ATTEMPT_ACCEPTED && strcmp(third->job_id, "77_2") == 0 &&
           strcmp(third->output_base, "points/array-77_2") == 0,
       "accepted as '%s', its output in '%s'", third->job_id, third->output_base);
    is_string(sweep->arrays[0]->job_id, "77", "the array's own id");
    ok(sweep->points[2]->attempts[0]->phase == ATTEMPT_INTENT, "others are not its");
    if (sweep_flush(sweep, true, &err) < 0)
        ok(0, "%s", err.text);
    cleanup_free char *model = fixture_dump(sweep);
    struct sweep *again = fixture_open("arrays");
    cleanup_free char *read = fixture_dump(again);
    is_string(read, model, "read back the same");
    sweep_close(again);
    sweep_close(sweep);
}

int main(void)
{
    test_nothing();
    test_arrays();
    test_mismatch();
    test_reordered();
    test_durable();
    test_replay();
    test_other_process();
    test_strange_events();
    test_torn_points();
    test_union();
    test_shards();
    scratch_remove();
    return tap_done();
}
