/* check.c - the verb `check` */
#include <string.h>
#include <unistd.h>

#include "launcher/campaign/report.h"
#include "launcher/check/probe.h"
#include "launcher/commands/command.h"
#include "launcher/commands/local_defaults.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/files/temp_folder.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/random.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_write.h"

enum { OPT_PROBE = 1 };

#define PROBE_WAIT_S 600 /* in the queue and running, unless --wait-timeout */

static const struct option_spec verb_check_options[] = {
    {"probe", 0, NULL, .id = OPT_PROBE},
    {0},
};

static void check_add_json(const struct finding *finding, struct text *text)
{
    const char *status = finding_status_name(finding->status);
    struct json_writer json;

    jsonwrite_line(&json, "finding", text);
    jsonwrite_string(&json, "where", finding->where);
    jsonwrite_string(&json, "finding", finding->name);
    jsonwrite_string(&json, "value", finding->value);
    jsonwrite_string(&json, "status", status);
    jsonwrite_string(&json, "is", status); /* as it was called before */
    jsonwrite_string(&json, "advice", finding->advice);
    jsonwrite_line_end(&json);
}

/* What nodes and daemons wrote goes to a terminal: no control characters. */
static void add_padded(struct text *text, const char *word, size_t width)
{
    size_t start = text->size;

    utf8_add_printable(text, word, strlen(word));
    while (text->size - start < width)
        text_add_char(text, ' ');
}

static size_t widest(const struct findings *findings, bool of_where)
{
    size_t width = 0;

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        size_t size = strlen(of_where ? finding->where : finding->name);
        width = size > width ? size : width;
    }
    return width < 40 ? width : 40;
}

static int print_findings(struct invocation *in, const struct findings *findings,
                          struct error *err)
{
    size_t where = widest(findings, true), name = widest(findings, false);
    cleanup_text struct text text = {0};

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (in->json) {
            check_add_json(finding, &text);
            continue;
        }
        add_padded(&text, finding_status_name(finding->status), 6);
        add_padded(&text, finding->where, where + 2);
        add_padded(&text, finding->name, name + 2);
        add_padded(&text, finding->value, 0);
        text_add_char(&text, '\n');
        if (*finding->advice) {
            add_padded(&text, "", 6 + where + 2 + name + 2);
            text_addf(&text, "-> %s\n", finding->advice);
        }
    }
    if (print_text(&text, err) < 0)
        return -1;
    size_t n_bad = findings_count(findings, FINDING_BAD);
    say(in, "%zu findings: %zu ok, %zu to look at (warn), %zu bad", findings->count,
        findings_count(findings, FINDING_OK), findings_count(findings, FINDING_WARN),
        n_bad);
    return n_bad > 0 ? 1 : 0;
}

static void on_news(void *context, const char *text)
{
    say(context, "raylaunch: probe: %s", text);
}

/* A folder of its own beside the sweeps: what the nodes see there, they see there. */
static int probe(struct invocation *in, struct scheduler *scheduler,
                 struct findings *findings, struct error *err)
{
    const char *output = settings_text(in->settings, SETTING_OUTPUT_DIR);
    long long wait = settings_is_set(in->settings, SETTING_WAIT_TIMEOUT)
                         ? settings_integer(in->settings, SETTING_WAIT_TIMEOUT)
                         : PROBE_WAIT_S;
    char token[RANDOM_HEX_SIZE(5)];
    cleanup_free char *absolute = NULL;
    bool is_new = false;

    if (path_absolute(output, &absolute, err) < 0 ||
        probe_adapt(in->settings, err) < 0 || folder_make(absolute, &is_new, err) < 0)
        return -1;
    random_hex(token, 5);
    cleanup_free char *folder = xasprintf("%s/.check-%s", absolute, token);
    if (own_folder_make(folder, NULL, err) < 0)
        return -1;
    struct probe_request request = {.settings = in->settings,
                                    .scheduler = scheduler,
                                    .folder = folder,
                                    .wait_s = (double)wait,
                                    .context = in,
                                    .on_news = on_news};
    int rc = probe_run(&request, findings, err);
    temp_folder_remove(folder);
    if (is_new)
        rmdir(absolute); /* only if it is empty */
    return rc;
}

static int look(struct invocation *in, struct scheduler *scheduler,
                struct findings *findings, struct error *err)
{
    bool is_usable = true;

    preflight_here(scheduler, findings);
    preflight_folder(settings_text(in->settings, SETTING_OUTPUT_DIR),
                     !scheduler_can(scheduler, SCHEDULER_RUNS_HERE), findings);
    preflight_site(in->settings, scheduler, findings, &is_usable);
    if (interrupt_is_pending())
        return interrupt_error(err, "before everything was looked at");
    if (!invocation_has(in, OPT_PROBE))
        return 0;
    if (is_usable)
        return probe(in, scheduler, findings, err);
    findings_add(findings, FINDING_WARN, "cluster", "probe", "first repair what is bad",
                 "not submitted");
    return 0;
}

static int verb_check_run(struct invocation *in, struct error *err)
{
    struct findings findings = {0};
    struct scheduler scheduler = {0};
    struct scheduler_options scheduler_options = {.local_slots = 1};

    if (in->rest.count > 0)
        return error_set(err, ERROR_USAGE, "check takes options only, not '%s'",
                         in->rest.items[0]);
    int rc = sweep_adapt_local(in, err);
    if (rc == 0)
        rc = scheduler_open(settings_text(in->settings, SETTING_SCHEDULER),
                            &scheduler_options, &scheduler, err);
    if (rc == 0) {
        rc = look(in, &scheduler, &findings, err);
        scheduler_close(&scheduler);
    }
    if (rc == 0)
        rc = print_findings(in, &findings, err);
    findings_release(&findings);
    return rc;
}

const struct command verb_check = {
    .name = "check",
    .options = verb_check_options,
    .scope = SCOPE_ALL,
    .run = verb_check_run,
};
