/* How much memory was asked, used, and may do. */
#include "collector/outcome/memory_advice.h"

#include "tests/tap/tap.h"

static void check(const char *option, const char *asked, long peak_mib,
                  const char *sweep, const char *advice)
{
    cleanup_text struct text text = {0};
    struct memory_use use = {.option = option,
                             .asked = asked,
                             .peak_mib = peak_mib,
                             .is_sampled = peak_mib != 416,
                             .sweep = sweep};

    memory_advice_add(&text, &use, "out_of_memory");
    is_string(text_string(&text), advice, asked ? asked : "nothing is known");
}

#define RETRY ", or `raylaunch retry s --cause out_of_memory --mem-factor 1.2`"

int main(void)
{
    check(NULL, NULL, 0, NULL, "");
    check(NULL, NULL, 0, "s", "");
    check("--mem", NULL, 0, "s", "");
    check("--mem", "", 0, "s", "");
    check("--mem", "x", 0, "s", "");
    check("--mem", "0", 0, "s", "");
    check("--mem", "9999999999999999999999G", 0, "s", "");
    check("--mem", "0", 2048, "s", "peak 2.0G (MaxRSS)");
    check("--mem", "4G", 3994, "s",
          "asked 4G a node, peak 3.9G (MaxRSS); try --mem 5G" RETRY);
    check("--mem", "500M", 0, "s", "asked 500M a node; try --mem 600M" RETRY);
    check("--mem", "4096", 1, "s",
          "asked 4096M a node, peak 1M (MaxRSS); try --mem 4916" RETRY);
    check("--mem-per-cpu", "4GB", 1024, NULL,
          "asked 4GB a CPU, peak 1.0G (MaxRSS); try --mem-per-cpu 5GB");
    check("--mem", "200M", 416, NULL, "asked 200M a node, peak 416M; try --mem 500M");
    check("--mem", "204800K", 416, NULL,
          "asked 204800K a node, peak 416M; try --mem 245760K");
    check("--mem-per-cpu", "200M", 416, NULL,
          "asked 200M a CPU, peak 416M; try --mem-per-cpu 240M");
    is_number(memory_advice_peak(NULL), 0, "no line");
    is_number(memory_advice_peak("exceeded memory limit (x"), 0, "no number");
    is_number(
        memory_advice_peak("slurmstepd-rl1: error: StepId=13.batch exceeded memory "
                           "limit (436375552 > 209715200), being killed"),
        416, "what slurmstepd saw");
    return tap_done();
}
