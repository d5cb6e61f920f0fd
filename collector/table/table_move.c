/* table_move.c - hand the rows of one table to another (row.h) */
#include <stdlib.h>

#include "collector/table/row.h"
#include "launcher/common/memory.h"

void table_move(struct table *to, struct table *from)
{
    if (to->count + from->count > to->cap) {
        to->cap = to->count + from->count;
        to->rows = xreallocarray(to->rows, to->cap, sizeof *to->rows);
    }
    for (size_t i = 0; i < from->count; i++)
        to->rows[to->count++] = from->rows[i];
    free(from->rows);
    *from = (struct table){0};
}
