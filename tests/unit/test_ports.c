#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/settings/ports_users.h"
#include "launcher/settings/settings.h"
#include "tests/tap/tap.h"

static void test_span(void)
{
    static const char *const bad[] = {
        "",          "-",          "12",           "12-",           "1023-2000",
        "2000-1999", "2000-65536", "2000-3000 ",   " 2000-3000",    "2000--3000",
        "a-b",       "2000-3000x", "020000-30000", "2000-99999999", "0x10-0x20",
    };
    struct ports_span span = {7, 7};
    struct error err = {0};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(ports_span_parse(bad[i], "here", &span, &err) < 0 &&
               err.kind == ERROR_USAGE && strncmp(err.text, "here: ", 6) == 0 &&
               span.first == 7,
           "no range: '%s'", bad[i]);
    ok(ports_span_parse("1024-65535", "here", &span, &err) == 0 && span.first == 1024 &&
           span.last == 65535,
       "all ports");
    struct ports_span ephemeral = ports_ephemeral();
    ok(ephemeral.first > 0 && ephemeral.last >= ephemeral.first,
       "this machine's ephemeral ports: %ld-%ld", ephemeral.first, ephemeral.last);
}

/* Computed by templates/keeper, as if every port were free. */
static const struct row {
    long first, last, low, high;
    unsigned long uid;
    bool strict;
    long cpus;
    size_t n_grains, n_slices;
    long slice_first, slice_last;
    long job_first, job_last, last_service, last_worker;
} rows[] = {
    {10000, 31999, 32768, 60999, 1001, false, 8, 171, 10, 12160, 14207, 12160, 12287,
     12171, 12276},
    {10000, 31999, 32768, 60999, 1009, false, 8, 171, 10, 28544, 31999, 28544, 28671,
     28555, 28660},
    {10000, 31999, 32768, 60999, 4294967294, false, 64, 171, 10, 18304, 20351, 18304,
     18943, 18315, 18836},
    {10000, 31999, 32768, 60999, 1009, true, 1000, 171, 10, 28544, 31999, 0, 0, 0, 0},
    {10000, 31999, 32768, 60999, 1009, false, 1000, 171, 10, 28544, 31999, 10112, 18303,
     10123, 18191},
    {10000, 31999, 32768, 60999, 1008, true, 300, 171, 10, 26496, 28543, 0, 0, 0, 0},
    {10000, 65535, 32768, 60999, 1016, true, 8, 212, 13, 14208, 16255, 14208, 14335,
     14219, 14324},
    {10000, 31999, 9000, 65000, 1003, false, 8, 62, 3, 3072, 5119, 3072, 3199, 3083,
     3188},
    {10000, 31999, 20000, 25000, 1004, false, 200, 131, 8, 18304, 25471, 18304, 19967,
     18315, 19932},
    {10000, 31999, 20000, 25000, 1004, true, 200, 131, 8, 18304, 25471, 18304, 19967,
     18315, 19932},
    {10000, 31999, 1024, 65535, 1004, false, 8, 0, 1, 0, 0, 0, 0, 0, 0},
    {10000, 10200, 32768, 60999, 1004, false, 8, 0, 1, 0, 0, 0, 0, 0, 0},
    {10112, 10239, 32768, 60999, 1004, true, 8, 1, 1, 10112, 10239, 10112, 10239, 10123,
     10228},
    {10112, 10239, 32768, 60999, 1004, true, 14, 1, 1, 10112, 10239, 0, 0, 0, 0},
    {10112, 12287, 32768, 60999, 7, true, 240, 17, 1, 10112, 12287, 10112, 12159, 10123,
     12063},
};

