#include "launcher/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/plan/builder.h"
#include "launcher/plan/entry.h"
#include "launcher/plan/placeholder.h"

static void builder_release(struct builder *builder)
{
    plan_release(&builder->plan);
    grid_release(&builder->grid);
    file_rows_release(&builder->rows);
    free(builder->slots);
    words_release(&builder->filled);
    map_release(&builder->by_id);
    free(builder->copies);
    identity_free(builder->identity);
}

void plan_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        point_release(&plan->points[i]);
    free(plan->points);
    words_release(&plan->literal);
    free(plan->entry_name);
    free(plan->entry_file);
    free(plan->entry_module);
    words_release(&plan->swept);
    *plan = (struct plan){0};
}

void plan_request_release(struct plan_request *request)
{
    words_release(&request->command);
    words_release(&request->grids);
    words_release(&request->points_files);
}

static enum plan_quotes quotes_of(const struct plan_request *request, bool is_own)
{
    return request->hydra ? PLAN_QUOTES_HYDRA
           : is_own       ? PLAN_QUOTES_KEPT
                          : PLAN_QUOTES_REMOVED;
}

static void add_slot(struct builder *builder, const char *word, size_t param)
{
    builder->slots = xgrow(builder->slots, builder->n_slots, &builder->cap_slots,
                           sizeof *builder->slots);
    builder->slots[builder->n_slots++] = (struct slot){.word = word, .param = param};
}

static int read_command(struct builder *builder, struct error *err)
{
    const struct plan_request *request = builder->request;
    const struct words *command = &request->command;
    struct entry entry = {0};
    size_t key_size;

    entry_find(command, &entry);
    builder->plan.no_split = request->no_split;
    builder->plan.entry_name = steal(&entry.name);
    builder->plan.entry_file = steal(&entry.file);
    builder->plan.entry_module = steal(&entry.module);
    for (size_t i = 0; i < command->count; i++) {
        const char *word = command->items[i];
        if (i == entry.end)
            builder->n_before = builder->n_slots;
        if (i >= entry.first && i < entry.end && entry_is_parameter(word, &key_size)) {
            if (grid_add(&builder->grid, word, quotes_of(request, true),
                         request->no_split, err) < 0)
                return -1;
            add_slot(builder, NULL, builder->grid.count - 1);
        } else {
            words_add(&builder->plan.literal, word);
            add_slot(builder,
                     builder->plan.literal.items[builder->plan.literal.count - 1], 0);
        }
    }
    if (entry.end == command->count)
        builder->n_before = builder->n_slots;
    builder->n_own = builder->grid.count;
    return 0;
}

static int read_rows(struct builder *builder, struct error *err)
{
    const struct words *files = &builder->request->points_files;

    for (size_t i = 0; i < files->count; i++) {
        if (points_file_load(files->items[i], &builder->rows, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < builder->rows.keys.count; i++) {
        const char *key = builder->rows.keys.items[i];
        const struct axis *axis = grid_find(&builder->grid, key);
        if (axis)
            return error_set(
                err, ERROR_USAGE,
                "the parameter '%s' is given twice: in '%s' and as '%.200s'; "
                "keep one of them",
                key, builder->rows.items[0].source, axis->word);
    }
    return 0;
}

static int read_grids(struct builder *builder, struct error *err)
{
    const struct plan_request *request = builder->request;

    for (size_t i = 0; i < request->grids.count; i++) {
        if (grid_add(&builder->grid, request->grids.items[i], quotes_of(request, false),
                     request->no_split, err) < 0)
            return error_prefix(err, "grid '%.200s'", request->grids.items[i]);
    }
    return 0;
}

static bool mark_placeholder(struct builder *builder, const char *key)
{
    bool is_used = false;

    for (size_t i = 0; i < builder->n_slots; i++) {
        struct slot *slot = &builder->slots[i];
        if (slot->word && slot->has_placeholder && placeholder_has(slot->word, key))
            is_used = true;
    }
    if (is_used)
        words_add(&builder->filled, key);
    return is_used;
}

/* Which words hold placeholders, and which parameters are therefore not appended. A row
 * without such a parameter would leave the braces in the command. */
static int find_placeholders(struct builder *builder, struct error *err)
{
    for (size_t i = 0; i < builder->n_slots; i++) {
        struct slot *slot = &builder->slots[i];
        slot->has_placeholder = slot->word && strchr(slot->word, '{');
        builder->has_placeholders |= slot->has_placeholder;
    }
    if (!builder->has_placeholders)
        return 0;
    for (size_t i = 0; i < builder->grid.count; i++)
        mark_placeholder(builder, builder->grid.axes[i].key);
    for (size_t i = 0; i < builder->rows.keys.count; i++) {
        const char *key = builder->rows.keys.items[i];
        if (!mark_placeholder(builder, key))
            continue;
        for (size_t j = 0; j < builder->rows.count; j++) {
            const struct file_row *row = &builder->rows.items[j];
            size_t k = 0;
            while (k < row->count && strcmp(row->params[k].key, key) != 0)
                k++;
            if (k == row->count)
                return file_rows_fail(row->source, row->line, err,
                                      "no '%s', which the command uses as {%s}", key,
                                      key + strspn(key, "+~"));
        }
    }
    return 0;
}

int plan_make(const struct plan_request *request, struct plan *ret_plan,
              struct error *err)
{
    struct builder builder = {.request = request};

    if (request->command.count == 0)
        return error_set(
            err, ERROR_USAGE,
            "no command to run; write it behind the options: raylaunch sweep "
            "-- python train.py lr=0.1,0.01");
    int rc = read_command(&builder, err);
    if (rc == 0)
        rc = read_grids(&builder, err);
    if (rc == 0)
        rc = read_rows(&builder, err);
    if (rc == 0)
        rc = find_placeholders(&builder, err);
    if (rc == 0)
        rc = builder_make_points(&builder, err);
    if (rc == 0) {
        *ret_plan = builder.plan;
        builder.plan = (struct plan){0};
    }
    builder_release(&builder);
    return rc;
}
