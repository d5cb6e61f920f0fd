/* attach.c - the verb `attach` */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/outcome/verdict.h"
#include "launcher/commands/open_sweep.h"
#include "launcher/commands/term.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/environment.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/common/trees/json_write.h"

enum { OPT_SWEEP = 1 };

static const struct option_spec verb_attach_options[] = {
    {"sweep", 0, "SWEEP", .id = OPT_SWEEP},
    {0},
};

/* Runs on the node, given the job's temp folder and the words of the command. The
 * environment is the entrypoint's, as the job's script wrote it down; only the terminal
 * is that of this moment. */
static const char inside[] =
    "env=$1/env term=${TERM:-dumb}\n"
    "shift\n"
    "if [ ! -r \"$env\" ]; then\n"
    "    echo \"raylaunch: '$env' is not there: the job is ending\" >&2\n"
    "    exit 1\n"
    "fi\n"
    ". \"$env\" 2>/dev/null\n" /* some names are read-only in a bash */
    "export TERM=$term\n"
    "cd -- \"$PWD\" || exit 1\n"
    "[ $# -gt 0 ] || set -- bash\n"
    "exec -- \"$@\"\n";

/* Where to go, as the job's verdict says. Borrowed from it, "" for none. */
struct place {
    const char *node, *temp, *ray_address, *dashboard;
};

static int attach_find_point(const struct campaign *campaign, const char *glob,
                             const struct attempt **ret_attempt, struct error *err)
{
    cleanup_words struct words globs = {0};
    const struct sweep_point *found = NULL;
    size_t n_found = 0, n_running = 0;

    words_add(&globs, glob);
    for (size_t i = 0; i < campaign->sweep->n_points; i++) {
        const struct sweep_point *point = campaign->sweep->points[i];
        if (!select_matches(point, &globs))
            continue;
        bool is_running = sweep_state(point) == STATE_RUNNING;
        n_found++;
        n_running += is_running;
        if (is_running || !found)
            found = point;
    }
    if (n_found == 0)
        return error_set(err, ERROR_USAGE,
                         "no point of '%s' matches '%s' (`raylaunch status --json` "
                         "lists their ids)",
                         campaign->sweep->name, glob);
    if (n_running > 1)
        return error_set(err, ERROR_USAGE,
                         "%zu running points match '%s'; name one (`raylaunch status "
                         "--json` lists their ids)",
                         n_running, glob);
    if (n_running == 0)
        return error_set(err, ERROR_USAGE,
                         "point '%s' is %s, not running: there is no job to enter",
                         found->point.id, state_name(sweep_state(found)));
    *ret_attempt = sweep_attempt(found);
    return 0;
}

/* The verdict was written by a job: what goes into a command must look like it. */
static int find_place(const struct verdict *verdict, const struct attempt *attempt,
                      struct place *ret_place, struct error *err)
{
    const char *id = attempt->point->point.id;
    const json_t *nodes = json_object_get(verdict->raw, "nodes");
    const char *node = json_string_value(json_array_get(nodes, 0));
    struct place place = {node ? node : verdict->host,
                          jsonio_string(verdict->raw, "temp", ""),
                          jsonio_string(verdict->raw, "ray_address", ""),
                          jsonio_string(verdict->raw, "dashboard", "")};

    if (!verdict->is_present || strcmp(verdict->job_id, attempt->job_id) != 0)
        return error_set(err, ERROR_USAGE,
                         "point '%s' has only just started; try again in a moment", id);
    if (strcmp(verdict->phase, "entrypoint") != 0)
        return error_set(err, ERROR_USAGE,
                         "point '%s' is in phase %s; it can be entered while its "
                         "entrypoint runs",
                         id, verdict->phase);
    if (place.temp[0] != '/')
        return error_set(err, ERROR_INPUT,
                         "the verdict of point '%s' names no temp folder: its script "
                         "was made from another template",
                         id);
    if (!*place.node ||
        place.node[strspn(place.node, "abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")])
        return error_set(err, ERROR_INPUT, "the verdict of point '%s' names no node",
                         id);
    *ret_place = place;
    return 0;
}

