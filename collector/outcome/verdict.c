#include "collector/outcome/verdict.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/outcome/states.h"
#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"

#define VERDICT_VERSION 1
#define WORD_MAX 64      /* a phase, a cause, a host */
#define MESSAGE_MAX 4096 /* a sentence */
#define WARNINGS_MAX 100

/* What a job wrote goes to terminals and tables: printable, and not longer than it may
 * be. */
static char *clean(const char *string, size_t max)
{
    cleanup_text struct text text = {0};
    size_t size = strnlen(string, max);

    while (size > 0 && size == max && ((unsigned char)string[size] & 0xC0) == 0x80)
        size--; /* not through a character */
    utf8_add_printable(&text, string, size);
    return text_take(&text);
}

static char *member(const json_t *root, const char *key, size_t max)
{
    return clean(jsonio_string(root, key, ""), max);
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* A cause, a state, a phase: one lower-case word, or "". */
static char *word(const json_t *root, const char *key)
{
    const char *string = jsonio_string(root, key, "");
    size_t size = 0;

    while (size < WORD_MAX && is_word_char(string[size]))
        size++;
    return xstrdup(string[size] ? "" : string);
}

/* 64 hex digits, or "". */
static char *hash_word(const json_t *root, const char *key)
{
    const char *string = jsonio_string(root, key, "");
    bool is_hash = strlen(string) == 64 && strspn(string, "0123456789abcdef") == 64;

    return xstrdup(is_hash ? string : "");
}

static char *signal_word(const json_t *root)
{
    const char *string = jsonio_string(root, "signal", "");
    size_t size = strspn(string, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-");

    return xstrdup(strncmp(string, "SIG", 3) == 0 && !string[size] && size < 20 ? string
                                                                                : "");
}

static double time_of(const json_t *root, const char *key)
{
    const char *iso = jsonio_string(root, key, NULL);
    double wall = iso ? clock_from_iso(iso) : 0;

    return wall > 0 ? wall : 0;
}

static int exit_code_of(const json_t *root)
{
    long long code = jsonio_integer(root, "exit_code", -1);

    return code >= 0 && code <= 255 ? (int)code : -1;
}

static bool is_end_state(const char *state)
{
    enum state end;

    return state_from_name(state, &end) &&
           (end == STATE_COMPLETED || end == STATE_FAILED || end == STATE_TIMEOUT);
}

static char *job_id_of(const json_t *root)
{
    const json_t *value = json_object_get(root, "job_id");

    if (json_is_integer(value))
        return xasprintf("%lld", (long long)json_integer_value(value));
    return member(root, "job_id", WORD_MAX);
}

static void take_warnings(const json_t *root, struct words *warnings)
{
    const json_t *list = json_object_get(root, "warnings");

    for (size_t i = 0; i < json_array_size(list) && i < WARNINGS_MAX; i++) {
        const char *line = json_string_value(json_array_get(list, i));
        if (line && *line)
            words_take(warnings, clean(line, MESSAGE_MAX));
    }
}

static void fill(struct verdict *verdict, json_t *root)
{
    double entry = jsonio_number(json_object_get(root, "phases"), "entrypoint", 0);
    long long starts = jsonio_integer(root, "starts", 1);

    *verdict = (struct verdict){
        .is_present = true,
        .job_id = job_id_of(root),
        .phase = word(root, "phase"),
        .state = word(root, "state"),
        .cause = word(root, "cause"),
        .message = member(root, "message", MESSAGE_MAX),
        .host = member(root, "host", 255),
        .bootstrap = word(root, "bootstrap"),
        .ray_version = member(root, "ray_version", WORD_MAX),
        .code = hash_word(root, "code"),
        .exit_code = exit_code_of(root),
        .signal = signal_word(root),
        .started_at = time_of(root, "started_at"),
        .ended_at = time_of(root, "ended_at"),
        .entry_started_at = isfinite(entry) && entry > 0 ? entry : 0,
        .starts = starts >= 1 && starts <= 100000 ? (int)starts : 1,
        .raw = json_incref(root),
    };
    verdict->is_final =
        is_end_state(verdict->state) || strcmp(verdict->phase, "done") == 0;
    take_warnings(root, &verdict->warnings);
}

int verdict_parse(const char *bytes, size_t size, const char *source,
                  struct verdict *ret_verdict, struct error *err)
{
    json_auto_t *root = jsonio_parse(bytes, size, source, err);

    if (!root)
        return -1;
    if (!json_is_object(root))
        return error_set(err, ERROR_INPUT, "the verdict '%s' is no JSON object",
                         source);
    if (jsonio_integer(root, "v", 0) != VERDICT_VERSION)
        return error_set(
            err, ERROR_INPUT,
            "the verdict '%s' has not version %d; another release of raylaunch "
            "may have made its script",
            source, VERDICT_VERSION);
    fill(ret_verdict, root);
    return 0;
}

int verdict_load(const char *path, struct verdict *ret_verdict, struct error *err)
{
    cleanup_free char *bytes = NULL;
    struct error why = {0};
    size_t size = 0;

    errno = 0;
    if (file_read_all(path, LIMIT_VERDICT_BYTES, &bytes, &size, &why) < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            *ret_verdict = (struct verdict){.exit_code = -1};
            return 0;
        }
        return error_set(err, why.kind, "%s", why.text);
    }
    return verdict_parse(bytes, size, path, ret_verdict, err);
}

void verdict_release(struct verdict *verdict)
{
    if (!verdict)
        return;
    free(verdict->job_id);
    free(verdict->phase);
    free(verdict->state);
    free(verdict->cause);
    free(verdict->message);
    free(verdict->host);
    free(verdict->bootstrap);
    free(verdict->ray_version);
    free(verdict->code);
    free(verdict->signal);
    words_release(&verdict->warnings);
    json_decref(verdict->raw);
    *verdict = (struct verdict){.exit_code = -1};
}
