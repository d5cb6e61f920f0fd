/* row_lines.c - rows of points files, written so as to be read again (plan.h) */
#include "launcher/common/trees/json_write.h"
#include "launcher/plan/plan.h"

static void add_row(const struct plan *plan, const struct point *point,
                    struct text *lines)
{
    struct json_writer json;
    size_t end = plan->n_own + point->n_params - plan->n_axes;

    jsonwrite_begin(&json, lines);
    jsonwrite_object(&json, NULL);
    for (size_t i = plan->n_own; i < end; i++)
        jsonwrite_string(&json, point->params[i].key, point->params[i].value);
    jsonwrite_close(&json);
    text_add_char(lines, '\n');
}

void plan_add_rows(const struct plan *plan, struct text *lines)
{
    /* Rows are the outermost loop. */
    size_t step = plan->n_rows ? plan->count / plan->n_rows : 0;

    for (size_t i = 0; i < plan->n_rows; i++)
        add_row(plan, &plan->points[i * step], lines);
}
