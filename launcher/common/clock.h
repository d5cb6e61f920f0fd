/* clock.h - two clocks: monotonic for waiting, wall for records
 *
 * Records are UTC. The wall clock may jump; nothing waits by it.
 */
#ifndef LAUNCHER_COMMON_CLOCK_H
#define LAUNCHER_COMMON_CLOCK_H

#include <stdint.h>

#define CLOCK_ISO_SIZE 32

int64_t clock_monotonic_ms(void);
double clock_monotonic_s(void);                        /* the same in seconds */
double clock_wall(void);                               /* seconds since the epoch */
void clock_iso(double wall, char iso[CLOCK_ISO_SIZE]); /* 2026-11-21T08:25:02.123Z */
double clock_from_iso(const char *iso); /* -1 if it is not such a text (UTC, Z) */

/* "14:02", of this host's time zone: for people. */
#define CLOCK_TIME_SIZE 8
void clock_time(double wall, char text[CLOCK_TIME_SIZE]);

/* "2026-11-21 14:02", likewise; "?" for a time that has no date. */
#define CLOCK_DATE_SIZE 24
void clock_date(double wall, char text[CLOCK_DATE_SIZE]);

/* "45s", "3m10s", "2h05m", "1d03h": for people. `text` holds at least 24 bytes. */
#define CLOCK_SPAN_SIZE 24
void clock_span(double seconds, char text[CLOCK_SPAN_SIZE]);

#endif
