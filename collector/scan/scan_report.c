#include "collector/scan/scan_report.h"

#include <stdlib.h>

void scan_report_release(struct scan_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        free(report->results[i].json);
    free(report->results);
    free(report->unpicked_last.json);
    *report = (struct scan_report){0};
}

const struct scan_result *scan_last(const struct scan_report *report)
{
    if (report->unpicked_last.json)
        return &report->unpicked_last;
    return report->count > 0 ? &report->results[report->count - 1] : NULL;
}

void scan_statement_join(struct scan_statement *says,
                         const struct scan_statement *behind, bool has_results)
{
    struct scan_statement joined = has_results ? *behind : *says;

    joined.n_completed = says->n_completed + behind->n_completed;
    if (says->n_completed > 0) {
        joined.completed_hash = says->completed_hash;
        joined.completed_size = says->completed_size;
    }
    joined.completed_differ = says->completed_differ || behind->completed_differ ||
                              (says->n_completed > 0 && behind->n_completed > 0 &&
                               (says->completed_hash != behind->completed_hash ||
                                says->completed_size != behind->completed_size));
    *says = joined;
}
