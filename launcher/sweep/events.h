/* events.h - the events of a journal, in one table
 *
 * EVENT(enum, name, what it says). docs/formats.md ("Journal") has the same table with
 * the members; tests/unit/test_words.c compares. Code names an event by its enumerator,
 * so that a typo does not compile; the text stands here alone.
 */
#ifndef LAUNCHER_SWEEP_EVENTS_H
#define LAUNCHER_SWEEP_EVENTS_H

#include <stdbool.h>

#define EVENTS_TABLE(EVENT)                                                           \
    EVENT(SWEEP, "sweep", "the folder's first use")                                   \
    EVENT(SETTINGS, "settings", "what attempts from here on run with")                \
    EVENT(SUBMITTING, "submitting",                                                   \
          "the intent; durable before the scheduler is called")                       \
    EVENT(SUBMITTED, "submitted", "the scheduler accepted it")                        \
    EVENT(ADOPTED, "adopted", "a job was found for an intent without outcome")        \
    EVENT(REFUSED, "refused", "the scheduler said no; not a run")                     \
    EVENT(ABSENT, "absent",                                                           \
          "no job exists for this token and none will; may be submitted again")       \
    EVENT(UNKNOWN, "unknown",                                                         \
          "the call failed and the job may exist; followed by `adopted` or `absent`") \
    EVENT(CANCEL, "cancel",                                                           \
          "raylaunch was told to cancel it; written before the scheduler is asked")   \
    EVENT(CANCEL_POINTS, "cancel_points",                                             \
          "raylaunch was told to cancel points, with or without a job")               \
    EVENT(FINAL, "final", "what became of it")                                        \
    EVENT(COLLECT_JOB, "collect_job",                                                 \
          "the small job of `--collect-job`, which is no attempt")                    \
    EVENT(ARCHIVED, "archived", "the archive was written and read back")

enum event {
#define EVENT_ENUM(id, ...) EVENT_##id,
    EVENTS_TABLE(EVENT_ENUM)
#undef EVENT_ENUM
        EVENT_COUNT
};

const char *event_name(enum event event); /* "submitting" */

/* For people. Public for its test, which compares it with docs/formats.md. */
const char *event_meaning(enum event event);

/* False: no event of ours. One of a later version is passed over. */
bool event_from_name(const char *name, enum event *ret_event);

#endif
