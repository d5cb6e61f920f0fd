/* logs.c - the verb `logs` */
#include <stdlib.h>
#include <string.h>

#include "launcher/commands/follow.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/trees/json_write.h"

#define JSON_MOST_BYTES (64UL << 20)

enum { OPT_FOLLOW = 1, OPT_TAIL, OPT_STREAM, OPT_SWEEP };

static const struct option_spec verb_logs_options[] = {
    {"follow", 0, NULL, .id = OPT_FOLLOW},
    {"tail", 0, "N", .id = OPT_TAIL},
    {"stream", 0, "WORD", .id = OPT_STREAM},
    {"sweep", 0, "SWEEP", .id = OPT_SWEEP},
    {0},
};

struct streams {
    struct follow out, err;
    bool has_out, has_err;
};

static int choose_streams(const struct invocation *in, struct streams *streams,
                          struct error *err)
{
    const char *word = invocation_value(in, OPT_STREAM);

    streams->has_out = !word || strcmp(word, "err") != 0;
    streams->has_err = !word || strcmp(word, "out") != 0;
    if (word && strcmp(word, "err") != 0 && strcmp(word, "out") != 0 &&
        strcmp(word, "both") != 0)
        return error_set(err, ERROR_USAGE, "--stream is out, err or both, not '%s'",
                         word);
    return 0;
}

/* One point: named by id, or by a glob that matches one. */
static int logs_find_point(const struct invocation *in, const struct campaign *campaign,
                           struct sweep_point **ret_point, struct error *err)
{
    size_t n_found = 0;

    for (size_t i = 0; i < campaign->sweep->n_points; i++) {
        struct sweep_point *point = campaign->sweep->points[i];
        if (!select_matches(point, &in->rest) || !sweep_attempt(point))
            continue;
        *ret_point = point;
        n_found++;
    }
    if (n_found == 1)
        return 0;
    return error_set(
        err, ERROR_USAGE,
        "%zu submitted points match; name one (`raylaunch status --json` lists "
        "their ids; globs work: 'lr=0.1*')",
        n_found);
}

static int copy_both(const struct campaign *campaign, const struct attempt *attempt,
                     struct streams *streams, struct error *err)
{
    cleanup_free char *out = attempt_path(campaign->sweep, attempt, ".out");
    cleanup_free char *err_path = attempt_path(campaign->sweep, attempt, ".err");

    if (streams->has_err && follow_copy(&streams->err, err_path, stdout, err) < 0)
        return -1;
    return streams->has_out ? follow_copy(&streams->out, out, stdout, err) : 0;
}

static int start_tail(const struct invocation *in, const struct campaign *campaign,
                      const struct attempt *attempt, struct streams *streams,
                      struct error *err)
{
    const char *word = invocation_value(in, OPT_TAIL);
    char *end = NULL;
    long lines = word ? strtol(word, &end, 10) : 200;
    cleanup_free char *out = attempt_path(campaign->sweep, attempt, ".out");
    cleanup_free char *err_path = attempt_path(campaign->sweep, attempt, ".err");

    if (word && (*end || end == word || lines < 0))
        return error_set(err, ERROR_USAGE, "--tail wants a number of lines, not '%s'",
                         word);
    if (lines == 0)
        return 0;
    if (follow_tail(&streams->out, out, lines, err) < 0)
        return -1;
    return follow_tail(&streams->err, err_path, lines, err);
}

static int logs_print_json(const struct campaign *campaign,
                           const struct attempt *attempt, const struct streams *streams,
                           struct error *err)
{
    cleanup_text struct text line = {0};
    const char *suffixes[] = {".out", ".err"};

    for (size_t i = 0; i < 2; i++) {
        cleanup_free char *path = attempt_path(campaign->sweep, attempt, suffixes[i]);
        cleanup_text struct text said = {.max = JSON_MOST_BYTES};
        if (!(i == 0 ? streams->has_out : streams->has_err) || !file_exists(path))
            continue;
        if (follow_read(i == 0 ? &streams->out : &streams->err, path, &said, err) < 0)
            return said.is_full
                       ? error_prefix(err, "--json has a log whole; --tail N cuts it")
                       : -1;
        struct json_writer json;
        jsonwrite_line(&json, "log", &line);
        jsonwrite_string(&json, "point", attempt->point->point.id);
        jsonwrite_string(&json, "stream", suffixes[i] + 1);
        jsonwrite_bytes(&json, "text", text_string(&said), said.size);
        jsonwrite_line_end(&json);
    }
    return print_text(&line, err);
}

static int logs_show(struct invocation *in, struct campaign *campaign,
                     struct error *err)
{
    struct sweep_point *point = NULL;
    struct streams streams = {0};

    if (choose_streams(in, &streams, err) < 0 ||
        logs_find_point(in, campaign, &point, err) < 0)
        return -1;
    const struct attempt *attempt = sweep_attempt(point);
    if (start_tail(in, campaign, attempt, &streams, err) < 0)
        return -1;
    if (in->json)
        return logs_print_json(campaign, attempt, &streams, err);
    int rc = copy_both(campaign, attempt, &streams, err);
    if (rc < 0 || !invocation_has(in, OPT_FOLLOW))
        return rc;
    if (campaign_connect(campaign, err) < 0)
        return -1;
    int pause_ms =
        scheduler_can(&campaign->scheduler, SCHEDULER_RUNS_HERE) ? 200 : 2000;
    while (rc == 0 && !attempt->is_final && interrupt_sleep_ms(pause_ms)) {
        struct error trouble = {0};
        if (campaign_look(campaign, &trouble) < 0 && !interrupt_is_pending())
            return error_set(err, trouble.kind, "%s", trouble.text);
        rc = copy_both(campaign, attempt, &streams, err);
    }
    if (rc == 0 && interrupt_is_pending())
        return interrupt_error(err, "while following; the job goes on");
    return rc;
}

static int verb_logs_run(struct invocation *in, struct error *err)
{
    struct campaign campaign = {0};

    int rc = open_sweep(in, invocation_value(in, OPT_SWEEP), &campaign, err);
    if (rc == 0)
        rc = logs_show(in, &campaign, err);
    campaign_close(&campaign);
    return rc;
}

const struct command verb_logs = {
    .name = "logs",
    .options = verb_logs_options,
    .scope = SCOPE_SWEEP,
    .run = verb_logs_run,
};