static void test_row(const struct row *row)
{
    struct ports_span range = {row->first, row->last};
    struct ports_span ephemeral = {row->low, row->high};
    struct ports_use uses[PORTS_SERVICES + 1];
    struct ports_grid grid;
    struct ports_area area;
    struct ports_job job;
    struct error err = {0};

    ports_grid_make(range, ephemeral, &grid);
    ports_slice(&grid, row->uid, &area);
    ports_first_job(&grid, row->uid, row->strict, ports_workers(row->cpus), &job);
    ok(grid.n_grains == row->n_grains && grid.n_slices == row->n_slices,
       "%ld-%ld without %ld-%ld: %zu grains, %zu slices", row->first, row->last,
       row->low, row->high, grid.n_grains, grid.n_slices);
    ok(row->slice_first == 0
           ? area.count == 0
           : area.count > 0 && area.spans[0].first == row->slice_first &&
                 area.spans[area.count - 1].last == row->slice_last,
       "the slice of %lu", row->uid);
    ok(job.span.first == row->job_first && job.span.last == row->job_last,
       "the job of %lu with %ld CPUs: %ld-%ld", row->uid, row->cpus, job.span.first,
       job.span.last);
    ok(job.services[PORTS_SERVICES - 1] == row->last_service &&
           job.workers.last == row->last_worker,
       "its services to %ld, its workers to %ld", job.services[PORTS_SERVICES - 1],
       job.workers.last);
    if (job.n_grains > 0)
        ok(ports_check_uses(uses, ports_job_uses(&job, uses), &err) == 0,
           "Ray's rules hold%s%s", *err.text ? ": " : "", err.text);
}

static void test_gap(void)
{
    struct ports_span range = {10000, 31999}, ephemeral = {20000, 25000};
    struct ports_grid grid;
    struct ports_area area;

    ports_grid_make(range, ephemeral, &grid);
    ports_slice(&grid, 1004, &area);
    ok(area.count == 2 && area.spans[0].last < 20000 && area.spans[1].first > 25000,
       "a slice around the ephemeral ports is in two pieces");
}

static void test_rules(void)
{
    struct ports_use uses[] = {{"gcs", {6379, 6379}},
                               {"client", {10001, 10001}},
                               {"worker_ports", {10002, 19999}}};
    struct ports_use layout[PORTS_LAYOUT];
    struct error err = {0};

    ok(ports_check_uses(uses, 3, &err) == 0, "disjoint ports");
    uses[2].span.first = 10001;
    ok(ports_check_uses(uses, 3, &err) < 0 && strstr(err.text, "worker_ports") &&
           strstr(err.text, "10001") && strstr(err.text, "client"),
       "the workers cover the client: %s", err.text);
    uses[2].span = (struct ports_span){10002, 65536};
    ok(ports_check_uses(uses, 3, &err) < 0, "beyond the last port");
    uses[2].span = (struct ports_span){10003, 10002};
    ok(ports_check_uses(uses, 3, &err) < 0, "a range the wrong way round");
    for (size_t k = 0; k < 4; k++)
        ok(ports_check_uses(layout, ports_layout_uses(k, layout), &err) == 0,
           "Ray's documentation, user %zu", k);
    ports_layout_uses(1, layout);
    is_number(layout[0].span.first, 6380, "the seed's ray_port");
    is_number(layout[PORTS_LAYOUT_WORKERS].span.first, 20002, "its min_worker_port");
    is_number(layout[PORTS_LAYOUT_WORKERS].span.last, 29999, "its max_worker_port");
    ok(ports_check_uses(layout, ports_layout_uses(4, layout), &err) < 0,
       "a fifth user's workers would cover the agent's port");
}

