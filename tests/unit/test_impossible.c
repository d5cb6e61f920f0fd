#include "launcher/check/impossible.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "tests/tap/tap.h"

/* As sinfo -e prints them: "mixed" has large memory on other nodes than many CPUs,
 * "cloud" shows two of its ten nodes, and "old" is of a sinfo that gave the least only.
 */
static const char nodes[] = "#\ngpu*#up#infinite#3#32#64000#gpu:a100:2(S:0-1)#\n"
                            "cpu#up#1:00:00#8#64#128000#(null)#\n"
                            "mixed#up#infinite#2#64#64000#(null)#\n"
                            "mixed#up#infinite#4#16#1000000#gpu:h100:4,gpu:2#\n"
                            "cloud#up#infinite#2#8#16000#(null)#\n"
                            "old#up#infinite#9#8+#16000+#(null)#\n"
                            "odd#up#infinite#1#4#8000#gpu,tmp:5#\n"
                            "one#up#infinite#3#32#64000#gpu:2#\n";
static const char partitions[] =
    "PartitionName=gpu AllowAccounts=ALL AllowQos=ALL Default=YES QoS=N/A "
    "MaxNodes=UNLIMITED MaxTime=UNLIMITED MinNodes=0 MaxCPUsPerNode=UNLIMITED "
    "TotalNodes=3 MaxMemPerNode=UNLIMITED\n"
    "PartitionName=cpu AllowAccounts=ALL MaxTime=01:00:00 MinNodes=2 TotalNodes=8\n"
    "PartitionName=mixed MaxTime=UNLIMITED TotalNodes=6\n"
    "PartitionName=cloud MaxTime=UNLIMITED TotalNodes=10\n"
    "PartitionName=old MaxTime=UNLIMITED TotalNodes=9\n"
    "PartitionName=odd MaxTime=UNLIMITED TotalNodes=1\n"
    "PartitionName=one QoS=part MaxNodes=1 MaxTime=UNLIMITED TotalNodes=3 "
    "AllowAccounts=lab,phys MaxMemPerNode=1000 MaxCPUsPerNode=16\n"
    "PartitionName=shut MaxTime=UNLIMITED TotalNodes=3 AllowAccounts=other\n"
    "PartitionName=denied MaxTime=UNLIMITED TotalNodes=3 DenyAccounts=lab\n"
    "PartitionName=above MaxTime=UNLIMITED TotalNodes=3 AllowAccounts=root\n"
    "PartitionName=few MaxTime=UNLIMITED TotalNodes=3 AllowQos=wide,small\n";
static const char qos[] =
    "normal|||||||||||\n"
    "small|||||||00:30:00||cpu=8,gres/gpu=1,gres/gpu:a100=9,mem=10G|cpu=6|\n"
    "wide||||||||PartitionMaxNodes,PartitionMinNodes,PartitionTimeLimit|||\n"
    "least|||||||||||cpu=64,node=2\n"
    "part|||||||||node=2||\n";
static const char user[] = "lab|lab||||||||small,normal,wide,least||cpu=24\n";
static const char accounts[] = "root||||\nlab|root|||\n";

/* What is asked, and a text of what is sure; "": nothing, "?": something that is only
 * likely. */
