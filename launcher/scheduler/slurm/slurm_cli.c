#include "launcher/scheduler/slurm/slurm_cli.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/scheduler_ops.h"
#include "launcher/scheduler/slurm/slurm_cache.h"
#include "launcher/scheduler/slurm/slurm_call.h"
#include "launcher/scheduler/slurm/slurm_cancel.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "launcher/scheduler/slurm/slurm_history.h"
#include "launcher/scheduler/slurm/slurm_queue.h"
#include "launcher/scheduler/slurm/slurm_reasons.h"
#include "launcher/scheduler/slurm/slurm_reserved.h"
#include "launcher/scheduler/slurm/slurm_site.h"
#include "launcher/scheduler/slurm/slurm_submit.h"

struct slurm_cli {
    struct slurm_site_access access;
    struct scheduler_calls counted;
    bool is_timeout_asked; /* message_timeout_s was read */
    struct slurm_cache answers;
    struct child **calls; /* owned: sbatch that runs, by slot; NULL free */
    size_t n_calls;
};

static bool is_program(const char *folder, size_t length, const char *name)
{
    cleanup_free char *path =
        xasprintf("%.*s%s%s", (int)length, folder, length > 0 ? "/" : "", name);
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/* Is there an sbatch on PATH? */
static bool is_installed(void)
{
    const char *path = getenv("PATH");

    while (path) {
        size_t length = strcspn(path, ":");
        if (is_program(path, length, "sbatch"))
            return true;
        path = path[length] == ':' ? path + length + 1 : NULL;
    }
    return false;
}

static struct child **call_at(struct slurm_cli *slurm, size_t slot)
{
    if (slot >= slurm->n_calls) {
        slurm->calls = xreallocarray(slurm->calls, slot + 1, sizeof(struct child *));
        while (slurm->n_calls <= slot)
            slurm->calls[slurm->n_calls++] = NULL;
    }
    return &slurm->calls[slot];
}

static int begin(struct scheduler *scheduler, size_t slot,
                 const struct submit_request *submission, struct error *err)
{
    struct slurm_cli *slurm = scheduler->state;
    struct child_command command;
    struct child *child = NULL;

    assert(!*call_at(slurm, slot));
    slurm_call_init_sbatch(&slurm->access, &command);
    slurm_submit_words(submission, &command.argv);
    if (submission->timeout_ms > 0 && submission->timeout_ms < command.timeout_ms)
        command.timeout_ms = submission->timeout_ms;
    int rc = child_start(&command, &child, err);
    child_command_release(&command);
    if (rc < 0)
        return -1;
    if (child_exec_errno(child) != 0) {
        struct child_result result = {0};
        cleanup_text struct text text = {0};
        child_wait_any(&child, 1, 0);
        child_finish(child, &result);
        child_describe("sbatch", &result, &text);
        child_result_release(&result);
        return error_set(err, ERROR_SCHEDULER, "%s", text_string(&text));
    }
    *call_at(slurm, slot) = child;
    return 0;
}

static int next(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                struct submit_outcome *ret_outcome)
{
    struct slurm_cli *slurm = scheduler->state;
    struct child_result result = {0};
    long slot = child_wait_any(slurm->calls, slurm->n_calls, timeout_ms);

    if (slot < 0)
        return 0;
    child_finish(slurm->calls[slot], &result);
    slurm->calls[slot] = NULL;
    slurm_submit_read(&result, ret_outcome);
    child_result_release(&result);
    *ret_slot = (size_t)slot;
    return 1;
}

static int list(struct scheduler *scheduler, struct job_list *ret_jobs,
                struct error *err)
{
    const struct slurm_cli *slurm = scheduler->state;

    return slurm_queue_ask(&slurm->access, ret_jobs, err);
}

static int history(struct scheduler *scheduler, double since, const struct words *ids,
                   struct job_list *ret_jobs, bool *ret_is_kept, struct error *err)
{
    const struct slurm_cli *slurm = scheduler->state;

    return slurm_history_ask(&slurm->access, since, ids, ret_jobs, ret_is_kept, err);
}

static int cancel(struct scheduler *scheduler, const struct words *ids,
                  struct error *err)
{
    const struct slurm_cli *slurm = scheduler->state;

    return slurm_cancel(&slurm->access, ids, err);
}

/* A step beside those of the job: it shares their CPUs and memory, and asks for none.
 */
static void enter(const struct scheduler *scheduler, const char *job_id,
                  const char *node, bool has_terminal,
                  struct child_command *ret_command)
{
    static const char *const words[] = {
        "--overlap",  "--nodes=1",       "--ntasks=1",           "--mem=0",
        "--mpi=none", "--cpu-bind=none", "--kill-on-bad-exit=0", "--quiet"};
    const struct slurm_cli *slurm = scheduler->state;

    slurm_call_init(&slurm->access, "srun", ret_command);
    words_release(&ret_command->set); /* the user's locale, not that of our parsers */
    words_addf(&ret_command->argv, "--jobid=%s", job_id);
    words_addf(&ret_command->argv, "--nodelist=%s", node);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        words_add(&ret_command->argv, words[i]);
    if (has_terminal)
        words_add(&ret_command->argv, "--pty");
}

/* Asked once; the site's default where it does not answer, and asked again the next
 * time. */
static double message_timeout(struct scheduler *scheduler)
{
    struct slurm_cli *slurm = scheduler->state;
    struct error ignored = {0};

    if (!slurm->is_timeout_asked &&
        slurm_cache_config(&slurm->access, &slurm->answers, &ignored) == 0) {
        slurm->is_timeout_asked = true;
        if (slurm->answers.limits.message_timeout_s > 0)
            slurm->access.message_timeout_s =
                (double)slurm->answers.limits.message_timeout_s;
    }
    return slurm->access.message_timeout_s;
}

static int limits(struct scheduler *scheduler, const char *partition,
                  const char *account, const char *qos,
                  struct scheduler_limits *ret_limits, struct error *err)
{
    struct slurm_cli *slurm = scheduler->state;
    struct slurm_config_request request = {partition, account, qos};

    if (slurm_cache_get(&slurm->access, &slurm->answers, err) < 0)
        return -1;
    slurm_config_find(&slurm->answers, &request, ret_limits);
    return 0;
}

static int site(struct scheduler *scheduler, enum site_age age, struct site *ret_site,
                struct error *err)
{
    struct slurm_cli *slurm = scheduler->state;

    if (age == SITE_NEW)
        return slurm_site_ask(&slurm->access, ret_site, err);
    if (slurm_cache_get(&slurm->access, &slurm->answers, err) < 0)
        return -1;
    slurm_cache_site(&slurm->answers, ret_site);
    return 0;
}

static int refresh(struct scheduler *scheduler, struct error *err)
{
    struct slurm_cli *slurm = scheduler->state;

    return slurm_cache_refresh(&slurm->access, &slurm->answers, err);
}

static int reservations(struct scheduler *scheduler, const char *partition,
                        const char *account, struct site_reservations *ret_list,
                        struct error *err)
{
    struct slurm_cli *slurm = scheduler->state;

    if (slurm_cache_get(&slurm->access, &slurm->answers, err) < 0)
        return -1;
    if (slurm_reserved(&slurm->answers, partition, account, ret_list) < 0)
        return error_set(err, ERROR_SCHEDULER,
                         "`scontrol show reservation` gave no answer");
    return 0;
}

/* An sbatch that still runs would retry for two minutes, and its job would appear after
 * the next command proved that there is none. Its intent is in the journal. */
static void close_slurm(struct scheduler *scheduler)
{
    struct slurm_cli *slurm = scheduler->state;

    child_abandon(slurm->calls, slurm->n_calls);
    free(slurm->calls);
    slurm_cache_release(&slurm->answers);
    free(slurm);
    scheduler->state = NULL;
}

static int open_slurm(const struct scheduler_options *options,
                      struct scheduler *ret_scheduler, struct error *err)
{
    if (!is_installed())
        return error_set(err, ERROR_SCHEDULER,
                         "there is no sbatch on PATH; run this on a login node of the "
                         "cluster, load its slurm module, or say --scheduler local");
    struct slurm_cli *slurm = xcalloc(1, sizeof *slurm);
    slurm->access.calls = &slurm->counted;
    slurm->access.user = options->has_user ? options->user : geteuid();
    slurm->access.message_timeout_s = SLURM_MESSAGE_TIMEOUT;
    *ret_scheduler = (struct scheduler){
        .ops = &slurm_cli_ops, .state = slurm, .calls = &slurm->counted};
    return 0;
}

static const struct scheduler_program programs[] = {
    {"sbatch", true, "nothing can be submitted"},
    {"squeue", true, "the queue cannot be read"},
    {"scancel", true, "jobs cannot be cancelled"},
    {"scontrol", false, "the site's limits cannot be read"},
    {"sinfo", false, "partitions cannot be checked"},
    {"sacct", false, "the ends of jobs are known from their own files only"},
    {NULL, false, NULL},
};

const struct scheduler_ops slurm_cli_ops = {
    .name = "slurm",
    .has_arrays = true,
    .has_dependencies = true,
    .open = open_slurm,
    .is_installed = is_installed,
    .submit_begin = begin,
    .submit_next = next,
    .list = list,
    .history = history,
    .cancel = cancel,
    .enter = enter,
    .message_timeout = message_timeout,
    .limits = limits,
    .site = site,
    .refresh = refresh,
    .reservations = reservations,
    .reason = slurm_reason,
    .waits_for_reservation = slurm_reason_is_reservation,
    .programs = programs,
    .close = close_slurm,
};
