#include "launcher/sweep/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/sweep/output_folder.h"
#include "launcher/sweep/replay.h"
#include "launcher/sweep/sweep_user.h"

int sweep_open(const char *path, struct sweep **ret_sweep, struct error *err)
{
    struct sweep *sweep = xcalloc(1, sizeof *sweep);

    if (path_absolute(path, &sweep->path, err) < 0) {
        free(sweep);
        return -1;
    }
    size_t size = strlen(sweep->path);
    while (size > 1 && sweep->path[size - 1] == '/')
        sweep->path[--size] = '\0';
    sweep->name = xstrdup(path_base(sweep->path));
    sweep->folder = xstrdup("");
    sweep->settings_id = xstrdup("");
    sweep->settings_events = json_object();
    cleanup_free char *journal = path_join(sweep->path, "journal.jsonl");
    journal_init(&sweep->journal, journal);
    lock_init(&sweep->lock, sweep->path);
    if (sweep_user_look(sweep, err) < 0 || sweep_refresh(sweep, err) < 0) {
        sweep_close(sweep);
        return -1;
    }
    *ret_sweep = sweep;
    return 0;
}

void sweep_close(struct sweep *sweep)
{
    if (!sweep)
        return;
    for (size_t i = 0; i < sweep->n_points; i++) {
        struct sweep_point *point = sweep->points[i];
        for (size_t j = 0; j < point->n_attempts; j++)
            attempt_free(point->attempts[j]);
        free(point->attempts);
        point_release(&point->point);
        free(point);
    }
    free(sweep->points);
    free(sweep->by_order);
    for (size_t i = 0; i < sweep->n_arrays; i++) {
        free(sweep->arrays[i]->attempts);
        free(sweep->arrays[i]);
    }
    free(sweep->arrays);
    map_release(&sweep->by_array);
    map_release(&sweep->by_id);
    map_release(&sweep->by_token);
    words_release(&sweep->literal);
    journal_release(&sweep->journal);
    lock_release(&sweep->lock);
    json_decref(sweep->settings_events);
    free(sweep->settings_id);
    words_release(&sweep->archived_sums);
    free(sweep->folder);
    free(sweep->name);
    free(sweep->path);
    free(sweep);
}

static void adopt_point(struct sweep *sweep, struct point *point)
{
    struct sweep_point *own = xcalloc(1, sizeof *own);

    own->point = *point;
    *point = (struct point){0};
    sweep->points = xgrow(sweep->points, sweep->n_points, &sweep->cap_points,
                          sizeof *sweep->points);
    map_set(&sweep->by_id, own->point.id, sweep->n_points);
    sweep->points[sweep->n_points++] = own;
}

/* Whole lines of points.jsonl behind what was read; a torn last one waits. */
static int read_points(struct sweep *sweep, struct error *err)
{
    cleanup_free char *path = path_join(sweep->path, "points.jsonl");
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct stat info;

    if (stat(path, &info) < 0 || (uint64_t)info.st_size <= sweep->points_read_to)
        return 0;
    if (file_read_all(path, LIMIT_POINTS_FILE_BYTES, &bytes, &size, err) < 0)
        return -1;
    size_t start = sweep->points_read_to;
    while (start < size) {
        const char *end = memchr(bytes + start, '\n', size - start);
        if (!end)
            break;
        size_t length = (size_t)(end - bytes) - start;
        struct point point = {0};
        struct error torn = {0};
        size_t old;
        /* A line torn by a crash was never used by an attempt: passed over. */
        if (length > 0 && point_from_json(bytes + start, length, path,
                                          sweep->n_points + 1, &point, &torn) == 0) {
            if (map_get(&sweep->by_id, point.id, &old))
                point_release(&point);
            else
                adopt_point(sweep, &point);
        }
        start += length + 1;
    }
    sweep->points_read_to = start;
    return 0;
}

static int on_event(void *context, const char *name, const json_t *event,
                    struct error *err)
{
    enum event known;

    return event_from_name(name, &known) ? replay_event(context, known, event, err) : 0;
}

int sweep_refresh(struct sweep *sweep, struct error *err)
{
    if (read_points(sweep, err) < 0)
        return -1;
    return journal_read(&sweep->journal, on_event, sweep, err) < 0 ? -1 : 0;
}

