#include "launcher/scheduler/simulate/simulate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/scheduler/scheduler_ops.h"

#define SLOTS 64

struct line { /* "job NAME ANSWER ANSWERED LISTED WAIT RUN END" */
    double at, answered, listed, wait, run;
    char name[256], answer[16], end[16];
};

struct simulate {
    const char *path;    /* of the environment */
    size_t begun[SLOTS]; /* numbers of lines not answered yet; 0 none */
    struct line *lines;  /* owned: the file as it was read last */
    size_t n_lines, cap;
    double now;
};

static char *read_text(const struct simulate *simulate, const char *tail)
{
    cleanup_free char *path = xasprintf("%s%s", simulate->path, tail);
    char *text = NULL;
    size_t size = 0;

    file_read_all(path, LIMIT_SITE_BYTES, &text, &size, NULL);
    return text ? text : xstrdup("");
}

/* The file is a log: what happens does so at the time of the last "clock SECONDS". */
static void look(struct simulate *simulate)
{
    cleanup_free char *text = read_text(simulate, "");
    char *next = text, *word;
    size_t number;

    simulate->now = 0;
    simulate->n_lines = 0;
    while ((word = strsep(&next, "\n")) != NULL) {
        struct line line = {
            .at = simulate->now, .wait = 1, .run = 1, .end = "completed"};
        sscanf(word, "clock %lf", &simulate->now);
        if (sscanf(word, "cancel simulated-%zu", &number) == 1 && number > 0 &&
            number <= simulate->n_lines) {
            struct line *of = &simulate->lines[number - 1];
            double left = of->at + of->wait + of->run - simulate->now;
            of->run -= left > 0 ? left : 0;
            snprintf(of->end, left > 0 ? sizeof of->end : 0, "cancelled");
        }
        if (sscanf(word, "job %255s %15s %lf %lf %lf %lf %15s", line.name, line.answer,
                   &line.answered, &line.listed, &line.wait, &line.run, line.end) < 2)
            continue;
        simulate->lines =
            xgrow(simulate->lines, simulate->n_lines, &simulate->cap, sizeof line);
        simulate->lines[simulate->n_lines++] = line;
    }
}

static int append(const struct simulate *simulate, const char *text, struct error *err)
{
    cleanup_close int fd = open(simulate->path, O_WRONLY | O_APPEND | O_CREAT, 0600);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        return error_set_errno(err, ERROR_FILE, "cannot write '%s'", simulate->path);
    return 0;
}

static int begin(struct scheduler *scheduler, size_t slot,
                 const struct submit_request *submission, struct error *err)
{
    struct simulate *simulate = scheduler->state;
    cleanup_free char *answers = read_text(simulate, ".answers");
    char *next = answers, *answer = NULL;

    look(simulate);
    size_t number = simulate->n_lines + 1;
    for (size_t i = 0; i < number; i++)
        answer = strsep(&next, "\n");
    cleanup_free char *line = xasprintf("job %s %s\n", submission->job_name,
                                        answer && *answer ? answer : "ok");
    simulate->begun[slot % SLOTS] = number;
    return append(simulate, line, err);
}

static int next(struct scheduler *scheduler, int timeout_ms, size_t *ret_slot,
                struct submit_outcome *ret_outcome)
{
    struct simulate *simulate = scheduler->state;
    int64_t end = clock_monotonic_ms() + timeout_ms;

    for (;; interrupt_sleep_ms(20)) {
        look(simulate);
        for (size_t i = 0; i < SLOTS; i++) {
            size_t number = simulate->begun[i];
            const struct line *line = number ? &simulate->lines[number - 1] : NULL;
            if (!line || simulate->now < line->at + line->answered)
                continue;
            ret_outcome->class = *line->answer == 'n'   ? SUBMIT_UNKNOWN
                                 : *line->answer == 'r' ? SUBMIT_REFUSED
                                                        : SUBMIT_ACCEPTED;
            ret_outcome->message = xstrdup(JOB_SIMULATED);
            snprintf(ret_outcome->job_id, JOB_ID_SIZE, "simulated-%zu", number);
            simulate->begun[ *ret_slot = i] = 0;
            return 1;
        }
        if (clock_monotonic_ms() >= end || interrupt_is_pending())
            return 0;
    }
}

static int list(struct scheduler *scheduler, struct job_list *jobs, struct error *err)
{
    struct simulate *simulate = scheduler->state;

    (void)err;
    look(simulate);
    for (size_t i = 0; i < simulate->n_lines; i++) {
        const struct line *line = &simulate->lines[i];
        double ahead = line->at + line->wait + line->run - simulate->now;
        bool is_listed = line->listed >= 0 && simulate->now >= line->at + line->listed;
        int n_jobs = *line->answer == 't' ? 2 : *line->answer == 'r' ? 0 : 1;
        for (int copy = 0; is_listed && copy < n_jobs; copy++) {
            struct job *job = job_list_add(jobs);
            job->state = ahead > line->run ? STATE_PENDING : STATE_RUNNING;
            if (ahead <= 0 && !state_from_name(line->end, &job->state))
                job->state = STATE_FAILED;
            job->is_simulated = true;
            snprintf(job->id, JOB_ID_SIZE, "simulated-%zu%s", i + 1, copy ? ".2" : "");
            xreplace(&job->name, line->name);
            xreplace(&job->raw_state, state_name(job->state));
            xreplace(&job->reason, JOB_SIMULATED);
        }
    }
    return 0;
}

static int cancel(struct scheduler *scheduler, const struct words *ids,
                  struct error *err)
{
    cleanup_text struct text text = {0};

    for (size_t i = 0; i < ids->count; i++)
        text_addf(&text, "cancel %s\n", ids->items[i]);
    return append(scheduler->state, text_string(&text), err);
}

static double message_timeout(struct scheduler *scheduler)
{
    (void)scheduler;
    return 1; /* what callers wait by the wall's clock */
}

static void close_simulate(struct scheduler *scheduler)
{
    free(((struct simulate *)scheduler->state)->lines);
    free(scheduler->state);
}

static int open_simulate(const struct scheduler_options *options,
                         struct scheduler *ret_scheduler, struct error *err)
{
    const char *path = getenv("RAYLAUNCH_SIMULATE");

    (void)options;
    if (!path || !*path)
        return error_set(err, ERROR_USAGE, "'simulate' wants RAYLAUNCH_SIMULATE");
    struct simulate *simulate = xcalloc(1, sizeof *simulate);
    simulate->path = path;
    *ret_scheduler = (struct scheduler){.ops = &simulate_ops, .state = simulate};
    return 0;
}

const struct scheduler_ops simulate_ops = {
    .name = "simulate",
    .open = open_simulate,
    .submit_begin = begin,
    .submit_next = next,
    .list = list,
    .cancel = cancel,
    .message_timeout = message_timeout,
    .close = close_simulate,
};
