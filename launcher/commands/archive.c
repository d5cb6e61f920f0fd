/* archive.c - the verb `archive` */
#include "collector/archive/bundle.h"
#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/sweep_report.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"

enum { OPT_VERIFY = 1, OPT_EXTRACT, OPT_FORCE };

static const struct option_spec verb_archive_options[] = {
    {"verify", 0, "FILE", .id = OPT_VERIFY},
    {"extract", 0, "FILE", .id = OPT_EXTRACT},
    {"force", 0, NULL, .id = OPT_FORCE},
    {0},
};

static void archive_add_json(const char *path, const struct bundle_report *report,
                             const struct words *left_out, struct text *text)
{
    struct json_writer json;

    jsonwrite_line(&json, "archive", text);
    jsonwrite_string(&json, "path", path);
    jsonwrite_integer(&json, "files", (long long)report->n_files);
    jsonwrite_integer(&json, "bytes", (long long)report->bytes);
    jsonwrite_integer(&json, "size_bytes", (long long)report->size_bytes);
    jsonwrite_string(&json, "sha256", report->sha256);
    if (left_out)
        jsonwrite_words(&json, "left_out", left_out);
    jsonwrite_line_end(&json);
}

static int print_report(const struct invocation *in, const char *path,
                        const struct bundle_report *report,
                        const struct words *left_out, const char *what,
                        struct error *err)
{
    cleanup_text struct text text = {0};

    if (in->json)
        archive_add_json(path, report, left_out, &text);
    else
        text_addf(&text, "%s\n", path);
    say(in, "%s: %zu files, %llu bytes in %llu, sha256 %s", what, report->n_files,
        report->bytes, report->size_bytes, report->sha256);
    return in->json ? print_text(&text, err) : print_lines(&text, err);
}

static int verify(struct invocation *in, const char *path, struct error *err)
{
    struct bundle_report report = {0};

    if (bundle_verify(path, &report, err) < 0)
        return -1;
    return print_report(in, path, &report, NULL, "every sum is right", err);
}

static int extract(struct invocation *in, const char *path, struct error *err)
{
    cleanup_free char *root = NULL;
    cleanup_text struct text text = {0};

    if (in->rest.count != 1)
        return error_set(err, ERROR_USAGE, "name the new folder to unpack '%s' into",
                         path);
    if (bundle_extract(path, in->rest.items[0], &root, err) < 0)
        return -1;
    text_addf(&text, "%s/%s\n", in->rest.items[0], root);
    return print_text(&text, err);
}

static int verb_archive_run(struct invocation *in, struct error *err)
{
    const char *sweep = NULL;
    struct campaign campaign = {0};
    struct bundle_report report = {0};
    cleanup_words struct words left_out = {0};
    bool is_asked = false;

    if (invocation_has(in, OPT_VERIFY))
        return verify(in, invocation_value(in, OPT_VERIFY), err);
    if (invocation_has(in, OPT_EXTRACT))
        return extract(in, invocation_value(in, OPT_EXTRACT), err);
    int rc = open_sweep_operand(in, &sweep, err);
    if (rc == 0)
        rc = open_sweep_and_look(in, sweep, &campaign, &is_asked, err);
    if (rc == 0) {
        struct table table = {0};
        cleanup_free char *path = report_archive_path(&campaign);
        cleanup_words struct words troubles = {0};
        rc = report_table(&campaign, is_asked, &table, &troubles, err);
        if (rc == 0)
            rc = report_write(&campaign, &table, err);
        if (rc == 0)
            warn_of_sources(&table, &troubles);
        table_release(&table);
        if (rc == 0)
            rc = report_archive(&campaign, path, invocation_has(in, OPT_FORCE),
                                &left_out, &report, err);
        if (rc == 0)
            warn_left_out(&left_out);
        if (rc == 0)
            rc = print_report(in, path, &report, &left_out, "archived and read back",
                              err);
    }
    campaign_close(&campaign);
    return rc;
}

const struct command verb_archive = {
    .name = "archive",
    .options = verb_archive_options,
    .scope = SCOPE_SWEEP,
    .run = verb_archive_run,
};
