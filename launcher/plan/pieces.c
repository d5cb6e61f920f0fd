#include "launcher/plan/pieces.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

bool piece_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void pieces_add(struct pieces *pieces, const char *start, const char *end)
{
    while (start < end && piece_is_blank(*start))
        start++;
    while (start < end && piece_is_blank(end[-1]))
        end--;
    pieces->items =
        xgrow(pieces->items, pieces->count, &pieces->cap, sizeof *pieces->items);
    pieces->items[pieces->count++] = (struct span){start, (size_t)(end - start)};
}

void pieces_release(struct pieces *pieces)
{
    free(pieces->items);
    *pieces = (struct pieces){0};
}

bool piece_is_call(struct span piece, const char *name)
{
    size_t size = strlen(name);

    if (piece.size < size + 2 || memcmp(piece.start, name, size) != 0 ||
        piece.start[piece.size - 1] != ')')
        return false;
    while (size < piece.size && piece_is_blank(piece.start[size]))
        size++;
    return piece.start[size] == '(';
}
