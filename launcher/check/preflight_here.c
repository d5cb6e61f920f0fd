/* preflight_here.c - this host: programs, limits, Python (preflight.h) */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "launcher/check/preflight.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/child.h"

#define ANSWER_MS 20000

#define PROGRAMS_MAX 16 /* of one scheduler */

/* NULL if no process can be made. */
static struct child *ask(const char *const *argv)
{
    struct child_command command = {.timeout_ms = ANSWER_MS, .max_output = 4096};
    struct child *child = NULL;

    for (; *argv; argv++)
        words_add(&command.argv, *argv);
    if (child_start(&command, &child, NULL) < 0)
        child = NULL;
    child_command_release(&command);
    return child;
}

/* The first line that an ended program printed, owned; NULL: it is not there, or it
 * failed (then `*ret_is_there`). */
static char *answer(struct child *child, bool *ret_is_there)
{
    struct child_result result = {0};
    char *line = NULL;

    child_finish(child, &result);
    *ret_is_there = result.was_started;
    if (result.was_started && result.exit_code == 0) {
        const char *out = text_string(&result.out);
        line = xmemdup(out, strcspn(out, "\r\n"));
    }
    child_result_release(&result);
    return line;
}

static void add_program(const struct scheduler_program *program, const char *line,
                        bool is_there, struct findings *findings)
{
    enum finding_status lacking = program->is_needed ? FINDING_BAD : FINDING_WARN;
    cleanup_free char *advice =
        xasprintf("without it %s; is its folder on PATH?", program->without);

    findings_add(findings, line ? FINDING_OK : lacking, "here", program->name, advice,
                 "%s",
                 line       ? line
                 : is_there ? "does not answer --version"
                            : "not found");
}

/* All at the same time: where slurm.conf cannot be read, each takes a minute. */
static void add_programs(const struct scheduler_program *programs,
                         struct findings *findings)
{
    struct child *children[PROGRAMS_MAX];
    char *lines[PROGRAMS_MAX] = {NULL};
    bool is_there[PROGRAMS_MAX] = {false};
    size_t count = 0, n_running = 0;

    for (; count < PROGRAMS_MAX && programs[count].name; count++) {
        const char *const argv[] = {programs[count].name, "--version", NULL};
        children[count] = ask(argv);
        n_running += children[count] != NULL;
    }
    while (n_running > 0) {
        long i = child_wait_any(children, count, -1);
        if (i < 0) { /* interrupted */
            child_abandon(children, count);
            break;
        }
        lines[i] = answer(children[i], &is_there[i]);
        children[i] = NULL;
        n_running--;
    }
    for (size_t i = 0; i < count; i++) {
        add_program(&programs[i], lines[i], is_there[i], findings);
        free(lines[i]);
    }
}

static void add_limit(int resource, const char *name, rlim_t wanted, const char *advice,
                      struct findings *findings)
{
    struct rlimit limit = {0, 0};

    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0)
        return;
    if (limit.rlim_max == RLIM_INFINITY) {
        findings_add(findings, FINDING_OK, "here", name, "", "unlimited");
        return;
    }
    findings_add(findings, limit.rlim_max < wanted ? FINDING_WARN : FINDING_OK, "here",
                 name, advice, "at most %llu", (unsigned long long)limit.rlim_max);
}

static void add_python(struct findings *findings)
{
    static const char program[] =
        "import sys\n"
        "from importlib.metadata import version\n"
        "try: ray = 'Ray ' + version('ray')\n"
        "except Exception: ray = 'no Ray'\n"
        "print('Python', sys.version.split()[0] + ',', ray)\n";
    static const char *const argv[] = {"python3", "-c", program, NULL};
    struct child *child = ask(argv);
    bool is_there = false;

    if (child && child_wait_any(&child, 1, -1) < 0) { /* interrupted */
        child_abandon(&child, 1);
        child = NULL;
    }
    cleanup_free char *line = child ? answer(child, &is_there) : NULL;
    findings_add(findings, FINDING_OK, "here", "python3", "",
                 "%s (what counts is the job's)", line ? line : "none");
}

void preflight_here(const struct scheduler *scheduler, struct findings *findings)
{
    add_programs(scheduler_programs(scheduler), findings);
    add_limit(RLIMIT_NOFILE, "open files", 8192,
              "Slurm gives jobs the limits of this shell; Ray wants 65535: ulimit -n",
              findings);
    add_limit(RLIMIT_NPROC, "processes", 4096,
              "Slurm gives jobs the limits of this shell; Ray starts many: ulimit -u",
              findings);
    add_python(findings);
}
