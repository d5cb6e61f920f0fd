#include "launcher/sweep/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/common/trees/json_plain.h"
#include "launcher/common/trees/json_write.h"

/* Readers in other languages hold no larger one. What lies above was not counted up to:
 * it is no number to go on from. */
#define SEQ_MOST (1LL << 53)

void journal_init(struct journal *journal, const char *path)
{
    *journal = (struct journal){.path = xstrdup(path), .next_seq = 1};
}

void journal_release(struct journal *journal)
{
    free(journal->path);
    text_release(&journal->batch);
    *journal = (struct journal){0};
}

/* One line without its newline. What is no event is a line torn by a crash. */
static int take_line(struct journal *journal, const char *line, size_t size,
                     journal_event_fn on_event, void *context, struct error *err)
{
    if (size == 0)
        return 0;
    json_auto_t *event = jsonplain_load(line, size, NULL);
    const char *name = jsonio_string(event, "event", NULL);
    long long seq = jsonio_integer(event, "seq", -1);
    if (!name || seq < 0) {
        journal->n_torn++;
        return 0;
    }
    if (seq >= journal->next_seq && seq < SEQ_MOST)
        journal->next_seq = seq + 1;
    return on_event(context, name, event, err);
}

/* A last line that lacks but its newline: an event like any other. */
static bool is_whole(const char *line, size_t size)
{
    json_auto_t *event = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);

    return json_is_object(event);
}

static int take_lines(struct journal *journal, const char *bytes, size_t size,
                      journal_event_fn on_event, void *context, struct error *err)
{
    size_t start = 0;

    while (start < size) {
        const char *end = memchr(bytes + start, '\n', size - start);
        size_t length = end ? (size_t)(end - bytes) - start : size - start;
        if (!end && !is_whole(bytes + start, length))
            break;
        int rc = take_line(journal, bytes + start, length, on_event, context, err);
        if (rc != 0)
            return rc;
        length += end != NULL;
        start += length;
        journal->read_to += length;
    }
    return 0;
}

static int read_from(int fd, struct journal *journal, uint64_t end, struct text *text,
                     struct error *err)
{
    uint64_t at = journal->read_to;
    char block[65536];

    while (at < end) {
        ssize_t got = pread(fd, block, sizeof block, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, ERROR_FILE, "cannot read '%s'", journal->path);
        if (got == 0)
            break;
        text_add_bytes(text, block, (size_t)got);
        at += (uint64_t)got;
    }
    return 0;
}

int journal_read(struct journal *journal, journal_event_fn on_event, void *context,
                 struct error *err)
{
    /* A pipe in its place must not hold us. */
    cleanup_close int fd = open(journal->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot open '%s'", journal->path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_FILE, "'%s' is not a regular file", journal->path);
    if ((uint64_t)info.st_size < journal->read_to)
        return error_set(err, ERROR_INPUT,
                         "'%s' is shorter than it was: somebody changed it; start the "
                         "command again",
                         journal->path);
    if ((uint64_t)info.st_size - journal->read_to > LIMIT_JOURNAL_BYTES)
        return error_set(err, ERROR_INPUT, "'%s' is larger than %lu bytes",
                         journal->path, LIMIT_JOURNAL_BYTES);
    cleanup_text struct text text = {0};
    if (read_from(fd, journal, (uint64_t)info.st_size, &text, err) < 0)
        return -1;
    return take_lines(journal, text_string(&text), text.size, on_event, context, err);
}

void journal_add(struct journal *journal, const char *name, json_t *event)
{
    char now[CLOCK_ISO_SIZE];
    json_auto_t *members = event;
    struct json_writer json;
    const char *key;
    json_t *value;

    clock_iso(clock_wall(), now);
    jsonwrite_begin(&json, &journal->batch);
    jsonwrite_object(&json, NULL);
    jsonwrite_integer(&json, "v", 1);
    jsonwrite_integer(&json, "seq", journal->next_seq++);
    jsonwrite_string(&json, "time", now);
    jsonwrite_string(&json, "event", name);
    json_object_foreach (members, key, value) {
        jsonwrite_tree(&json, key, value);
    }
    jsonwrite_line_end(&json);
}

/* A line that a crash left open is closed, so that it spoils no other. */
static int close_torn_line(int fd, uint64_t size, const char *path, struct error *err)
{
    char last = '\n';

    if (size > 0 && pread(fd, &last, 1, (off_t)size - 1) != 1)
        return error_set_errno(err, ERROR_FILE, "cannot read '%s'", path);
    return last == '\n' ? 0 : file_write_fd(fd, path, "\n", 1, err);
}

static int write_batch(struct journal *journal, int fd, bool is_durable,
                       struct error *err)
{
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot look at '%s'", journal->path);
    if (close_torn_line(fd, (uint64_t)info.st_size, journal->path, err) < 0)
        return -1;
    off_t whole = lseek(fd, 0, SEEK_END);
    if (file_write_fd(fd, journal->path, journal->batch.bytes, journal->batch.size,
                      err) < 0 ||
        (is_durable && fsync(fd) < 0 &&
         error_set_errno(err, ERROR_FILE, "cannot sync '%s'", journal->path) < 0)) {
        if (ftruncate(fd, whole) < 0)
            error_prefix(err, "(and the half line could not be removed)");
        return -1;
    }
    /* The caller has read up to the end: only a line torn by a crash stands between. */
    if ((uint64_t)whole > journal->read_to + 1)
        journal->n_torn++;
    journal->read_to = (uint64_t)whole + journal->batch.size;
    return 0;
}

int journal_write(struct journal *journal, bool is_durable, struct error *err)
{
    if (journal->batch.size == 0 && !is_durable)
        return 0;
    cleanup_close int fd =
        own_file_open(journal->path, O_RDWR | O_APPEND | O_CREAT, err);
    int rc = fd < 0 ? -1 : write_batch(journal, fd, is_durable, err);
    text_clear(&journal->batch);
    /* Also of a file that is not new: who made it may have been killed before this. */
    if (rc == 0 && is_durable && !journal->is_folder_synced) {
        rc = folder_sync_of(journal->path, err);
        journal->is_folder_synced = rc == 0;
    }
    return rc;
}