static void tell(const struct invocation *in, const struct attempt *attempt,
                 const struct place *place)
{
    const char *port = strrchr(place->dashboard, ':');
    char host[256] = "";

    gethostname(host, sizeof host - 1);
    say(in, "point %s, job %s, node %s%s%s", attempt->point->point.id, attempt->job_id,
        place->node, *place->ray_address ? ", Ray at " : "", place->ray_address);
    if (port && port[1 + strspn(port + 1, "0123456789")] == '\0')
        say(in,
            "dashboard: on your own machine type  ssh -N -L 8265:localhost:%s -J %s %s"
            "  and open http://localhost:8265",
            port + 1, host, place->node);
    else if (*place->ray_address)
        say(in, "no dashboard in this job (it would have one with "
                "--ray-start-args=--include-dashboard=true, and needs ray[default])");
}

static int print_place(const struct attempt *attempt, const struct place *place,
                       struct error *err)
{
    cleanup_text struct text line = {0};
    const char *const members[][2] = {{"point", attempt->point->point.id},
                                      {"job_id", attempt->job_id},
                                      {"node", place->node},
                                      {"ray_address", place->ray_address},
                                      {"dashboard", place->dashboard},
                                      {"temp", place->temp}};

    struct json_writer json;

    jsonwrite_line(&json, "attach", &line);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        jsonwrite_word(&json, members[i][0], members[i][1]);
    jsonwrite_line_end(&json);
    return print_text(&line, err);
}

/* Become the command: its terminal, its signals and its exit code are then the user's
 * own. Returns only if that fails. */
static int become(const struct child_command *command, struct error *err)
{
    cleanup_words struct words environment = {0};

    environment_make(environ, &command->unset, &command->keep, &command->set,
                     &environment);
    char *empty[] = {NULL};
    execvpe(command->argv.items[0], command->argv.items,
            environment.count > 0 ? environment.items : empty);
    return error_set_errno(err, ERROR_SCHEDULER, "cannot run '%s'",
                           command->argv.items[0]);
}

static int enter(const struct invocation *in, const struct campaign *campaign,
                 const struct words *words, struct error *err)
{
    cleanup_with(verdict_release) struct verdict verdict = {0};
    cleanup_with(child_command_release) struct child_command command = {0};
    const struct scheduler *scheduler = &campaign->scheduler;
    const struct attempt *attempt = NULL;
    struct place place = {0};

    if (!scheduler_can(scheduler, SCHEDULER_CAN_ENTER))
        return error_set(err, ERROR_USAGE, "scheduler '%s' cannot enter a job",
                         scheduler_name(scheduler));
    if (attach_find_point(campaign, words->items[0], &attempt, err) < 0)
        return -1;
    cleanup_free char *path = attempt_path(campaign->sweep, attempt, ".verdict.json");
    if (verdict_load(path, &verdict, err) < 0 ||
        find_place(&verdict, attempt, &place, err) < 0)
        return -1;
    if (in->json)
        return print_place(attempt, &place, err);
    scheduler_enter(scheduler, attempt->job_id, place.node,
                    term_is(STDIN_FILENO) && term_is(STDOUT_FILENO), &command);
    const char *const shell[] = {"bash", "-c", inside, "raylaunch", place.temp};
    for (size_t i = 0; i < sizeof shell / sizeof *shell; i++)
        words_add(&command.argv, shell[i]);
    for (size_t i = 1; i < words->count; i++)
        words_add(&command.argv, words->items[i]);
    tell(in, attempt, &place);
    return become(&command, err);
}

static int verb_attach_run(struct invocation *in, struct error *err)
{
    struct campaign campaign = {0};
    bool is_asked = false;

    if (in->rest.count == 0)
        return error_set(
            err, ERROR_USAGE,
            "which point? `raylaunch status --json` lists their ids; globs "
            "work: raylaunch attach 'lr=0.1*'");
    int rc = open_sweep_and_look(in, invocation_value(in, OPT_SWEEP), &campaign,
                                 &is_asked, err);
    if (rc == 0 && !is_asked)
        rc = error_set(err, ERROR_SCHEDULER,
                       "a job cannot be entered while the scheduler does not answer");
    if (rc == 0)
        rc = enter(in, &campaign, &in->rest, err);
    campaign_close(&campaign);
    return rc;
}

const struct command verb_attach = {
    .name = "attach",
    .options = verb_attach_options,
    .scope = SCOPE_SWEEP,
    .run = verb_attach_run,
};
