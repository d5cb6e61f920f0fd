/* Splitting an element never crashes, and values survive being split again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_good)
{
    if (!is_good)
        abort();
}

static void split(const char *element, enum plan_quotes quotes)
{
    struct words values = {0};
    struct error err = {0};
    int rc = plan_split_values("k", element, quotes, &values, &err);

    must((rc == 0) == (err.kind == ERROR_NONE));
    must(rc < 0 || values.count > 0);
    /* Values of an element in Hydra's grammar are elements of it. */
    for (size_t i = 0;
         rc == 0 && quotes == PLAN_QUOTES_HYDRA && i < values.count && i < 9; i++) {
        struct words again = {0};
        must(plan_split_values("k", values.items[i], quotes, &again, &err) == 0);
        must(again.count == 1 && strcmp(again.items[0], values.items[i]) == 0);
        words_release(&again);
    }
    words_release(&values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *element = xmemdup(data, size);

    split(element, PLAN_QUOTES_KEPT);
    split(element, PLAN_QUOTES_REMOVED);
    split(element, PLAN_QUOTES_HYDRA);
    return 0;
}
