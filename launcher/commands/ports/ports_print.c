#include "launcher/commands/ports/ports_print.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/json_write.h"

static void ports_add_span(struct json_writer *json, const char *key,
                           struct ports_span span)
{
    jsonwrite_list(json, key);
    jsonwrite_integer(json, NULL, span.first);
    jsonwrite_integer(json, NULL, span.last);
    jsonwrite_close(json);
}

static void add_user_json(const struct ports_view *view, const struct ports_user *user,
                          struct text *text)
{
    struct json_writer json;

    jsonwrite_line(&json, "ports", text);
    jsonwrite_string(&json, "user", user->name);
    if (user->has_uid)
        jsonwrite_integer(&json, "uid", (long long)user->uid);
    else
        jsonwrite_null(&json, "uid");
    jsonwrite_string(&json, "from", user->is_explicit ? "map" : "uid");
    if (user->is_explicit)
        jsonwrite_null(&json, "slice");
    else
        jsonwrite_integer(&json, "slice", (long long)user->slice);
    jsonwrite_integer(&json, "slices", (long long)view->grid.n_slices);
    jsonwrite_list(&json, "ports");
    for (size_t i = 0; i < user->area.count; i++)
        ports_add_span(&json, NULL, user->area.spans[i]);
    jsonwrite_close(&json);
    jsonwrite_line_end(&json);
}

static void add_user(const struct ports_view *view, const struct ports_user *user,
                     bool as_json, struct text *text)
{
    cleanup_text struct text spans = {0};

    if (as_json) {
        add_user_json(view, user, text);
        return;
    }
    for (size_t i = 0; i < user->area.count; i++)
        text_addf(&spans, "%s%ld-%ld", i ? ", " : "", user->area.spans[i].first,
                  user->area.spans[i].last);
    cleanup_free char *uid = user->has_uid ? xasprintf("%lu", user->uid) : NULL;
    cleanup_free char *slice = user->is_explicit ? NULL : xasprintf("%zu", user->slice);
    text_addf(text, "%-16s %10s  %-5s  %s\n", user->name, uid ? uid : "-",
              slice ? slice : "map", text_string(&spans));
}

static void add_job_text(const struct ports_view *view, const struct ports_user *user,
                         const struct ports_job *job, struct text *text)
{
    if (job->n_grains == 0) {
        text_addf(text,
                  "\na job of %s with %ld CPUs a node finds no room: it would take "
                  "single free ports\n",
                  user->name, view->cpus);
        return;
    }
    text_addf(text,
              "\na job of %s with %ld CPUs a node takes first: %ld-%ld (%zu grain%s)\n",
              user->name, view->cpus, job->span.first, job->span.last, job->n_grains,
              job->n_grains == 1 ? "" : "s");
    for (size_t i = 0; i < PORTS_SERVICES; i++)
        text_addf(text, "%s%s %ld",
                  i % 4 ? ", "
                  : i   ? ",\n  "
                        : "  ",
                  ports_service_name(i), job->services[i]);
    text_addf(text, "\n  %ld workers %ld-%ld\n", job->n_workers, job->workers.first,
              job->workers.last);
}

static void add_job_json(const struct ports_view *view, const struct ports_user *user,
                         const struct ports_job *job, struct text *text)
{
    struct json_writer json;

    jsonwrite_line(&json, "job_ports", text);
    jsonwrite_string(&json, "user", user->name);
    jsonwrite_integer(&json, "cpus", view->cpus);
    jsonwrite_integer(&json, "grains", (long long)job->n_grains);
    if (job->n_grains > 0) {
        ports_add_span(&json, "ports", job->span);
        jsonwrite_object(&json, "services");
        for (size_t i = 0; i < PORTS_SERVICES; i++)
            jsonwrite_integer(&json, ports_service_name(i), job->services[i]);
        jsonwrite_close(&json);
        jsonwrite_integer(&json, "workers", job->n_workers);
        ports_add_span(&json, "worker_ports", job->workers);
    }
    jsonwrite_line_end(&json);
}

static int add_job(const struct ports_view *view, const struct ports_user *user,
                   bool as_json, struct text *text, struct error *err)
{
    struct ports_use uses[PORTS_SERVICES + 1];
    struct ports_grid own;
    struct ports_job job;

    /* A user with a range of his own sets ports.first and ports.last to it. */
    if (user->is_explicit)
        ports_grid_make(user->area.spans[0], view->ephemeral, &own);
    ports_first_job(user->is_explicit ? &own : &view->grid, user->uid, view->is_strict,
                    ports_workers(view->cpus), &job);
    if (job.n_grains > 0 && ports_check_uses(uses, ports_job_uses(&job, uses), err) < 0)
        return -1;
    if (as_json)
        add_job_json(view, user, &job, text);
    else
        add_job_text(view, user, &job, text);
    return 0;
}

static void add_overlap(const char *a, const char *b, struct ports_span span,
                        bool as_json, struct text *text)
{
    struct json_writer json;

    if (!as_json) {
        text_addf(text, "overlap: %s and %s share %ld-%ld\n", a, b, span.first,
                  span.last);
        return;
    }
    jsonwrite_line(&json, "overlap", text);
    jsonwrite_list(&json, "users");
    jsonwrite_string(&json, NULL, a);
    jsonwrite_string(&json, NULL, b);
    jsonwrite_close(&json);
    ports_add_span(&json, "ports", span);
    jsonwrite_line_end(&json);
}

