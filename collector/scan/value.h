/* value.h - read one JSON object byte by byte: is it whole, broken, or not at its end
 * yet?
 *
 * One pass, any cut: feed it blocks as they come. Strings may hold any byte but control
 * characters (they need not be UTF-8). NaN and infinity count as numbers, as Python
 * (NaN, -Infinity), C (nan, -nan, inf, NAN), R and Julia (Inf) and Go (+Inf) write
 * them. Nothing is kept but the nesting.
 */
#ifndef COLLECTOR_SCAN_VALUE_H
#define COLLECTOR_SCAN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_MAX_DEPTH 512 /* objects and lists inside each other */

enum value_status {
    VALUE_MORE,  /* so far so good: feed the next bytes */
    VALUE_WHOLE, /* the object has ended */
    VALUE_BAD    /* this is no JSON object */
};

struct value_scan {
    int state;
    unsigned depth;
    bool is_key;       /* the string being read is a member's name */
    unsigned hex_left; /* digits of \uXXXX, or bytes of a mark, still to come */
    const char *word;  /* the rest of true, false, null, nan, infinity */
    bool is_any_case;  /* the word may have capitals */
    const char *why;   /* VALUE_BAD: what was wrong; static text */
    uint64_t lists[VALUE_MAX_DEPTH / 64]; /* bit n: level n is a list, not an object */
};

void value_begin(struct value_scan *scan);

/* Read on. `*ret_used` is the number of bytes read: up to and with the last '}' for
 * VALUE_WHOLE, up to the byte that is wrong for VALUE_BAD, all of them for VALUE_MORE.
 * Before the object blanks, colours (ESC [ … letter) and a byte order mark are skipped.
 * Call no more after WHOLE or BAD. */
enum value_status value_feed(struct value_scan *scan, const char *bytes, size_t size,
                             size_t *ret_used);

#endif
