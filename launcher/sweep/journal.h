/* journal.h - the append-only event log of a sweep: the only truth about what was done
 *
 * journal.jsonl holds one JSON object a line, {"v":1,"seq":N,"time":"…Z","event":"…",…}
 * (docs/formats.md, "Journal"). A line is written by one write(2); a batch is made
 * durable by one fsync. Only the holder of the sweep's lock appends. Readers need no
 * lock.
 *
 * A torn last line (a crash, a full disk) is passed over and reported; before the next
 * append it is closed with a newline. After a short write the file is cut back to its
 * last whole line.
 */
#ifndef LAUNCHER_SWEEP_JOURNAL_H
#define LAUNCHER_SWEEP_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct journal {
    char *path;       /* owned */
    uint64_t read_to; /* bytes read as whole lines so far */
    long long next_seq;
    size_t n_torn;         /* lines that are no JSON object (torn by a crash) */
    struct text batch;     /* lines not yet written */
    bool is_folder_synced; /* by us: the file's name is safe, too */
};

/* One event as read. `event` is borrowed for the call. A non-zero return stops the
 * reading with that value. */
typedef int (*journal_event_fn)(void *context, const char *name, const json_t *event,
                                struct error *err);

void journal_init(struct journal *journal, const char *path);
void journal_release(struct journal *journal);

/* Read what was appended since the last call (all of it at first). No file counts as an
 * empty journal. A half line at the end is left for the next call; one that lacks but
 * its newline is an event. */
int journal_read(struct journal *journal, journal_event_fn on_event, void *context,
                 struct error *err);

/* Put an event into the batch. `event` is taken (a new object of the event's own
 * members; v, seq, time and event are added). */
void journal_add(struct journal *journal, const char *name, json_t *event);

/* Write the batch and, if asked, fsync. The caller holds the lock and has read up to
 * the end. On failure nothing of the batch stays in the file and the batch is dropped.
 */
int journal_write(struct journal *journal, bool is_durable, struct error *err);

#endif
