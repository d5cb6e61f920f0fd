/* interrupt.h - Ctrl-C and TERM: counted, heard at once by every wait, answered by
 * loops
 *
 * The first one asks to stop politely, the second to stop at once; submitted jobs are
 * never cancelled by a signal alone.
 *
 * One that has come is *pending* until somebody answers it. While it is, every wait
 * (interrupt_sleep_ms(), interrupt_poll(), child_wait_any()) ends at once, and so does
 * every child of child_run(): what does not know of interrupts fails quickly, one call
 * after the other, up to main. Only code that has something to do before it stops calls
 * interrupt_answer(), says so to the user, and then waits until the next one.
 *
 * Nothing is lost in between: signals are let in only while the kernel waits, so there
 * is no moment between "none has come" and falling asleep.
 */
#ifndef LAUNCHER_COMMON_PROCESSES_INTERRUPT_H
#define LAUNCHER_COMMON_PROCESSES_INTERRUPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "launcher/common/error.h"

struct pollfd;

void interrupt_install(void); /* SIGINT, SIGTERM, SIGHUP; SIGPIPE is ignored */
int interrupt_count(void);    /* how often since the start */
int interrupt_signal(void);   /* the last one, 0 none */

bool interrupt_is_pending(void); /* one has come that nobody has answered */
void interrupt_answer(void);     /* all that have come were heard */

/* ERROR_INTERRUPT: "interrupted <what is left as it is>". Returns -1. */
int interrupt_error(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As poll(2), but an interrupt ends it: -1 and EINTR, at once if one is pending. Other
 * signals do, too. `timeout_ms` below 0: none. */
int interrupt_poll(struct pollfd *polls, size_t count, int64_t timeout_ms);

/* Sleep until the time is over or an interrupt is pending. False: one is. */
bool interrupt_sleep_ms(int64_t ms);

#endif
