#include "launcher/check/site_warnings.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_site.h"
#include "tests/tap/tap.h"

#define NOW 1795269292.0

static const char sinfo[] = "gpu*#up#infinite#3#32#64000#gpu:a100:2(S:0-1)#\n"
                            "odd#down#infinite#1#4#8000#gpu,tmp:5#\n";

/* Settings "key=value …", and words that the only warning must have ("": none). */
static const struct {
    const char *asked[6];
    const char *words[3];
} rows[] = {
    {{"partition=gpu", "nodes=3", "time=60"}, {""}},
    {{"partition=gpu", "nodes=3", "time=500"}, {"maintenance 'maint'", "04:47:00"}},
    {{"partition=gpu", "nodes=3", "time=500", "reservation=mine"}, {""}},
    {{"partition=odd", "nodes=1", "cpus_per_task=4", "gpus_per_task=9", "time=60"},
     {"partition 'odd' is down"}},
};

static void set(struct settings *settings, const char *word)
{
    size_t size = strcspn(word, "=");
    cleanup_free char *name = xmemdup(word, size);
    enum setting key = SETTING_COUNT;
    struct error err = {0};

    ok(setting_from_name(name, &key) &&
           settings_set(settings, key, word + size + 1, RANK_FLAG, "flag", &err) == 0,
       "%s %s", word, err.text);
}

static void test_row(size_t i, const struct site_facts *facts,
                     struct scheduler_limits *limits)
{
    struct settings *settings = settings_new();
    cleanup_words struct words warnings = {0};

    for (size_t j = 0; j < 6 && rows[i].asked[j]; j++)
        set(settings, rows[i].asked[j]);
    *limits = (struct scheduler_limits){0};
    site_warnings(settings, facts, &warnings);
    is_number((long)warnings.count, *rows[i].words[0] ? 1 : 0, rows[i].asked[1]);
    for (size_t j = 0; warnings.count == 1 && j < 3 && rows[i].words[j]; j++)
        ok(strstr(warnings.items[0], rows[i].words[j]), "'%s' is in: %s",
           rows[i].words[j], warnings.items[0]);
    settings_free(settings);
}

static void test_settings(void)
{
    static const struct {
        const char *asked[4];
        bool is_warned;
    } cases[] = {
        {{"nodes=4"}, false}, /* nobody asked for the timeout */
        {{"nodes=4", "timeout=28800"}, true},
        {{"nodes=4", "timeout=28201"}, true},
        {{"nodes=4", "timeout=28200"}, false},
        {{"nodes=4", "timeout=27900"}, false},
        {{"nodes=4", "timeout=27899"}, true}, /* more than Ray needs */
        {{"nodes=4", "timeout=28801"}, true},
        {{"nodes=3", "timeout=28800"}, false},
        {{"nodes=4", "timeout=28800", "template=plain"}, false},
        {{"nodes=4", "timeout=auto"}, false},
        {{"nodes=1", "timeout=28799"}, true}, /* below the limit */
        {{"nodes=1", "timeout=28801"}, true}, /* beyond it */
        {{"nodes=1", "timeout=28801", "time=unlimited"}, false},
        {{"nodes=1", "timeout=0", "time=2-0"}, false},
        {{"nodes=4", "timeout=28800", "time=unlimited"}, false},
        {{"nodes=4", "timeout=0"}, false},
        {{"nodes=4", "timeout=14400", "time=4:15:00"}, false},
        {{"nodes=4", "timeout=14400", "time=4:05:00"}, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings *settings = settings_new();
        cleanup_words struct words warnings = {0};
        for (size_t j = 0; j < 4 && cases[i].asked[j]; j++)
            set(settings, cases[i].asked[j]);
        settings_warnings(settings, &warnings);
        is_number((long)warnings.count, cases[i].is_warned, "timeout and limit");
        settings_free(settings);
    }
}

int main(void)
{
    struct site site = {0};
    struct scheduler_limits limits;
    struct site_reservation items[] = {
        {.name = (char[]){"maint"},
         .starts_at = NOW + 17278,
         .ends_at = NOW + 24478,
         .n_nodes = 1,
         .is_maintenance = true},
        {.name = (char[]){"past"},
         .starts_at = NOW - 500,
         .ends_at = NOW - 100,
         .n_nodes = 1,
         .is_maintenance = true},
        {.name = (char[]){"course"},
         .starts_at = NOW + 60,
         .ends_at = NOW + 24478,
         .n_nodes = 1},
    };
    struct site_reservations reservations = {items, 3, 3};
    struct site_facts facts = {&site, &limits, &reservations, NOW};

    slurm_site_parse_partitions(sinfo, sizeof sinfo - 1, "#", &site);
    is_number((long)site.n_partitions, 2, "two partitions");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        test_row(i, &facts, &limits);
    test_settings();
    site_release(&site);
    return tap_done();
}
