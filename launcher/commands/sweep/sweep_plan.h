/* sweep_plan.h - from an invocation to a checked plan
 *
 * The last step of `sweep`, `run` and `render` before anything is made: what is wrong
 * with the command, the grid, the folder or the site is an error here.
 */
#ifndef LAUNCHER_COMMANDS_SWEEP_SWEEP_PLAN_H
#define LAUNCHER_COMMANDS_SWEEP_SWEEP_PLAN_H

#include "launcher/campaign/campaign.h"
#include "launcher/commands/command.h"
#include "launcher/plan/plan.h"

struct sweep_plan {
    struct plan plan;
    struct words command; /* as typed, for resolved.yaml */
    struct words grids;
    char *name;   /* owned: of the sweep */
    char *path;   /* owned: its folder */
    char *folder; /* owned: working folder of the jobs */
};

/* Make the plan of `sweep` (or `run`, with no_split), check the entrypoint and choose
 * the sweep's folder. Nothing is written. */
int sweep_plan_make(struct invocation *in, const struct words *grids,
                    const struct words *points_files, bool no_split,
                    struct sweep_plan *ret_plan, struct error *err);
void sweep_plan_release(struct sweep_plan *plan);

/* "10 points x 4 nodes x 1 GPU, at most 08:00:00 each = 320 GPU-hours". Appends. */
void sweep_plan_add_cost(const struct settings *settings, size_t n_points,
                         struct text *text);

/* Append the script of one point of the plan, as its first attempt would run it; whole:
 * from the built-in template that needs no runtime on disk. */
int sweep_plan_add_script(const struct invocation *in, const struct sweep_plan *plan,
                          const struct point *point, bool is_whole, struct text *text,
                          struct error *err);

/* --dry-run: plan, cost, and the first script on stdout; with --json the plan and the
 * points. `campaign` is open; connected if the scheduler can be reached from here. */
int sweep_plan_print(const struct invocation *in, const struct sweep_plan *plan,
                     struct campaign *campaign, struct error *err);

/* Before a submission of `n_points` of the plan: say on stderr what it will cost the
 * controller, which limit of the site binds, and which mode would be cheaper; with
 * --json the plan as an object {"type":"plan",…} on stdout. Nothing to submit, or the
 * local scheduler: nothing is said. */
int sweep_plan_say(const struct invocation *in, const struct sweep_plan *plan,
                   struct campaign *campaign, size_t n_points, struct error *err);

/* What `sweep` and `run` do with a plan once the scheduler is open and the site is
 * checked. Returns an exit code, or -1. */
typedef int (*sweep_plan_fn)(struct invocation *in, struct sweep_plan *plan,
                             struct campaign *campaign, struct error *err);

/* Adapt to the local scheduler, make the plan, print it (dry run) or open folder and
 * scheduler, check the site and act. */
int sweep_plan_run(struct invocation *in, const struct words *grids,
                   const struct words *points_files, bool is_one_point, bool is_dry_run,
                   sweep_plan_fn act, struct error *err);

#endif
