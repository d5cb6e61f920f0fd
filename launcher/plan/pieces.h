/* pieces.h - an element of a command cut into pieces, which borrow from it
 *
 * An element is what stands behind "key=": "1e-3,1e-2", "range(0,5)", "[a,b]". Commas
 * count at the top level only, outside quotes and brackets.
 */
#ifndef LAUNCHER_PLAN_PIECES_H
#define LAUNCHER_PLAN_PIECES_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of an element; borrows from it. */
struct span {
    const char *start;
    size_t size;
};

/* The pieces between top-level commas, without blanks around them. Zeroed it is empty;
 * pieces_release() frees. */
struct pieces {
    struct span *items; /* owned */
    size_t count, cap;
};

void pieces_add(struct pieces *pieces, const char *start, const char *end); /* trims */
void pieces_release(struct pieces *pieces);
#define cleanup_pieces __attribute__((cleanup(pieces_release)))

bool piece_is_blank(char c); /* a space or a tab */

/* Is `piece` a call of `name`: name(…)? */
bool piece_is_call(struct span piece, const char *name);

#endif
