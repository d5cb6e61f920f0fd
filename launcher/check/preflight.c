#include "launcher/check/preflight.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/check/site_check.h"
#include "launcher/check/site_warnings.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"

const char *finding_status_name(enum finding_status status)
{
    static const char *const names[] = {"ok", "warn", "bad"};

    return names[status];
}

void findings_add(struct findings *findings, enum finding_status status,
                  const char *where, const char *name, const char *advice,
                  const char *format, ...)
{
    va_list args;

    findings->items = xgrow(findings->items, findings->count, &findings->cap,
                            sizeof *findings->items);
    va_start(args, format);
    findings->items[findings->count++] =
        (struct finding){.status = status,
                         .where = xstrdup(where),
                         .name = xstrdup(name),
                         .value = xvasprintf(format, args),
                         .advice = xstrdup(status == FINDING_OK ? "" : advice)};
    va_end(args);
}

size_t findings_count(const struct findings *findings, enum finding_status status)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].status == status;
    return count;
}

void findings_release(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].where);
        free(findings->items[i].name);
        free(findings->items[i].value);
        free(findings->items[i].advice);
    }
    free(findings->items);
    *findings = (struct findings){0};
}

static void add_limits(const struct site *site, struct findings *findings)
{
    const struct site_config *limits = &site->config;

    findings_add(findings, FINDING_OK, "cluster", "controller", "", "%s %s, cluster %s",
                 site->product, limits->version, limits->cluster);
    findings_add(findings, limits->message_timeout_s > 100 ? FINDING_WARN : FINDING_OK,
                 "cluster", "MessageTimeout",
                 "after a failed sbatch raylaunch waits so long before it asks again",
                 "%ld s", limits->message_timeout_s);
    findings_add(findings, FINDING_OK, "cluster", "MaxJobCount", "", "%ld",
                 limits->max_job_count);
    findings_add(findings, FINDING_OK, "cluster", "MaxArraySize", "", "%ld",
                 limits->max_array_size);
    if (limits->has_rate_limit)
        findings_add(findings, FINDING_OK, "cluster", "rate limit", "",
                     "%ld calls at once, then %g a second", limits->rate_burst,
                     limits->rate_per_s);
}

static void add_accounting(struct scheduler *scheduler,
                           const struct site_config *limits, struct findings *findings)
{
    struct job_list jobs = {0};
    struct error trouble = {0};
    bool is_kept = true;

    int rc = scheduler_history(scheduler, clock_wall() - 60, NULL, &jobs, &is_kept,
                               &trouble);
    job_list_release(&jobs);
    if (rc < 0)
        findings_add(findings, FINDING_WARN, "cluster", "accounting",
                     "the ends of jobs are known from their own files only", "%s",
                     trouble.text);
    else
        findings_add(findings, is_kept ? FINDING_OK : FINDING_WARN, "cluster",
                     "accounting",
                     "the ends of jobs are known from their own files only",
                     is_kept ? "sacct answers" : "not kept");
    bool is_short = limits->min_job_age_s < 30 && (rc < 0 || !is_kept);
    findings_add(findings, is_short ? FINDING_WARN : FINDING_OK, "cluster", "MinJobAge",
                 "the queue forgets ended jobs soon, and nobody else keeps them",
                 "%ld s", limits->min_job_age_s);
}

/* False: no job can go there. */
static bool add_partition(const struct settings *settings, const struct site *site,
                          struct findings *findings)
{
    const char *name = settings_text(settings, SETTING_PARTITION);
    long long nodes = settings_integer(settings, SETTING_NODES);
    cleanup_free char *names = site_names(site);
    cleanup_free char *others =
        xasprintf("choose one with --partition; there are: %s", names);

    if (!*name || strchr(name, ',')) { /* Slurm's to judge */
        findings_add(findings, FINDING_OK, "cluster", "partition", "", "%s",
                     *name ? name : "the default one");
        return true;
    }
    const struct site_partition *found = site_find(site, name);
    if (!found) {
        findings_add(findings, FINDING_BAD, "cluster", "partition", others,
                     "'%s' (%s) does not exist", name,
                     settings_origin(settings, SETTING_PARTITION));
        return false;
    }
    bool is_small = found->nodes < nodes;
    findings_add(
        findings,
        is_small       ? FINDING_BAD
        : found->is_up ? FINDING_OK
                       : FINDING_WARN,
        "cluster", "partition",
        is_small ? "ask for fewer with --nodes, or choose another --partition"
                 : "it is down: jobs wait until it is up",
        "%s: %ld nodes (asked: %lld), at most %ld CPUs and %ld MiB a node, limit %s",
        name, found->nodes, nodes, found->cpus, found->memory_mib, found->time_limit);
    return !is_small;
}

static void add_limit(long limit, const char *name, const char *from,
                      struct findings *findings)
{
    if (limit > 0)
        findings_add(findings, FINDING_OK, "cluster", name, "", "%ld (%s)", limit,
                     from);
}

/* The user's own limits, and what of the settings the site will not give. What is kept
 * of the site is made anew. */
static void add_own_limits(const struct settings *settings, struct scheduler *scheduler,
                           const struct site *site, struct findings *findings)
{
    const char *partition = settings_text(settings, SETTING_PARTITION);
    const char *account = settings_text(settings, SETTING_ACCOUNT);
    struct site_reservations reservations = {0};
    cleanup_words struct words warnings = {0};
    cleanup_words struct words never = {0};
    struct scheduler_limits limits;

    if (scheduler_refresh(scheduler, NULL) < 0 ||
        scheduler_limits(scheduler, partition, account,
                         settings_text(settings, SETTING_QOS), &limits, NULL) < 0)
        return;
    struct site_facts facts = {site, &limits, &reservations, clock_wall()};
    add_limit(limits.max_submit, "jobs in queue", limits.max_submit_from, findings);
    add_limit(limits.max_running, "jobs running", limits.max_running_from, findings);
    scheduler_reservations(scheduler, partition, account, &reservations, NULL);
    settings_warnings(settings, &warnings);
    site_warnings(settings, &facts, &warnings);
    bool is_never = site_judge(settings, scheduler, site, &never);
    for (size_t i = 0; i < never.count; i++)
        findings_add(findings, is_never ? FINDING_BAD : FINDING_WARN, "cluster",
                     "request", "", "%s", never.items[i]);
    for (size_t i = 0; i < warnings.count; i++)
        findings_add(findings, FINDING_WARN, "cluster", "request", "", "%s",
                     warnings.items[i]);
    site_reservations_release(&reservations);
}

void preflight_site(const struct settings *settings, struct scheduler *scheduler,
                    struct findings *findings, bool *ret_is_usable)
{
    struct site site = {0};
    struct error trouble = {0};

    *ret_is_usable = true;
    if (!scheduler_can(scheduler, SCHEDULER_HAS_SITE))
        return;
    if (scheduler_site(scheduler, SITE_NEW, &site, &trouble) < 0) {
        findings_add(findings, FINDING_BAD, "cluster", "controller",
                     "ask again later; `scontrol ping` shows which daemon is down",
                     "%s", trouble.text);
        *ret_is_usable = false;
        return;
    }
    add_limits(&site, findings);
    add_accounting(scheduler, &site.config, findings);
    *ret_is_usable = add_partition(settings, &site, findings);
    add_own_limits(settings, scheduler, &site, findings);
    site_release(&site);
}
