#include "launcher/scheduler/slurm/slurm_site.h"

#include <stdlib.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_fields.h"
#include "tests/tap/tap.h"

static void test_config(void)
{
    struct site_config limits = {0};
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct error err = {0};

    slurm_site_parse_config("", &limits);
    is_number(limits.message_timeout_s, 0, "nothing told");
    slurm_site_parse_config(
        "MessageTimeout\nMessageTimeout =\nMessageTimeoutX = 5\n"
        "XMessageTimeout = 6\nMaxArraySize = -4\nMaxJobCount = 99999999999"
        "99999999999\nClusterName = (null)\nMinJobAge = 2 sec",
        &limits);
    is_number(limits.message_timeout_s, 0, "broken lines");
    is_number(limits.max_array_size, 0, "a negative number");
    is_number(limits.max_job_count, 0, "a number too large");
    is_string(limits.cluster, "", "(null) is nothing");
    is_number(limits.min_job_age_s, 2, "a last line without its end");

    ok(file_read_all("tests/fixtures/slurm-22.05/config.txt", 1 << 20, &bytes, &size,
                     &err) == 0,
       "the recorded text %s", err.text);
    if (!bytes)
        return;
    slurm_site_parse_config(bytes, &limits);
    is_string(limits.version, "22.05.8", "version");
    is_string(limits.cluster, "rltest", "cluster");
    is_number(limits.message_timeout_s, 10, "MessageTimeout");
    is_number(limits.min_job_age_s, 300, "MinJobAge");
    is_number(limits.max_array_size, 10001, "MaxArraySize");
    is_number(limits.max_job_count, 20000, "MaxJobCount");
    ok(!limits.has_rate_limit, "no rate limit");

    slurm_site_parse_config(
        "SlurmctldParameters     = idle_on_node_suspend,rl_enable\n", &limits);
    ok(limits.has_rate_limit && limits.rate_burst == 30 && limits.rate_per_s == 2,
       "rl_enable and its defaults");
    slurm_site_parse_config("SlurmctldParameters = rl_enable,rl_bucket_size=100,"
                            "rl_refill_rate=10,rl_refill_period=20\n",
                            &limits);
    ok(limits.rate_burst == 100 && limits.rate_per_s == 0.5, "its parameters");
}

static void test_partitions(void)
{
    struct site site = {0};
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct error err = {0};

    slurm_site_parse_partitions("", 0, "#", &site);
    is_number(site.n_partitions, 0, "no partition");
    static const char mixed[] = "PARTITION#AVAIL#TIMELIMIT#NODES#CPUS#MEMORY#GRES#\n"
                                "big*#up#1-00:00:00#2#64#500000#gpu:a100:4(S:0-1)#\n"
                                "big*#up#1-00:00:00#3#128+#250000+#gpu:a100:4(S:0)#\n"
                                "big*#up#1-00:00:00#1#8#1000#gpu:a100:40#\n"
                                "old#down#infinite#1#4#8000#(null)#\n"
                                "*#up#infinite#1#4#8000#(null)#\n";
    slurm_site_parse_partitions(mixed, sizeof mixed - 1, "#", &site);
    is_number(site.n_partitions, 2, "a partition of several kinds of nodes is one");
    const struct site_partition *big = site_find(&site, "big");
    ok(big && big->is_default && big->is_up, "the default one");
    ok(big && big->nodes == 6 && big->cpus == 128 && big->memory_mib == 500000,
       "its nodes together, its largest node");
    is_string(big ? big->gres : NULL, "gpu:a100:4, gpu:a100:40", "its kinds of GPUs");
    is_string(big ? big->time_limit : NULL, "1-00:00:00", "its time limit");
    const struct site_partition *old = site_find(&site, "old");
    ok(old && !old->is_default && !old->is_up, "one that is down");
    is_string(old ? old->gres : NULL, "", "without GPUs");
    ok(!site_find(&site, "nosuch"), "one that is not there");
    cleanup_free char *names = site_names(&site);
    is_string(names, "big (default), old", "their names");
    site_release(&site);

    ok(file_read_all("tests/fixtures/slurm-22.05/sinfo.txt", 1 << 20, &bytes, &size,
                     &err) == 0,
       "the recorded text %s", err.text);
    if (!bytes)
        return;
    slurm_site_parse_partitions(bytes, size, ":SEP:", &site);
    is_number(site.n_partitions, 2, "two partitions");
    const struct site_partition *gpu = site_find(&site, "gpu");
    ok(gpu && gpu->is_default && gpu->nodes == 3 && gpu->cpus == 32 &&
           gpu->memory_mib == 64000,
       "gpu");
    is_string(gpu ? gpu->gres : NULL, "gpu:2", "with two GPUs a node");
    is_string(site_find(&site, "cpu") ? site_find(&site, "cpu")->time_limit : NULL,
              "1:00:00", "cpu's limit");
    site_release(&site);
}

static void test_ids(void)
{
    static const struct {
        const char *id;
        bool is_good;
    } rows[] = {{"", false},    {"0", false},  {"-1", false},   {"--me", false},
                {"abc", false}, {"1a", false}, {"1 2", false},  {"local-ab", false},
                {"1", true},    {"123", true}, {"123_4", true}, {"40+1", true},
                {"_1", false},  {"+1", false}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_number(slurm_fields_is_id(rows[i].id), rows[i].is_good, rows[i].id);
}

int main(void)
{
    test_config();
    test_partitions();
    test_ids();
    return tap_done();
}
