#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/store.h"
#include "tests/tap/tap.h"

static void free_settings(struct settings **settings)
{
    settings_free(*settings);
}
#define cleanup_settings __attribute__((cleanup(free_settings)))

static int set(struct settings *settings, enum setting key, const char *value,
               enum setting_rank rank)
{
    struct error err = {0};
    int rc = settings_set(settings, key, value, rank, "somewhere", &err);

    if (rc < 0)
        printf("# %s\n", err.text);
    return rc;
}

static void test_table(void)
{
    cleanup_settings struct settings *settings = settings_new();
    cleanup_free char *doc = NULL;
    size_t size = 0;
    struct error err = {0};

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        enum setting key = (enum setting)i;
        enum setting found = SETTING_COUNT;
        const struct setting_spec *spec = setting_spec(key);
        ok(setting_from_name(spec->name, &found) && found == key, "%s is found",
           spec->name);
        if (*spec->alias)
            ok(setting_from_name(spec->alias, &found) && found == key, "%s is found",
               spec->alias);
        if (spec->fallback)
            ok(settings_is_set(settings, key), "the built-in %s is a good value",
               spec->name);
        ok(!settings_is_asked(settings, key), "a built-in is not asked");
    }
    if (!ok(file_read_all("docs/configuration.md", LIMIT_CONFIG_BYTES, &doc, &size,
                          &err) == 0,
            "docs/configuration.md is read (run from the top folder)"))
        return;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting_spec *spec = setting_spec((enum setting)i);
        cleanup_free char *row = xasprintf("| `%s` |", spec->name);
        ok(strstr(doc, row), "the manual has a row for %s", spec->name);
    }
}

