#include "launcher/policy/retry_resources.h"

#include "launcher/policy/settings_variants.h"
#include "tests/unit/sweep_fixture.h"

static struct settings *settings_of(const char *mem, const char *mem_per_cpu,
                                    const char *time, enum setting_rank rank)
{
    struct settings *settings = settings_new();
    const char *origin = rank == RANK_FLAG ? "flag --mem" : "flags/s/resolved.yaml:3";
    struct error err = {0};

    settings_set(settings, SETTING_EXCLUSIVE, "no", RANK_USER, "f", &err);
    settings_set(settings, SETTING_CPUS_PER_TASK, "4", RANK_USER, "f", &err);
    settings_set(settings, SETTING_TIMEOUT, "100", RANK_USER, "f", &err);
    if (mem)
        settings_set(settings, SETTING_MEM, mem, rank, origin, &err);
    if (mem_per_cpu)
        settings_set(settings, SETTING_MEM_PER_CPU, mem_per_cpu, rank, origin, &err);
    settings_set(settings, SETTING_TIME, time, rank, origin, &err);
    if (*err.text)
        ok(0, "%s", err.text);
    return settings;
}

/* An event of what attempts ran with. */
static void add_event(struct sweep *sweep, const char *id, const char *mem,
                      const char *mem_per_cpu, const char *time, const char *timeout,
                      bool is_adjusted)
{
    struct error err = {0};
    json_t *event =
        json_pack("{s:s, s:{s:s, s:s, s:s, s:s}}", "id", id, "values", "mem", mem,
                  "mem_per_cpu", mem_per_cpu, "time", time, "timeout", timeout);

    if (is_adjusted)
        json_object_set_new(event, "adjusted", json_true());
    ok(sweep_event(sweep, EVENT_SETTINGS, event, &err) == 0, "event %s", err.text);
}

static void add_settings(struct sweep *sweep, const char *id, const char *mem,
                         const char *mem_per_cpu, const char *time, bool is_adjusted)
{
    add_event(sweep, id, mem, mem_per_cpu, time, "100", is_adjusted);
}

static void add_attempt(struct sweep *sweep, size_t index, int number, const char *id,
                        const char *state)
{
    cleanup_free char *job = xasprintf("%zu", 10 * index + (size_t)number);

    fixture_event(sweep, "submitting", index, number, number,
                  json_pack("{s:s}", "settings", id));
    fixture_event(sweep, "submitted", index, number, number,
                  json_pack("{s:s}", "job_id", job));
    fixture_final(sweep, index, number, state, "x");
}

static void next_is(const struct sweep *sweep, size_t index,
                    const struct settings *settings, const struct retry_rule *rule,
                    const char *wanted, const char *what)
{
    struct resource_change made;

    retry_resources_of_point(sweep, sweep->points[index], settings, rule, &made);
    cleanup_free char *memory = resources_memory_text(&made.next);
    cleanup_free char *time = resources_minutes_text(made.next.minutes);
    cleanup_free char *text = xasprintf(
        "%s, %s, %lld%s%s%s", memory, time, made.next.timeout_s,
        made.is_mem_at_cap ? ", all memory" : "",
        made.is_time_at_cap ? ", all time" : "", made.is_hopeless ? ", hopeless" : "");
    is_string(text, wanted, what);
}

static void test_factors(void)
{
    struct sweep *sweep = fixture_begin("f", 6);
    struct settings *mem = settings_of("4G", NULL, "10", RANK_SWEEP_FILE);
    struct settings *per_cpu = settings_of(NULL, "1000M", "10", RANK_SWEEP_FILE);
    struct settings *typed = settings_of("9G", NULL, "77", RANK_FLAG);
    struct retry_rule none = {.keeps_typed = true};
    struct retry_rule twice = {
        .keeps_typed = true, .mem_factor = 1.2, .time_factor = 2};
    struct retry_rule capped = {.keeps_typed = true,
                                .mem_factor = 9,
                                .time_factor = 300,
                                .max_mib = 20000,
                                .max_minutes = 1560};
    struct retry_rule like = {.is_like_last = true};

    add_settings(sweep, "a", "2G", "4GB", "1:00:00", false);
    add_settings(sweep, "b", "", "2000M", "1:00:00", false);
    add_settings(sweep, "c", "3G", "4GB", "2:00:00", true);
    add_settings(sweep, "d", "rubbish", "", "-7", true);
    add_attempt(sweep, 1, 1, "a", "oom");
    add_attempt(sweep, 2, 1, "b", "oom");
    add_attempt(sweep, 3, 1, "c", "failed");
    add_attempt(sweep, 4, 1, "d", "failed");
    add_attempt(sweep, 5, 1, "nothing", "failed");

    next_is(sweep, 0, mem, &twice, "4G, 00:10:00, 100", "no attempt: as the settings");
    next_is(sweep, 1, mem, &none, "4G, 00:10:00, 100", "nothing asked: the settings");
    next_is(sweep, 1, mem, &twice, "2458M, 02:00:00, 200",
            "factors of the last attempt, rounded up");
    next_is(sweep, 1, mem, &like, "2G, 01:00:00, 100", "as the last attempt");
    next_is(sweep, 2, per_cpu, &twice, "2400M a CPU, 02:00:00, 200", "of each CPU");
    next_is(sweep, 3, mem, &none, "3G, 02:00:00, 100", "what was adjusted stays");
    next_is(sweep, 3, typed, &none, "9G, 01:17:00, 100", "but what is typed counts");
    next_is(sweep, 4, mem, &none, "4G, 00:10:00, 100", "an event of nonsense");
    next_is(sweep, 5, mem, &twice, "4916M, 00:20:00, 200",
            "an event that is not there");
    next_is(sweep, 1, mem, &capped, "18G, 1-02:00:00, 30000, all time",
            "time stops at the partition's limit");
    next_is(sweep, 3, mem, &capped, "20000M, 1-02:00:00, 30000, all memory, all time",
            "memory at the largest node's");
    next_is(sweep, 2, per_cpu, &capped,
            "5000M a CPU, 1-02:00:00, 30000, all memory, all time",
            "of each CPU: the node's over its CPUs");
    sweep_close(sweep);
    settings_free(mem);
    settings_free(per_cpu);
    settings_free(typed);
}

