#include "launcher/check/site_check.h"

#include <string.h>

#include "launcher/check/impossible.h"
#include "launcher/check/site_warnings.h"
#include "launcher/common/clock.h"
#include "launcher/common/memory.h"

static int no_such_partition(const struct settings *settings, const struct site *site,
                             struct error *err)
{
    const char *name = settings_text(settings, SETTING_PARTITION);
    cleanup_free char *names = site_names(site);

    if (!settings_is_asked(settings, SETTING_PARTITION))
        return error_set(
            err, ERROR_SCHEDULER,
            "this cluster has no partition '%s', raylaunch's default; there "
            "are: %s. Choose one with --partition, or write it down once: "
            "raylaunch config --init",
            name, names);
    return error_set(err, ERROR_SCHEDULER,
                     "this cluster has no partition '%s' (%s); there are: %s", name,
                     settings_origin(settings, SETTING_PARTITION), names);
}

bool site_limits(const struct settings *settings, struct scheduler *scheduler,
                 struct scheduler_limits *ret_limits)
{
    struct error ignored = {0};

    *ret_limits = (struct scheduler_limits){0};
    return scheduler_can(scheduler, SCHEDULER_HAS_LIMITS) &&
           scheduler_limits(scheduler, settings_text(settings, SETTING_PARTITION),
                            settings_text(settings, SETTING_ACCOUNT),
                            settings_text(settings, SETTING_QOS), ret_limits,
                            &ignored) == 0;
}

static void add_warnings(const struct settings *settings, struct scheduler *scheduler,
                         const struct site *site, struct words *warnings)
{
    struct error ignored = {0};
    struct site_reservations reservations = {0};
    struct scheduler_limits limits;
    struct site_facts facts = {site, &limits, &reservations, clock_wall()};

    settings_warnings(settings, warnings);
    if (site_limits(settings, scheduler, &limits)) {
        scheduler_reservations(scheduler, settings_text(settings, SETTING_PARTITION),
                               settings_text(settings, SETTING_ACCOUNT), &reservations,
                               &ignored);
        site_warnings(settings, &facts, warnings);
        site_reservations_release(&reservations);
    }
}

/* Of one partition ("" the default one). */
static void judge_one(const struct settings *settings, struct scheduler *scheduler,
                      const struct site *site, const char *name, struct words *sure,
                      struct words *likely)
{
    struct scheduler_limits limits;
    struct error ignored = {0};
    struct impossible_facts facts = {
        site, *name ? site_find(site, name) : site_meant_partition(settings, site),
        &limits};

    if (scheduler_limits(scheduler, name, settings_text(settings, SETTING_ACCOUNT),
                         settings_text(settings, SETTING_QOS), &limits, &ignored) == 0)
        impossible(settings, &facts, sure, likely);
}

bool site_judge(const struct settings *settings, struct scheduler *scheduler,
                const struct site *site, struct words *ret_lines)
{
    const char *at = settings_text(settings, SETTING_PARTITION);
    cleanup_words struct words lines = {0};
    bool is_impossible = true, is_first = true;

    if (!scheduler_can(scheduler, SCHEDULER_HAS_LIMITS) || site->n_partitions == 0)
        return false;
    for (; *at || is_first; at += strspn(at, ", ")) {
        cleanup_free char *name = xmemdup(at, strcspn(at, ", "));
        cleanup_words struct words sure = {0};
        cleanup_words struct words likely = {0};
        judge_one(settings, scheduler, site, name, &sure, &likely);
        if (sure.count + likely.count == 0)
            return false; /* the scheduler takes the partition that can */
        is_impossible = is_impossible && sure.count > 0;
        words_copy(&lines, &sure);
        words_copy(&lines, &likely);
        at += strcspn(at, ", ");
        is_first = false;
    }
    words_copy(ret_lines, &lines);
    return is_impossible;
}

/* What is known of the site may be a day old: before a refusal it is asked anew. */
static int refuse(const struct settings *settings, struct scheduler *scheduler,
                  struct site *site, struct words *warnings, struct error *err)
{
    cleanup_words struct words lines = {0};
    cleanup_text struct text text = {0};
    struct error ignored = {0};

    if (!site_judge(settings, scheduler, site, warnings) ||
        settings_switch(settings, SETTING_SUBMIT_ANYWAY))
        return 0;
    site_release(site);
    if (scheduler_refresh(scheduler, &ignored) < 0 ||
        scheduler_site(scheduler, SITE_KNOWN, site, &ignored) < 0 ||
        !site_judge(settings, scheduler, site, &lines))
        return 0;
    words_release(warnings);
    for (size_t i = 0; i < lines.count; i++)
        text_addf(&text, "%s%s", i ? "\n" : "", lines.items[i]);
    return error_set(err, ERROR_SCHEDULER,
                     "%s\nnothing was submitted; --submit-anyway does it all the same",
                     text_string(&text));
}

/* What is kept of the site may be a day old: before a refusal it is asked anew. */
static bool is_missing(const char *name, struct scheduler *scheduler, struct site *site)
{
    struct error ignored = {0};

    if (site->n_partitions == 0 || site_find(site, name))
        return false;
    site_release(site);
    return scheduler_site(scheduler, SITE_NEW, site, &ignored) == 0 &&
           site->n_partitions > 0 && !site_find(site, name);
}

int site_check(const struct settings *settings, struct scheduler *scheduler,
               bool will_submit, struct words *warnings, struct error *err)
{
    cleanup_words struct words lines = {0};
    const char *name = settings_text(settings, SETTING_PARTITION);
    struct site site = {0};
    struct error ignored = {0};
    int rc = 0;

    /* A controller that does not answer is found by sbatch. */
    if (scheduler_site(scheduler, SITE_KNOWN, &site, &ignored) < 0)
        return 0;
    /* A list "a,b" is Slurm's to judge. */
    if (*name && !strchr(name, ',') && is_missing(name, scheduler, &site))
        rc = no_such_partition(settings, &site, err);
    if (rc == 0 && will_submit)
        rc = refuse(settings, scheduler, &site, &lines, err);
    else if (rc == 0)
        site_judge(settings, scheduler, &site, &lines);
    words_copy(warnings, &lines);
    if (rc == 0)
        add_warnings(settings, scheduler, &site, warnings);
    site_release(&site);
    return rc;
}

void site_warn(const struct settings *settings, struct scheduler *scheduler,
               struct words *warnings)
{
    struct error refusal = {0};

    if (site_check(settings, scheduler, false, warnings, &refusal) < 0)
        words_add(warnings, refusal.text);
}
