#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"
#include "tests/tap/tap.h"

static const char *const names[] = {"nodes",       "partition",  "cpus-per-task",
                                    "mem-per-cpu", "max_points", "time"};

static void near_is(const char *word, const char *wanted)
{
    is_string(near_name(word, names, sizeof names / sizeof *names), wanted, word);
}

int main(void)
{
    cleanup_free char *lengthy = xmalloc(1001);

    near_is("zzzzzz", NULL);
    near_is("", NULL);
    near_is("completely-else", NULL);
    near_is("node", "nodes");
    near_is("nodse", "nodes");
    near_is("NODES", "nodes");
    near_is("nodes", "nodes");
    near_is("partitoin", "partition");
    near_is("cpus_per_task", "cpus-per-task");
    near_is("max-point", "max_points");
    near_is("tiem", "time");
    is_string(near_name("x", names, 0), NULL, "no names");
    memset(lengthy, 'x', 1000);
    lengthy[1000] = '\0';
    near_is(lengthy, NULL);
    lengthy[65] = '\0';
    near_is(lengthy, NULL);
    return tap_done();
}