int ports_view_add(const struct ports_view *view, bool as_json, struct text *text,
                   struct error *err)
{
    if (!as_json) {
        text_addf(text,
                  "range %ld-%ld without the ephemeral ports %ld-%ld: %zu grains of "
                  "128 ports, %zu slice%s%s\n\n",
                  view->range.first, view->range.last, view->ephemeral.first,
                  view->ephemeral.last, view->grid.n_grains, view->grid.n_slices,
                  view->grid.n_slices == 1 ? "" : "s",
                  view->is_strict ? ", never left (ports.strict)" : "");
        text_addf(text, "%-16s %10s  %-5s  %s\n", "user", "uid", "slice", "ports");
    }
    for (size_t i = 0; i < view->users.count; i++)
        add_user(view, &view->users.users[i], as_json, text);
    for (size_t i = 0; i < view->users.count && view->shows_jobs; i++) {
        if (add_job(view, &view->users.users[i], as_json, text, err) < 0)
            return -1;
    }
    if (view->n_overlaps > 0 && !as_json)
        text_add_char(text, '\n');
    for (size_t i = 0; i < view->n_overlaps; i++) {
        const struct ports_overlap *overlap = &view->overlaps[i];
        add_overlap(view->users.users[overlap->a].name,
                    view->users.users[overlap->b].name, overlap->span, as_json, text);
    }
    return 0;
}

/* Ports that two users would share, but those left at Ray's defaults, for which Ray
 * finds another or does without. */
static int check_layout_pair(const struct words *users, size_t a, size_t b,
                             bool as_json, struct text *text)
{
    struct ports_use one[PORTS_LAYOUT], other[PORTS_LAYOUT];
    int rc = 0;

    ports_layout_uses(a, one);
    ports_layout_uses(b, other);
    for (size_t i = 0; i < PORTS_LAYOUT; i++) {
        for (size_t j = 0; j < PORTS_LAYOUT; j++) {
            struct ports_span x = one[i].span, y = other[j].span;
            struct ports_span both = {x.first > y.first ? x.first : y.first,
                                      x.last < y.last ? x.last : y.last};
            bool is_default = i == j && x.first == y.first;
            if (both.first > both.last || is_default)
                continue;
            add_overlap(users->items[a], users->items[b], both, as_json, text);
            rc = 1;
        }
    }
    return rc;
}

static void add_layout_user(const char *user, size_t k, const struct ports_use *uses,
                            bool as_json, struct text *text)
{
    if (!as_json)
        text_addf(text, "%s%s\n", k ? "\n" : "", user);
    for (size_t i = 0; i < PORTS_LAYOUT; i++) {
        struct ports_span span = uses[i].span;
        if (as_json) {
            struct json_writer json;
            jsonwrite_line(&json, "layout_ports", text);
            jsonwrite_string(&json, "user", user);
            jsonwrite_integer(&json, "index", (long long)k);
            jsonwrite_string(&json, "component", uses[i].name);
            ports_add_span(&json, "ports", span);
            jsonwrite_line_end(&json);
        } else {
            text_addf(text, "  %-30s%ld", uses[i].name, span.first);
            text_addf(text, span.last > span.first ? "-%ld\n" : "\n", span.last);
        }
    }
    if (!as_json)
        text_addf(text, "  in raylaunch.yaml: ports: {first: %ld, last: %ld}\n",
                  uses[PORTS_LAYOUT_WORKERS].span.first,
                  uses[PORTS_LAYOUT_WORKERS].span.last);
}

static void add_problem(const char *user, const char *problem, bool as_json,
                        struct text *text)
{
    struct json_writer json;

    if (!as_json) {
        text_addf(text, "problem: %s: %s\n", user, problem);
        return;
    }
    jsonwrite_line(&json, "problem", text);
    jsonwrite_string(&json, "user", user);
    jsonwrite_string(&json, "message", problem);
    jsonwrite_line_end(&json);
}

int ports_layout_add(const struct words *users, struct ports_span ephemeral,
                     bool as_json, struct text *text)
{
    struct ports_use uses[PORTS_LAYOUT];
    int rc = 0;

    for (size_t k = 0; k < users->count; k++) {
        struct error problem = {0};
        size_t count = ports_layout_uses(k, uses);
        add_layout_user(users->items[k], k, uses, as_json, text);
        struct ports_span workers = uses[PORTS_LAYOUT_WORKERS].span;
        if (ports_check_uses(uses, count, &problem) < 0) {
            add_problem(users->items[k], problem.text, as_json, text);
            rc = 1;
        }
        if (workers.first <= ephemeral.last && workers.last >= ephemeral.first) {
            cleanup_free char *why =
                xasprintf("the worker ports lie among the ephemeral ones (%ld-%ld), "
                          "which any program may hold",
                          ephemeral.first, ephemeral.last);
            add_problem(users->items[k], why, as_json, text);
            rc = 1;
        }
    }
    for (size_t a = 0; a < users->count; a++) {
        for (size_t b = a + 1; b < users->count; b++)
            rc = check_layout_pair(users, a, b, as_json, text) || rc;
    }
    return rc;
}