/* What is in it may have been laid there while the folder was open to others. */
static int check_file(const struct sweep *sweep, const char *name, struct error *err)
{
    cleanup_free char *path = path_join(sweep->path, name);

    if (!file_exists(path))
        return 0;
    cleanup_close int fd = own_file_open(path, O_RDONLY, err);
    return fd < 0 ? -1 : 0;
}

static int make_folder(const struct sweep *sweep, struct error *err)
{
    if (sweep_user_check_folder(sweep, err) < 0 ||
        output_folder_make(sweep->path, err) < 0 ||
        check_file(sweep, "points.jsonl", err) < 0)
        return -1;
    return check_file(sweep, "journal.jsonl", err);
}

/* The lock was taken: what others wrote meanwhile. */
static int catch_up(struct sweep *sweep, struct error *err)
{
    if (sweep_refresh(sweep, err) < 0) {
        lock_drop(&sweep->lock);
        return -1;
    }
    return 0;
}

int sweep_lock(struct sweep *sweep, int wait_ms, struct error *err)
{
    if (make_folder(sweep, err) < 0 || lock_take(&sweep->lock, wait_ms, err) < 0)
        return -1;
    return catch_up(sweep, err);
}

int sweep_lock_await(struct sweep *sweep, int wait_ms, struct error *err)
{
    if (make_folder(sweep, err) < 0)
        return -1;
    int rc = lock_await(&sweep->lock, wait_ms, err);
    return rc <= 0 ? rc : catch_up(sweep, err) < 0 ? -1 : 1;
}

void sweep_unlock(struct sweep *sweep)
{
    lock_drop(&sweep->lock);
}

static int append_points(struct sweep *sweep, const struct text *lines,
                         struct error *err)
{
    cleanup_free char *path = path_join(sweep->path, "points.jsonl");
    cleanup_close int fd = own_file_open(path, O_RDWR | O_APPEND | O_CREAT, err);
    struct stat info;
    char last = '\n';

    if (fd < 0)
        return -1;
    if (fstat(fd, &info) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot look at '%s'", path);
    if (info.st_size > 0 && pread(fd, &last, 1, info.st_size - 1) == 1 &&
        last != '\n' && file_write_fd(fd, path, "\n", 1, err) < 0)
        return -1;
    off_t whole = lseek(fd, 0, SEEK_END);
    if (file_write_fd(fd, path, lines->bytes, lines->size, err) < 0 ||
        (fsync(fd) < 0 &&
         error_set_errno(err, ERROR_FILE, "cannot sync '%s'", path) < 0)) {
        if (ftruncate(fd, whole) < 0)
            error_prefix(err, "(and the half line could not be removed)");
        return -1;
    }
    sweep->points_read_to = (uint64_t)whole + lines->size;
    return 0;
}

int sweep_add_points(struct sweep *sweep, const struct plan *plan, size_t *ret_indexes,
                     struct error *err)
{
    cleanup_text struct text lines = {0};

    for (size_t i = 0; i < plan->count; i++) {
        const struct point *from = &plan->points[i];
        if (sweep_find_point(sweep, from->id, &ret_indexes[i]))
            continue;
        struct point copy = {0};
        point_copy(from, &copy);
        copy.index = sweep->n_points;
        point_add_json(&copy, &lines);
        text_add_char(&lines, '\n');
        ret_indexes[i] = sweep->n_points;
        adopt_point(sweep, &copy);
    }
    /* Without new ones, too: who wrote the old ones may have been killed before they
     * were synced. */
    return sweep->n_points > 0 ? append_points(sweep, &lines, err) : 0;
}

int sweep_event(struct sweep *sweep, enum event name, json_t *event, struct error *err)
{
    json_auto_t *own = json_incref(event);
    long long seq = sweep->journal.next_seq;

    journal_add(&sweep->journal, event_name(name), event);
    json_object_set_new(own, "seq", json_integer(seq));
    return replay_event(sweep, name, own, err);
}

void sweep_forget(struct sweep *sweep)
{
    text_clear(&sweep->journal.batch);
}

int sweep_flush(struct sweep *sweep, bool is_durable, struct error *err)
{
    return journal_write(&sweep->journal, is_durable, err);
}
