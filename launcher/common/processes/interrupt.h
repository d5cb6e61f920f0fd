/* interrupt.h - Ctrl-C and TERM as a counter that loops look at
 *
 * The first one asks to stop politely, the second to stop at once; submitted jobs are
 * never cancelled by a signal alone. Sleeps and polls return early (no SA_RESTART).
 */
#ifndef LAUNCHER_COMMON_PROCESSES_INTERRUPT_H
#define LAUNCHER_COMMON_PROCESSES_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

void interrupt_install(void); /* SIGINT, SIGTERM, SIGHUP; SIGPIPE is ignored */
int interrupt_count(void);    /* how often since the start */
int interrupt_signal(void);   /* the last one, 0 none */

/* Sleep, but no longer than until the next of them. False: one came. */
bool interrupt_sleep_ms(int64_t ms);

#endif
