#include "collector/scan/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/scan/marker.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

#define MARKER_SIZE (sizeof SCAN_MARKER - 1)
#define START_SIZE (sizeof SCAN_START_MARKER - 1)
/* The last bytes of a window wait for the next block: a marker may be cut there. */
#define MARGIN 64
#define EXCERPT_BYTES 32

static const char echo_words[] = "Running command on head node:";

void window_begin(struct window *window, enum scan_pick pick, bool only_last_start,
                  struct scan_report *report)
{
    *report = (struct scan_report){0};
    *window = (struct window){.pick = pick,
                              .only_last_start = only_last_start,
                              .report = report,
                              .begins_line = true};
}

/* "3: Running command on head node: [...]": srun's label may stand in front. */
static bool is_echo(const char *head, size_t size)
{
    size_t at = 0;

    while (at < size && at < 10 &&
           (head[at] == ' ' || (head[at] >= '0' && head[at] <= '9')))
        at++;
    if (at > 0 && (size - at < 2 || head[at] != ':' || head[at + 1] != ' '))
        return false;
    at += at > 0 ? 2 : 0;
    return size - at >= sizeof echo_words - 1 &&
           memcmp(head + at, echo_words, sizeof echo_words - 1) == 0;
}

static size_t add_head(char *head, size_t used, const char *bytes, size_t size)
{
    size_t room = WINDOW_LINE_HEAD - used;
    size_t count = size < room ? size : room;

    memcpy(head + used, bytes, count);
    return used + count;
}

/* Does the marker stand on a line that is symmetric-run's echo of the command? Newlines
 * are looked for once each, however many markers stand on one line. */
static bool is_on_echo(struct window *window, const char *bytes, size_t marker)
{
    char head[WINDOW_LINE_HEAD];
    size_t used = 0;
    const char *newline =
        memrchr(bytes + window->looked, '\n', marker - window->looked);

    window->looked = marker;
    if (newline) {
        window->has_line = true;
        window->line_at = (size_t)(newline - bytes) + 1;
    }
    if (window->has_line) {
        used = add_head(head, 0, bytes + window->line_at, marker - window->line_at);
    } else {
        used = add_head(head, 0, window->head, window->head_size);
        used = add_head(head, used, bytes, marker);
    }
    return is_echo(head, used);
}

void window_drop(struct window *window, const char *bytes, size_t count)
{
    if (count == 0)
        return;
    const char *newline = memrchr(bytes, '\n', count);
    if (newline) {
        const char *line = newline + 1;
        window->head_size =
            add_head(window->head, 0, line, (size_t)(bytes + count - line));
    } else {
        window->head_size = add_head(window->head, window->head_size, bytes, count);
    }
    window->begins_line = bytes[count - 1] == '\n';
    window->has_line = false;
    window->line_at = window->looked = 0;
    window->base += count;
    window->at -= window->at < count ? window->at : count;
    window->marker_at -= window->marker_at < count ? window->marker_at : count;
    window->fed -= window->fed < count ? window->fed : count;
}

static void forget_results(struct scan_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        free(report->results[i].json);
    free(report->results);
    report->results = NULL;
    report->count = 0;
}

/* FNV-1a, 64 bits: two results of one file that are not the same shall not look so. */
static uint64_t hash_of(const char *bytes, size_t size)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

static void note_statement(struct scan_report *report, const char *json, size_t size)
{
    struct scan_statement *says = &report->says;

    says->is_torn_behind = false;
    says->last = result_status(json, size, says->unknown);
    if (says->last != RESULT_SAYS_COMPLETED)
        return;
    uint64_t hash = hash_of(json, size);
    if (says->n_completed++ == 0) {
        says->completed_hash = hash;
        says->completed_size = size;
    } else if (says->completed_hash != hash || says->completed_size != size) {
        says->completed_differ = true;
    }
}

/* A new start of the job: what stood before does not count. */
static void start_anew(struct window *window, bool is_first)
{
    uint64_t size = window->report->size;

    scan_report_release(window->report);
    window->report->size = size;
    window->report->has_restarted = !is_first;
    window->kept_bytes = 0;
}

static bool is_of_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '_' || c == '.' || c == '+' || c == '-';
}

/* What stands where it is wrong, from the beginning of the word: "tensor(0.5)". */
static void add_excerpt(struct text *text, const char *bytes, size_t from, size_t at,
                        size_t size)
{
    size_t start = at;

    while (start > from && at - start < EXCERPT_BYTES && is_of_word(bytes[start - 1]))
        start--;
    size_t end = size - start < EXCERPT_BYTES ? size : start + EXCERPT_BYTES;
    const char *newline = memchr(bytes + start, '\n', end - start);
    end = newline ? (size_t)(newline - bytes) : end;
    while (end > start && end < size && ((unsigned char)bytes[end] & 0xC0) == 0x80)
        end--; /* not through a character */
    if (end == start)
        return;
    text_add(text, ": ");
    utf8_add_printable(text, bytes + start, end - start);
}