static void test_names(void)
{
    enum setting key = SETTING_COUNT;

    ok(!setting_from_name("", &key), "no name");
    ok(!setting_from_name("partiton", &key), "a wrong name");
    ok(!setting_from_name("NODES", &key), "capitals are not names");
    char long_name[500];
    memset(long_name, 'n', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    ok(!setting_from_name(long_name, &key), "a very long name");
    static const struct {
        const char *name;
        enum setting key;
    } rows[] = {
        {"cpus-per-task", SETTING_CPUS_PER_TASK},
        {"cpusPerTask", SETTING_CPUS_PER_TASK},
        {"slurm_cpus_per_task", SETTING_CPUS_PER_TASK},
        {"time_limit", SETTING_TIME},
        {"timeLimit", SETTING_TIME},
        {"slurm-time-limit", SETTING_TIME},
        {"timeout_seconds", SETTING_TIMEOUT},
        {"setupCommands", SETTING_SETUP},
        {"hydra.launcher.slurm_nodes", SETTING_NODES},
        {"ports.first", SETTING_PORTS_FIRST},
        {"ports_first", SETTING_PORTS_FIRST},
        {"ports-first", SETTING_PORTS_FIRST},
        {"jobName", SETTING_JOB_NAME},
        {"memPerCpu", SETTING_MEM_PER_CPU},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ok(setting_from_name(rows[i].name, &key) && key == rows[i].key, "%s is known",
           rows[i].name);
    is_string(setting_nearest("partiton"), "partition", "the nearest name");
    ok(!setting_nearest("zzzzzzzzz"), "no name is near");
}

static void test_ranks(void)
{
    cleanup_settings struct settings *settings = settings_new();

    is_number(settings_integer(settings, SETTING_NODES), 4, "built-in");
    is_string(settings_origin(settings, SETTING_NODES), "built-in", "its origin");
    set(settings, SETTING_NODES, "2", RANK_PROJECT);
    is_number(settings_integer(settings, SETTING_NODES), 2, "a file wins");
    is_string(settings_origin(settings, SETTING_NODES), "somewhere", "its origin");
    set(settings, SETTING_NODES, "3", RANK_USER);
    is_number(settings_integer(settings, SETTING_NODES), 2, "a lower rank does not");
    set(settings, SETTING_NODES, "5", RANK_PROJECT);
    is_number(settings_integer(settings, SETTING_NODES), 5, "the last of a rank wins");
    ok(set(settings, SETTING_NODES, "x", RANK_USER) < 0, "a lower rank is checked too");
    set(settings, SETTING_ACCOUNT, "lab", RANK_PROJECT);
    set(settings, SETTING_ACCOUNT, "", RANK_FLAG);
    ok(!settings_is_set(settings, SETTING_ACCOUNT) &&
           settings_is_asked(settings, SETTING_ACCOUNT),
       "an empty text unsets");
    set(settings, SETTING_MEM, "4G", RANK_PROJECT);
    set(settings, SETTING_MEM, "", RANK_FLAG);
    is_number(settings_mib(settings, SETTING_MEM), 0, "a memory can be unset");
    is_number(settings_integer(settings, SETTING_POLL), -1, "a number that is not set");
    is_number(settings_minutes(settings, SETTING_TIME), 480, "the built-in time limit");
}

static void test_timeout(void)
{
    static const struct {
        const char *time, *timeout;
        long long seconds;
    } rows[] = {
        {NULL, NULL, 28800},    {"2-00:00:00", NULL, 172800},
        {"10:30", NULL, 660}, /* no less than the limit */
        {"unlimited", NULL, 0}, {"2-00:00:00", "28800", 28800}, /* a number as typed */
        {"5", "28800", 28800},  {"5", "0", 0},
        {"5", "auto", 300}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_settings struct settings *settings = settings_new();
        if (rows[i].time)
            set(settings, SETTING_TIME, rows[i].time, RANK_PROJECT);
        if (rows[i].timeout)
            set(settings, SETTING_TIMEOUT, rows[i].timeout, RANK_PROJECT);
        is_number(settings_timeout_s(settings), rows[i].seconds, rows[i].time);
    }
}

static void test_lists(void)
{
    cleanup_settings struct settings *settings = settings_new();
    struct error err = {0};

    set(settings, SETTING_SETUP, "a", RANK_USER);
    set(settings, SETTING_SETUP, "b", RANK_USER);
    is_number(settings_list(settings, SETTING_SETUP)->count, 2, "a rank appends");
    set(settings, SETTING_SETUP, "c", RANK_PROJECT);
    is_number(settings_list(settings, SETTING_SETUP)->count, 1, "a new rank replaces");
    settings_set(settings, SETTING_SETUP, "d", RANK_FLAG, "flag --setup", &err);
    settings_set(settings, SETTING_SETUP, "e", RANK_FLAG, "flag --setup", &err);
    is_number(settings_list(settings, SETTING_SETUP)->count, 3, "--setup appends");
    is_string(settings_origin(settings, SETTING_SETUP), "somewhere, flag --setup",
              "both origins");
    set(settings, SETTING_MODULES, "a", RANK_PROJECT);
    set(settings, SETTING_MODULES, "b", RANK_FLAG);
    is_number(settings_list(settings, SETTING_MODULES)->count, 1,
              "other flags replace");
    set(settings, SETTING_ENV, "A=1", RANK_FLAG);
    set(settings, SETTING_ENV, "AB=1", RANK_FLAG);
    set(settings, SETTING_ENV, "A=2", RANK_FLAG);
    is_number(settings_list(settings, SETTING_ENV)->count, 2, "a variable stands once");
    is_string(settings_list(settings, SETTING_ENV)->items[0], "A=2",
              "the last value of it");
    settings_clear_list(settings, SETTING_MODULES, RANK_USER, "x");
    is_number(settings_list(settings, SETTING_MODULES)->count, 1,
              "a lower rank clears nothing");
}

static void test_errors(void)
{
    cleanup_settings struct settings *settings = settings_new();
    struct error err = {0};

    settings_set(settings, SETTING_NODES, "x", RANK_FLAG, "flag --nodes", &err);
    ok(err.kind == ERROR_USAGE, "a flag is a usage error");
    is_string(err.text, "flag --nodes: 'x' is not a whole number from 1 to 1000000",
              "its text");
    settings_set(settings, SETTING_NODES, "x", RANK_PROJECT, "raylaunch.yaml:3", &err);
    ok(err.kind == ERROR_INPUT, "a file is an input error");
    is_string(err.text,
              "raylaunch.yaml:3: 'nodes': 'x' is not a whole number from 1 to 1000000",
              "its text");
    is_number(settings_integer(settings, SETTING_NODES), 4, "nothing was changed");
    settings_set(settings, SETTING_NODES, "x", RANK_FLAG, "flag --nodes", NULL);
    settings_free(NULL);
}

static void test_memory_rule(void)
{
    cleanup_settings struct settings *settings = settings_new();
    struct error err = {0};

    ok(settings_memory_rule(settings) == MEMORY_WHOLE_NODE,
       "exclusive and nothing asked");
    set(settings, SETTING_EXCLUSIVE, "no", RANK_FLAG);
    ok(settings_memory_rule(settings) == MEMORY_PER_CPU, "shared and nothing asked");
    set(settings, SETTING_MEM, "8G", RANK_USER);
    ok(settings_memory_rule(settings) == MEMORY_PER_NODE, "mem is asked");
    set(settings, SETTING_MEM_PER_CPU, "1G", RANK_PROJECT);
    ok(settings_memory_rule(settings) == MEMORY_PER_CPU, "mem_per_cpu is nearer");
    ok(settings_check(settings, &err) == 0, "no contradiction between ranks");
    set(settings, SETTING_MEM, "8G", RANK_PROJECT);
    ok(settings_check(settings, &err) < 0 && err.kind == ERROR_INPUT &&
           strstr(err.text, "exclude each other"),
       "a contradiction in one rank: %s", err.text);
    set(settings, SETTING_MEM, "8G", RANK_FLAG);
    ok(settings_memory_rule(settings) == MEMORY_PER_NODE, "mem is nearer");
    ok(settings_check(settings, &err) == 0, "no contradiction");
    set(settings, SETTING_PORTS_FIRST, "31999", RANK_FLAG);
    ok(settings_check(settings, &err) < 0 && err.kind == ERROR_USAGE,
       "a range of no ports: %s", err.text);
}

int main(void)
{
    test_table();
    test_names();
    test_ranks();
    test_timeout();
    test_lists();
    test_errors();
    test_memory_rule();
    return tap_done();
}
