#include "launcher/submit/lanes.h"

#include "tests/unit/sweep_fixture.h"

static const char *dependency(const struct lanes *lanes, long lane)
{
    static char words[256];
    cleanup_text struct text text = {0};

    lanes_add_dependency(lanes, lane, &text);
    snprintf(words, sizeof words, "%s", text_string(&text));
    return words;
}

/* An accepted attempt of point `index`, its job listed as it is, in `lane` (-1 none).
 */
static void add(struct sweep *sweep, size_t index, long lane, const char *id,
                bool is_listed, enum state state)
{
    fixture_event(sweep, "submitting", index, 1, 1,
                  lane < 0 ? NULL : json_pack("{s:i}", "lane", (int)lane));
    fixture_event(sweep, "submitted", index, 1, 1, json_pack("{s:s}", "job_id", id));
    struct attempt *attempt = sweep->points[index]->attempts[0];
    struct job job = {.state = state};
    attempt_set_seen(attempt, &job);
    attempt->is_listed = is_listed;
}

static void test_none(void)
{
    struct sweep *sweep = fixture_begin("none", 1);
    struct lanes lanes;

    lanes_init(&lanes, sweep, 0);
    ok(lanes_take(&lanes) == -1 && lanes_is_free(&lanes, -1) &&
           !lanes_forget(&lanes, -1),
       "no lanes");
    lanes_begin(&lanes, -1);
    lanes_end(&lanes, -1, "1");
    is_string(dependency(&lanes, -1), "", "no dependency");
    lanes_release(&lanes);
    sweep_close(sweep);
}

static void test_chain(void)
{
    struct sweep *sweep = fixture_begin("chain", 1);
    struct lanes lanes;

    lanes_init(&lanes, sweep, 2);
    long a = lanes_take(&lanes), b = lanes_take(&lanes), c = lanes_take(&lanes);
    ok(a == 0 && b == 1 && c == 0, "by turns");
    is_string(dependency(&lanes, a), "", "the first waits for nothing");
    lanes_begin(&lanes, a);
    ok(!lanes_is_free(&lanes, c) && lanes_is_free(&lanes, b),
       "the next of the lane cannot begin before its parent has an id");
    lanes_end(&lanes, a, "10");
    ok(lanes_is_free(&lanes, c), "then it can");
    is_string(dependency(&lanes, c), "afterany:10", "and waits for it");
    lanes_begin(&lanes, c);
    lanes_end(&lanes, c, NULL);
    is_string(dependency(&lanes, c), "afterany:10", "not accepted: the end stays");
    ok(lanes_take(&lanes) == 0, "and its place is free");
    ok(lanes_forget(&lanes, 0) && !lanes_forget(&lanes, 0), "a parent that is gone");
    is_string(dependency(&lanes, 0), "", "is not waited for");
    lanes_release(&lanes);
    sweep_close(sweep);
}

static void test_resumed(void)
{
    struct sweep *sweep = fixture_begin("resumed", 9);
    struct lanes lanes;

    add(sweep, 0, 0, "1", false, STATE_COMPLETED); /* has left the queue */
    add(sweep, 1, 1, "2", true, STATE_RUNNING);
    add(sweep, 2, 0, "3", true, STATE_RUNNING);
    add(sweep, 3, 1, "4", true, STATE_PENDING);
    add(sweep, 4, 0, "5", true, STATE_CANCELLED); /* listed, but over */
    add(sweep, 5, 2, "6", true, STATE_PENDING);
    lanes_init(&lanes, sweep, 3);
    is_string(dependency(&lanes, 0), "afterany:3", "the last that lives");
    is_string(dependency(&lanes, 1), "afterany:4", "the last of two, not both");
    is_string(dependency(&lanes, 2), "afterany:6", "the third lane");
    is_number((size_t)lanes_take(&lanes), 0, "the shortest is next");
    lanes_release(&lanes);
    lanes_init(&lanes, sweep, 2);
    is_string(dependency(&lanes, 0), "afterany:3:6", "fewer lanes: two ends in one");
    lanes_release(&lanes);
    add(sweep, 6, -1, "7", true, STATE_RUNNING);
    add(sweep, 7, -1, "8_3", true, STATE_RUNNING);
    add(sweep, 8, -1, "8_4", true, STATE_RUNNING);
    lanes_init(&lanes, sweep, 1);
    is_string(dependency(&lanes, 0), "afterany:7:8:3:4:6",
              "what was submitted without lanes is waited for, an array as a whole");
    lanes_release(&lanes);
    sweep_close(sweep);
}

/* Accepted by this process, and no look at the queue since. */
static void test_new(void)
{
    struct sweep *sweep = fixture_begin("new", 1);
    struct lanes lanes;

    fixture_accept(sweep, 0, 1);
    lanes_init(&lanes, sweep, 1);
    is_string(dependency(&lanes, 0), "afterany:1", "a job as new as that is there");
    lanes_release(&lanes);
    sweep->points[0]->attempts[0]->gone_at = 1;
    lanes_init(&lanes, sweep, 1);
    is_string(dependency(&lanes, 0), "", "one that squeue did not list is not");
    lanes_release(&lanes);
    sweep_close(sweep);
}

int main(void)
{
    test_none();
    test_chain();
    test_resumed();
    test_new();
    scratch_remove();
    return tap_done();
}
