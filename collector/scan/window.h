/* window.h - the scan itself, over a window that slides along a file
 *
 * The window is whatever part of the file is in memory. window_take() reads it, and
 * says from where on the bytes are still needed; the caller may drop those before
 * (window_drop()), adds the next ones behind, and calls again. So a value may span any
 * number of blocks, and bytes in memory and a file are read by the same code.
 */
#ifndef COLLECTOR_SCAN_WINDOW_H
#define COLLECTOR_SCAN_WINDOW_H

#include "collector/scan/scan_report.h"
#include "collector/scan/value.h"

#define WINDOW_LINE_HEAD 64 /* bytes of a line's beginning that are looked at */

struct window {
    enum scan_pick pick;
    bool only_last_start;
    struct scan_report *report; /* borrowed: what is found goes there */
    uint64_t base;              /* where the window begins in the file */
    size_t at; /* all below: from the window's beginning. Search goes on here */
    bool in_value;
    size_t marker_at; /* of the value being read */
    size_t fed;       /* that value was read up to here */
    struct value_scan value;
    bool begins_line;            /* a line begins where the window begins */
    size_t looked;               /* newlines before here are known */
    size_t line_at;              /* the last one's line begins here, if has_line */
    bool has_line;               /* the line began inside the window */
    char head[WINDOW_LINE_HEAD]; /* else: what of its beginning was dropped */
    size_t head_size;
    size_t kept_bytes;
};

void window_begin(struct window *window, enum scan_pick pick, bool only_last_start,
                  struct scan_report *report);

/* Read the window; `is_end`: the file ends behind it. Returns the first byte needed
 * again. */
size_t window_take(struct window *window, const char *bytes, size_t size, bool is_end);

/* Tell that the first `count` bytes are about to be dropped from the window. */
void window_drop(struct window *window, const char *bytes, size_t count);

#endif