static void test_hopeless(void)
{
    struct sweep *sweep = fixture_begin("h", 2);
    struct settings *mem = settings_of("4G", NULL, "10", RANK_SWEEP_FILE);
    struct retry_rule rule = {
        .mem_factor = 2, .time_factor = 2, .max_mib = 4096, .max_minutes = 60};
    struct retry_rule same = {.max_mib = 4096, .max_minutes = 60};

    add_settings(sweep, "a", "4G", "4GB", "1:00:00", false);
    add_attempt(sweep, 0, 1, "a", "oom");
    next_is(sweep, 0, mem, &rule, "4G, 01:00:00, 200, all memory, all time",
            "once at the cap: once more");
    add_attempt(sweep, 0, 2, "a", "timeout");
    next_is(sweep, 0, mem, &rule, "4G, 01:00:00, 200, all memory, all time",
            "another end does not count");
    add_attempt(sweep, 0, 3, "a", "oom");
    next_is(sweep, 0, mem, &rule, "4G, 01:00:00, 200, all memory, all time, hopeless",
            "twice: no more");
    next_is(sweep, 0, mem, &same, "4G, 00:10:00, 100, all memory",
            "without a factor it is the user's will");
    sweep_close(sweep);
    settings_free(mem);
}

static void test_settings(void)
{
    struct settings *base = settings_of("4G", NULL, "10", RANK_FLAG);
    struct settings_variants adjusted = {0};
    struct resources same, more;

    resources_of_settings(base, &same);
    more = same;
    more.mib = 5000;
    ok(!settings_variants_get(&adjusted, base, &same, ""), "nothing differs: none");
    const struct settings *made = settings_variants_get(&adjusted, base, &more, "");
    ok(made && settings_mib(made, SETTING_MEM) == 5000 &&
           settings_memory_rule(made) == MEMORY_PER_NODE &&
           settings_minutes(made, SETTING_TIME) == 10,
       "more memory");
    ok(settings_variants_get(&adjusted, base, &more, "") == made, "made once");
    const struct settings *away =
        settings_variants_get(&adjusted, base, &same, "n1,n2");
    ok(away && away != made, "other nodes: other settings");
    is_string(away ? settings_text(away, SETTING_EXCLUDE) : "", "n1,n2", "excluded");
    more.memory = MEMORY_PER_CPU;
    more.minutes = 0;
    more.timeout_s = 7;
    struct settings *file = settings_of("4G", NULL, "10", RANK_SWEEP_FILE);
    struct settings_variants others = {0};
    const struct settings *other = settings_variants_get(&others, file, &more, "");
    ok(other && settings_memory_rule(other) == MEMORY_PER_CPU &&
           settings_mib(other, SETTING_MEM_PER_CPU) == 5000 &&
           settings_minutes(other, SETTING_TIME) == 0 &&
           settings_integer(other, SETTING_TIMEOUT) == 7,
       "the other unit of memory, no time limit, another timeout");
    settings_variants_release(&adjusted);
    settings_variants_release(&others);
    settings_free(base);
    settings_free(file);
}

/* `auto` stays auto, so it follows the limit; a number grows as the limit does. */
static void test_auto(void)
{
    static const struct {
        const char *now, *then, *wanted;
        long long timeout_s;
    } rows[] = {{"auto", "auto", "4G, 02:00:00, -1", 7200},
                {"auto", "3600", "4G, 02:00:00, 7200", 7200},
                {"auto", "600", "4G, 02:00:00, 1200", 1200},
                {"600", "auto", "4G, 02:00:00, -1", 7200}};
    struct sweep *sweep = fixture_begin("auto", 4);
    struct retry_rule twice = {.keeps_typed = true, .time_factor = 2};
    struct error err = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct settings *settings = settings_of("4G", NULL, "10", RANK_SWEEP_FILE);
        struct settings_variants made = {0};
        struct resource_change change;
        settings_set(settings, SETTING_TIMEOUT, rows[i].now, RANK_USER, "f", &err);
        add_event(sweep, rows[i].then, "2G", "", "1:00:00", rows[i].then, false);
        add_attempt(sweep, i, 1, rows[i].then, "timeout");
        next_is(sweep, i, settings, &twice, rows[i].wanted, "auto and numbers");
        retry_resources_of_point(sweep, sweep->points[i], settings, &twice, &change);
        const struct settings *own =
            settings_variants_get(&made, settings, &change.next, "");
        is_number(own ? settings_timeout_s(own) : -9, rows[i].timeout_s, "in seconds");
        settings_variants_release(&made);
        settings_free(settings);
    }
    sweep_close(sweep);
}

int main(void)
{
    test_factors();
    test_auto();
    test_hopeless();
    test_settings();
    scratch_remove();
    return tap_done();
}