static const struct {
    const char *asked[7];
    const char *sure;
} rows[] = {
    /* nodes */
    {{"nodes=3"}, ""},
    {{"nodes=4"}, "say --nodes 3 or less"},
    {{"partition=cloud", "nodes=8", "gpus_per_task=0", "mem=1G"}, "?"},
    {{"partition=cloud", "nodes=2", "gpus_per_task=0", "mem=1G"}, ""},
    {{"partition=one", "nodes=2", "mem=1G", "cpus_per_task=1"},
     "MaxNodes gives a job 1"},
    {{"partition=one", "nodes=2", "mem=900", "qos=wide", "cpus_per_task=1"}, ""},
    {{"partition=one", "nodes=3", "mem=900", "qos=wide", "cpus_per_task=1"},
     "QoS part, MaxTRESPerJob gives a job 2"},
    {{"partition=cpu", "nodes=1", "gpus_per_task=0", "time=60"},
     "MinNodes wants 2 at least"},
    {{"partition=cpu", "nodes=1", "gpus_per_task=0", "time=60", "qos=wide"}, ""},
    {{"partition=nosuch", "nodes=400"}, ""},
    /* CPUs, memory, GPUs: of one and the same node */
    {{"nodes=1", "cpus_per_task=32", "mem=4G"}, "MaxTRESPerNode gives a job 24"},
    {{"nodes=1", "cpus_per_task=33", "mem=4G", "qos=small"}, "has 32"},
    {{"nodes=1", "mem=64001"}, "64001 MiB"},
    {{"nodes=1", "mem=64000"}, ""},
    {{"nodes=1", "mem_per_cpu=9G", "exclusive=no"}, "73728 MiB"},
    {{"nodes=1", "mem_per_cpu=4G", "exclusive=no"}, ""},
    {{"nodes=1", "gpus_per_task=3"}, "more than 2"},
    {{"nodes=1", "gpus_per_task=2", "gpu_type=a100"}, ""},
    {{"nodes=1", "gpus_per_task=1", "gpu_type=h100"},
     "choose a partition with GPUs: mixed"},
    {{"partition=cpu", "nodes=8", "time=60"},
     "choose a partition with GPUs: gpu, mixed"},
    {{"partition=mixed", "nodes=2", "gpus_per_task=0", "cpus_per_task=24"}, ""},
    {{"partition=mixed", "nodes=3", "gpus_per_task=0", "cpus_per_task=24"},
     "has 2 such nodes"},
    {{"partition=mixed", "nodes=4", "gpus_per_task=0", "cpus_per_task=16",
      "mem=900000"},
     ""},
    {{"partition=mixed", "nodes=1", "gpus_per_task=0", "cpus_per_task=17",
      "mem=900000"},
     "has 0 such nodes"},
    {{"partition=mixed", "nodes=6", "gpus_per_task=0", "mem=1G"}, ""},
    {{"partition=mixed", "nodes=1", "gpus_per_task=6", "mem=1G"}, ""},
    {{"partition=mixed", "nodes=1", "gpus_per_task=3", "gpu_type=h100", "mem=1G"}, ""},
    {{"partition=old", "nodes=9", "gpus_per_task=0", "mem=900000"}, ""},
    {{"partition=odd", "nodes=1", "cpus_per_task=4", "gpus_per_task=9"}, ""},
    /* whole nodes, memory for each CPU */
    {{"nodes=1", "mem_per_cpu=4G"}, "32 x 4096 MiB = 131072 MiB"},
    {{"nodes=1", "mem_per_cpu=2000"}, ""},
    {{"nodes=1", "mem_per_cpu=2001"}, "--mem-per-cpu 2000M"},
    {{"nodes=1", "mem_per_cpu=4G", "sbatch=hint=nomultithread"}, "?"},
    {{"nodes=1"}, ""},
    {{"partition=mixed", "nodes=4", "gpus_per_task=0", "mem_per_cpu=8G"}, ""},
    /* time */
    {{"partition=cpu", "nodes=8", "gpus_per_task=0", "time=90"}, "say --time 01:00:00"},
    {{"partition=cpu", "nodes=8", "gpus_per_task=0", "time=60"}, ""},
    {{"partition=cpu", "nodes=8", "gpus_per_task=0", "time=90", "qos=wide"}, ""},
    {{"partition=cpu", "nodes=8", "gpus_per_task=0", "time=90", "sbatch=time-min=30"},
     ""},
    {{"partition=cpu", "nodes=8", "gpus_per_task=0", "time=unlimited"}, "unlimited"},
    {{"nodes=1", "cpus_per_task=4", "time=40", "qos=small", "mem=1G"},
     "QoS small, MaxWall"},
    {{"partition=cpu", "nodes=8", "gpus_per_task=0", "time=90", "qos=nosuch"}, "?"},
    /* what QoS, association and partition give one job */
    {{"nodes=2", "cpus_per_task=5", "time=20", "qos=small", "mem=1G",
      "gpus_per_task=0"},
     "10 CPUs in all are asked, and QoS small, MaxTRESPerJob"},
    {{"nodes=1", "cpus_per_task=7", "time=20", "qos=small", "mem=1G"},
     "QoS small, MaxTRESPerNode gives a job 6"},
    {{"nodes=2", "cpus_per_task=4", "time=20", "qos=small", "mem=1G"},
     "2 GPUs in all are asked"},
    {{"nodes=1", "cpus_per_task=4", "time=20", "qos=small", "mem=11G"},
     "gives a job 10240"},
    {{"nodes=1", "cpus_per_task=4", "time=20", "qos=small", "mem=10G"}, ""},
    {{"nodes=2", "cpus_per_task=8", "exclusive=no", "qos=least", "mem=1G"},
     "QoS least, MinTRESPerJob wants 64 at least"},
    {{"nodes=2", "cpus_per_task=8", "qos=least", "mem=1G"}, ""},
    {{"nodes=1", "cpus_per_task=8", "qos=least", "mem=1G"}, "1 nodes are asked"},
    {{"partition=one", "nodes=1", "mem=1001", "cpus_per_task=1"}, "MaxMemPerNode"},
    {{"partition=one", "nodes=1", "mem=1000", "cpus_per_task=17"}, "MaxCPUsPerNode"},
    {{"partition=shut", "nodes=1"}, "AllowAccounts=other, and yours is lab"},
    {{"partition=denied", "nodes=1"}, "DenyAccounts=lab"},
    {{"partition=above", "nodes=1"}, ""},
    {{"partition=few", "nodes=1"}, "AllowQos=wide,small, and yours is normal"},
    {{"partition=few", "nodes=1", "qos=wide"}, ""},
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

static struct slurm_cache answers_of(bool has_rewriter)
{
    const char *const texts[ANSWER_COUNT] = {nodes, partitions, "",
                                             user,  accounts,   qos};
    struct slurm_cache answers = {.has_limits = true,
                                  .limits = {.has_accounting = true,
                                             .has_limits = true,
                                             .counts_memory = true,
                                             .has_rewriter = has_rewriter},
                                  .has_texts = true};

    for (size_t i = 0; i < ANSWER_COUNT; i++)
        answers.texts[i] = xstrdup(texts[i]);
    return answers;
}

static void judge(const struct slurm_cache *answers, const struct site *site,
                  const struct settings *settings, struct words *sure,
                  struct words *likely)
{
    const char *name = settings_text(settings, SETTING_PARTITION);
    struct slurm_config_request request = {name, "",
                                           settings_text(settings, SETTING_QOS)};
    struct scheduler_limits limits;

    slurm_config_find(answers, &request, &limits);
    const struct impossible_facts facts = {site, site_find(site, name), &limits};
    impossible(settings, &facts, sure, likely);
}

static void test_row(size_t i, const struct slurm_cache *answers,
                     const struct slurm_cache *rewritten, const struct site *site,
                     const struct site *other)
{
    struct settings *settings = settings_new();
    cleanup_words struct words sure = {0};
    cleanup_words struct words likely = {0};
    cleanup_words struct words more = {0};
    const char *expected = rows[i].sure;

    for (size_t j = 0; j < 7 && rows[i].asked[j]; j++)
        set(settings, rows[i].asked[j]);
    judge(answers, site, settings, &sure, &likely);
    bool is_sure = *expected && *expected != '?';
    is_number(sure.count > 0, is_sure, rows[i].asked[0]);
    is_number(likely.count > 0, *expected == '?', "only likely");
    bool is_said = false;
    for (size_t j = 0; j < sure.count; j++)
        is_said = is_said || strstr(sure.items[j], expected);
    ok(is_said == is_sure, "'%s' is in: %s", expected, sure.count ? sure.items[0] : "");
    words_release(&sure);
    judge(rewritten, other, settings, &sure, &more);
    is_number((long)sure.count, 0, "a plugin that may change it: nothing is sure");
    settings_free(settings);
}

int main(void)
{
    struct slurm_cache answers = answers_of(false);
    struct slurm_cache rewritten = answers_of(true);
    struct site site, other;

    slurm_cache_site(&answers, &site);
    slurm_cache_site(&rewritten, &other);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        test_row(i, &answers, &rewritten, &site, &other);
    site.config.max_nodes = 100; /* nodes may yet register */
    struct settings *settings = settings_new();
    cleanup_words struct words sure = {0};
    cleanup_words struct words likely = {0};
    set(settings, "nodes=4");
    judge(&answers, &site, settings, &sure, &likely);
    is_number((long)sure.count, 0, "dynamic nodes: not sure");
    is_number((long)likely.count, 1, "but likely");
    settings_free(settings);
    site_release(&site);
    site_release(&other);
    slurm_cache_release(&answers);
    slurm_cache_release(&rewritten);
    return tap_done();
}
