#include "collector/scan/result_witness.h"

#include "collector/table/row.h"

static enum result_witness witness_of(const struct scan_report *scan)
{
    if (scan->n_good == 0)
        return scan->n_malformed > 0 ? RESULT_MALFORMED : RESULT_NONE;
    switch (scan->says.last) {
    case RESULT_SAYS_COMPLETED:
        return RESULT_COMPLETED;
    case RESULT_SAYS_FAILED:
        return RESULT_FAILED;
    case RESULT_SAYS_TIMEOUT:
        return RESULT_TIMEOUT;
    case RESULT_SAYS_NOTHING:
        break;
    }
    return RESULT_PLAIN;
}

void result_witness_take(struct witnesses *witnesses, const struct scan_report *scan,
                         bool is_from_worker, char **ret_error)
{
    const struct scan_result *last = scan_last(scan);
    struct row row;

    *ret_error = NULL;
    witnesses->result = witness_of(scan);
    witnesses->is_from_worker = is_from_worker;
    witnesses->results_differ = scan->says.completed_differ;
    witnesses->is_torn_behind = scan->says.is_torn_behind;
    witnesses->unknown_status = scan->says.unknown[0] ? scan->says.unknown : NULL;
    if (last &&
        (witnesses->result == RESULT_FAILED || witnesses->result == RESULT_TIMEOUT)) {
        row_init(&row);
        row_set_result(&row, last->json, last->size, ret_error);
        row_release(&row);
    }
    witnesses->result_error =
        witnesses->result == RESULT_MALFORMED ? scan->malformed_why : *ret_error;
}

void result_witness_warn(const struct scan_report *scan, struct words *warnings)
{
    if (scan->n_good == 0 || scan->n_malformed == 0)
        return;
    words_addf(
        warnings,
        "%zu marker%s without a whole JSON object behind: passed over (the last at "
        "byte %llu: %s)",
        scan->n_malformed, scan->n_malformed == 1 ? "" : "s",
        (unsigned long long)scan->malformed_offset, scan->malformed_why);
}
