/* script.h - settings + point + template → the sbatch text of one attempt
 *
 * Pure, and deterministic: the same input gives the same bytes. The attempt's
 * token is not in it: it travels in sbatch's argv.
 */
#ifndef LAUNCHER_SCRIPT_SCRIPT_H
#define LAUNCHER_SCRIPT_SCRIPT_H

#include <stdbool.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"
#include "launcher/plan/plan.h"
#include "launcher/script/template.h"
#include "launcher/settings/settings.h"

/* All borrowed. */
struct script_request {
    const struct settings *settings;
    const struct template *template;
    const struct point *point;
    const char *sweep_folder; /* absolute */
    const char *jobs_folder;  /* absolute: where the jobs run; NULL: where they begin */
    const char *base;         /* absolute path of the attempt's files, without suffix */
    const char *job_name;     /* without the token */
    unsigned attempt;
    unsigned fs_grace; /* how often, once a second, the job looks for files of the sweep
                          that its node does not show yet */
    bool is_smoke; /* others wait for its end (afterok): without a result it exits 1 */
    /* The script of an array: each task takes point, attempt, base, parameters and
     * command from its line of a table (script_add_task()), and those here are not
     * read. NULL: of one job. */
    const char *tasks;     /* absolute path of the table */
    const char *tasks_sum; /* SHA-256 of its bytes: a task believes no others. NULL: not
                              known, in a script that is only shown */
    const char *outputs;   /* absolute path of the tasks' files without "-%A_%a.out" */
};

/* Append the script. ERROR_INPUT: bad template or a value that no script can hold. */
int script_render(const struct script_request *request, struct text *text,
                  struct error *err);

/* The same for many: what does not change is filled in once. `request` is as above, its
 * point, base and attempt are not read. What it points to must outlive the form. */
struct script_form;
int script_form_make(const struct script_request *request,
                     struct script_form **ret_form, struct error *err);
int script_form_fill(struct script_form *form, const struct script_request *request,
                     struct text *text, struct error *err);
void script_form_free(struct script_form *form); /* accepts NULL */

/* Append the line of a task: shell assignments of what templates/parts/task.sh reads,
 * then a newline. */
void script_add_task(const struct script_request *request, struct text *text);

#endif