static void test_arguments(void)
{
    static const struct {
        const char *argument, *owned;
    } cases[] = {
        {"--node-manager-port=6700", "--node-manager-port"},
        {"--node_manager_port=6700", "--node-manager-port"},
        {"--min-worker-port 10002", "--min-worker-port"},
        {"--port", "--port"},
        {"--head", "--head"},
        {"--temp-dir=/x", "--temp-dir"},
        {"--labels=port=1", NULL},
        {"--portable", NULL},
        {"--resources={\"--port\":1}", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_words struct words words = {0};
        words_add(&words, "--num-cpus=2");
        words_add(&words, cases[i].argument);
        is_string(ports_owned_argument(&words), cases[i].owned, cases[i].argument);
    }
    struct settings *settings = settings_new();
    struct error err = {0};
    settings_set(settings, SETTING_RAY_START_ARGS, "--port=7", RANK_FLAG,
                 "flag --ray-start-args", &err);
    ok(settings_check(settings, &err) < 0 && err.kind == ERROR_USAGE &&
           strstr(err.text, "--port"),
       "settings_check: %s", err.text);
    settings_free(settings);
}

static bool look_up(const char *word, char **ret_name, unsigned long *ret_uid)
{
    static const char *const names[] = {"alice", "bob", "carol"};

    for (size_t i = 0; i < 3; i++) {
        if (strcmp(word, names[i]) == 0 ||
            (strlen(word) == 4 && word[3] == (char)('1' + i) &&
             strncmp(word, "100", 3) == 0)) {
            *ret_name = xstrdup(names[i]);
            *ret_uid = 1001 + i;
            return true;
        }
    }
    return false;
}

static void default_grid(struct ports_grid *grid)
{
    struct ports_span range = {10000, 31999}, ephemeral = {32768, 60999};

    ports_grid_make(range, ephemeral, grid);
}

static void test_bad_maps(void)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"alice\nnobody-here\n", "m:2: there is no user 'nobody-here'"},
        {"alice 12-13\n", "m:1: '12-13' is no range of ports"},
        {"alice x\n", "m:1: 'x' is no range"},
        {"alice 10112-12159 more\n", "m:1: 'more' is one word too many"},
        {"alice 10113-10240\n", "holds no whole grain"},
        {"alice\n1001\n", "user 'alice' is there twice"},
    };
    struct ports_grid grid;

    default_grid(&grid);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ports_users users = {0};
        struct error err = {0};
        ok(ports_users_parse(&users, &grid, bad[i].text, "m", look_up, &err) < 0 &&
               err.kind == ERROR_INPUT && strstr(err.text, bad[i].says),
           "%s", err.text);
        ports_users_release(&users);
    }
}

static size_t overlaps_of(const char *text, char *names, size_t size)
{
    struct ports_users users = {0};
    struct ports_grid grid;
    struct error err = {0};
    size_t count = 0;

    default_grid(&grid);
    names[0] = '\0';
    if (ports_users_parse(&users, &grid, text, "m", look_up, &err) < 0)
        ok(0, "a good map: %s", err.text);
    cleanup_free struct ports_overlap *overlaps = ports_users_overlaps(&users, &count);
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, size - used, "%s+%s %ld-%ld;",
                 users.users[overlaps[i].a].name, users.users[overlaps[i].b].name,
                 overlaps[i].span.first, overlaps[i].span.last);
    }
    ports_users_release(&users);
    return count;
}

static void test_overlaps(void)
{
    char names[512];

    is_number(overlaps_of("# nobody\n\n  \t\n", names, sizeof names), 0, "no user");
    is_number(overlaps_of("alice\nbob # his slice\r\n1003", names, sizeof names), 0,
              "three slices");
    overlaps_of("alice\nx 12160-12287\n", names, sizeof names);
    is_string(names, "alice+x 12160-12287;", "a range in a slice");
    overlaps_of("a 10112-12159\nb 12159-14207\n", names, sizeof names);
    is_string(names, "a+b 12159-12159;", "one port");
    is_number(overlaps_of("a 10112-12159\nb 12160-14207\n", names, sizeof names), 0,
              "side by side");
    overlaps_of("c 11000-11500\nb 10500-20000\na 10112-10700\nd 19000-19999\n", names,
                sizeof names);
    is_string(names, "a+b 10500-10700;b+c 11000-11500;b+d 19000-19999;",
              "everyone who shares is named");
}

int main(void)
{
    test_span();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        test_row(&rows[i]);
    test_gap();
    test_rules();
    test_arguments();
    test_bad_maps();
    test_overlaps();
    return tap_done();
}
