/* marker.h - where the next marker stands in a block of bytes
 *
 * By memmem(), which the C library has made fast on every machine. memchr() for the
 * first byte would be 50 times slower on a log that is full of 'T'.
 */
#ifndef COLLECTOR_SCAN_MARKER_H
#define COLLECTOR_SCAN_MARKER_H

#include <stddef.h>

#define SCAN_MARKER "TMGG_RESULT:"
#define SCAN_START_MARKER "raylaunch: start " /* "raylaunch: start K of job J" */

#define MARKER_NONE ((size_t)-1)

/* Offset of the first whole "TMGG_RESULT:" in bytes[from…size), or MARKER_NONE. Pure.
 */
size_t marker_find(const char *bytes, size_t size, size_t from);

/* Offset of the first "raylaunch: start K of job J" at or behind `from` that begins a
 * line: a newline stands before it, or it is at 0 and `is_line_start` says that a line
 * begins there. MARKER_NONE if there is none. Reads up to 40 bytes behind it. */
size_t marker_find_start(const char *bytes, size_t size, size_t from,
                         int is_line_start);

#endif
