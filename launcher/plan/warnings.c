/* warnings.c - what is wrong with a plan and yet no error (plan.h) */
#include <string.h>

#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/plan/plan.h"

/* Two parameters of the point that become one variable; what is told is not again. */
static void add_clashes(const struct point *point, struct words *told,
                        struct words *warnings)
{
    cleanup_words struct words names = {0};
    struct map first = {0};

    for (size_t i = 0; i < point->n_params; i++)
        words_take(&names, plan_env_name(point->params[i].key));
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        size_t other;
        if (!map_get(&first, name, &other)) {
            map_set(&first, name, i);
            continue;
        }
        if (words_has(told, name))
            continue;
        words_add(told, name);
        words_addf(warnings,
                   "the parameters '%s' and '%s' become the same variable %s, which "
                   "can hold only one of them: rename one, or read "
                   "RAYLAUNCH_PARAMS_FILE, which has both",
                   point->params[other].key, point->params[i].key, name);
    }
    map_release(&first);
}

/* Behind "hydra.run.dir=" of the point's command, or NULL. */
static const char *hydra_folder(const struct point *point)
{
    static const char key[] = "hydra.run.dir=";

    for (size_t i = point->argv.count; i > 0; i--) {
        const char *word = point->argv.items[i - 1];
        word += strspn(word, "+");
        if (strncmp(word, key, sizeof key - 1) == 0)
            return word + sizeof key - 1;
    }
    return NULL;
}

/* What Hydra itself fills in ("${…}") is taken to differ. */
static void add_hydra(const struct plan *plan, struct words *warnings)
{
    const char *folder = hydra_folder(&plan->points[0]);
    const char *next = plan->count > 1 ? hydra_folder(&plan->points[1]) : NULL;

    if (plan->count < 2 || (folder && strchr(folder, '$')) ||
        (folder && next && strcmp(folder, next) != 0))
        return;
    words_addf(
        warnings,
        "%s: points that start in the same second write into one folder; give each "
        "its own: 'hydra.run.dir=outputs/${hydra.job.override_dirname}'",
        folder ? "all points have the same hydra.run.dir"
               : "no word sets hydra.run.dir, and Hydra names it after the time");
}

void plan_warnings(const struct plan *plan, bool is_hydra, struct words *warnings)
{
    cleanup_words struct words told = {0};

    for (size_t i = 0; i < plan->count; i++) {
        if (i == 0 || !point_has_same_keys(&plan->points[i - 1], &plan->points[i]))
            add_clashes(&plan->points[i], &told, warnings);
    }
    if (is_hydra && plan->count > 0)
        add_hydra(plan, warnings);
}