/* It is wrong at bytes[at]; in the file's end nothing stands there. */
static void add_bad(struct window *window, const char *why, const char *bytes,
                    size_t at, size_t size)
{
    struct scan_report *report = window->report;
    size_t value_at = window->marker_at + MARKER_SIZE;
    cleanup_text struct text text = {0};

    text_add(&text, why);
    add_excerpt(&text, bytes, value_at, at, size);
    report->n_malformed++;
    report->says.is_torn_behind = report->n_good > 0;
    report->malformed_offset = window->base + window->marker_at;
    snprintf(report->malformed_why, sizeof report->malformed_why,
             "%s (%zu bytes behind the marker)", text_string(&text), at - value_at);
}

/* Compared with the one before it: if all of these pairs are equal, all are. */
static bool differs(const struct scan_report *report, const char *json, size_t size)
{
    const struct scan_result *other = scan_last(report);

    return other && (other->size != size || memcmp(other->json, json, size) != 0);
}

static struct scan_result result_at_marker(const struct window *window,
                                           const char *json, size_t size)
{
    return (struct scan_result){.offset = window->base + window->marker_at,
                                .json = xmemdup(json, size),
                                .size = size};
}

static void keep_unpicked(struct window *window, const char *json, size_t size)
{
    free(window->report->unpicked_last.json);
    window->report->unpicked_last = result_at_marker(window, json, size);
}

static void add_good(struct window *window, const char *json, size_t size)
{
    struct scan_report *report = window->report;
    bool is_first = report->n_good == 0;

    report->good_differ = report->good_differ || differs(report, json, size);
    report->n_good++;
    note_statement(report, json, size);
    if (window->pick == SCAN_PICK_FIRST && !is_first) {
        keep_unpicked(window, json, size);
        return;
    }
    if (window->pick == SCAN_PICK_ALL && window->kept_bytes + size > SCAN_KEEP_BYTES) {
        report->is_full = true;
        keep_unpicked(window, json, size);
        return;
    }
    if (window->pick == SCAN_PICK_LAST)
        forget_results(report);
    /* The room doubles: it is full whenever the count is a power of two. */
    if ((report->count & (report->count - 1)) == 0)
        report->results =
            xreallocarray(report->results, report->count ? report->count * 2 : 1,
                          sizeof *report->results);
    report->results[report->count++] = result_at_marker(window, json, size);
    window->kept_bytes += size;
}

/* Read on in the value behind the marker. False: it goes on behind the window. */
static bool take_value(struct window *window, const char *bytes, size_t size,
                       bool is_end)
{
    size_t value_at = window->marker_at + MARKER_SIZE;
    size_t most = value_at + LIMIT_RESULT_BYTES;
    size_t end = size < most ? size : most;
    size_t used = 0;
    enum value_status status =
        value_feed(&window->value, bytes + window->fed, end - window->fed, &used);

    window->fed += used;
    if (status == VALUE_MORE && end == size && size < most && !is_end)
        return false;
    window->in_value = false;
    window->at = value_at;
    if (status == VALUE_WHOLE) {
        while (bytes[value_at] != '{')
            value_at++;
        add_good(window, bytes + value_at, window->fed - value_at);
        window->at = window->fed;
    } else if (status == VALUE_BAD) {
        add_bad(window, window->value.why, bytes, window->fed, size);
    } else {
        add_bad(window,
                window->fed == most ? "the value is larger than 64 MiB"
                                    : "the file ends inside the value",
                bytes, window->fed, window->fed);
    }
    return true;
}

static size_t find_start(const struct window *window, const char *bytes, size_t size)
{
    if (!window->only_last_start)
        return MARKER_NONE;
    return marker_find_start(bytes, size, window->at, window->begins_line);
}

size_t window_take(struct window *window, const char *bytes, size_t size, bool is_end)
{
    size_t horizon = is_end ? size : size > MARGIN ? size - MARGIN : 0;
    size_t start = find_start(window, bytes, size);

    for (;;) {
        if (window->in_value && !take_value(window, bytes, size, is_end))
            return window->marker_at;
        if (start != MARKER_NONE && start < window->at)
            start = find_start(window, bytes, size);
        size_t marker = marker_find(bytes, size, window->at);
        if (start < marker && start < horizon) {
            window->at = start + START_SIZE;
            start_anew(window,
                       bytes[window->at] == '1' && bytes[window->at + 1] == ' ');
        } else if (marker >= horizon) { /* MARKER_NONE too */
            window->at = window->at < horizon ? horizon : window->at;
            return is_end ? size : window->at;
        } else if (is_on_echo(window, bytes, marker)) {
            window->at = marker + MARKER_SIZE;
        } else {
            window->in_value = true;
            window->marker_at = marker;
            window->fed = marker + MARKER_SIZE;
            value_begin(&window->value);
        }
    }
}
