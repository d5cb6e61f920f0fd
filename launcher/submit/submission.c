#include "launcher/submit/submission.h"

#include <stdlib.h>
#include <string.h>

#include "collector/loose/loose_names.h"
#include "launcher/common/files/file.h"
#include "launcher/common/files/hash.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "launcher/common/random.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/jobs/poll_jobs.h"

int submission_builder_init(struct submission_builder *maker, struct sweep *sweep,
                            const struct submit_options *options, struct error *err)
{
    struct script_request request = {.settings = options->settings,
                                     .template = options->template,
                                     .sweep_folder = sweep->path,
                                     .jobs_folder = sweep->folder,
                                     .job_name = options->job_name,
                                     .is_smoke = options->is_smoke};

    *maker = (struct submission_builder){.sweep = sweep, .options = options};
    maker->looks = poll_jobs_looks(sweep->path, options->settings);
    request.fs_grace = maker->looks;
    if (runtime_is_needed(options->template) &&
        runtime_folder_open(sweep->path, &maker->runtime, err) < 0)
        return -1;
    return options->is_array ? 0 : script_form_make(&request, &maker->form, err);
}

int submission_builder_confirm(struct submission_builder *maker, struct error *err)
{
    return maker->runtime.path ? runtime_folder_confirm(&maker->runtime, err) : 0;
}

void submission_builder_release(struct submission_builder *maker)
{
    script_form_free(maker->form);
    runtime_folder_release(&maker->runtime);
    free(maker->folder);
    *maker = (struct submission_builder){0};
}

void submission_release(struct submission *unit)
{
    free(unit->items);
    free(unit->attempts);
    free(unit->script);
    free(unit->output);
    free(unit->error);
    free(unit->job_name);
    free(unit->range);
    words_release(&unit->options);
    *unit = (struct submission){0};
}

/* The folder that holds `path`; most have the same. */
static int make_folder_of(struct submission_builder *maker, const char *path,
                          struct error *err)
{
    cleanup_free char *folder = path_dir(path);

    if (maker->folder && strcmp(maker->folder, folder) == 0)
        return 0;
    if (own_folder_make(folder, NULL, err) < 0)
        return -1;
    free(maker->folder);
    maker->folder = steal(&folder);
    return 0;
}

/* The intent of one attempt, durable with the next flush. `array` "": a job. */
static struct attempt *add_intent(struct submission_builder *maker,
                                  const struct submit_item *item, const char *base,
                                  const struct submission *unit, const char *token,
                                  struct error *err)
{
    json_t *event =
        json_pack("{s:s, s:i, s:s, s:s, s:s}", "point", item->point->point.id,
                  "attempt", (int)item->number, "token", token, "base", base,
                  "settings", maker->options->settings_id);

    if (unit->lane >= 0)
        json_object_set_new(event, "lane", json_integer(unit->lane));
    if (*unit->array) {
        json_object_set_new(event, "array", json_string(unit->array));
        json_object_set_new(event, "task", json_integer((json_int_t)unit->count));
    }
    if (sweep_event(maker->sweep, EVENT_SUBMITTING, event, err) < 0)
        return NULL;
    return sweep_by_token(maker->sweep, token);
}

static int add_attempt(struct submission_builder *maker, const struct submit_item *item,
                       const char *base, const char *token, struct submission *unit,
                       struct error *err)
{
    struct attempt *attempt = add_intent(maker, item, base, unit, token, err);

    if (!attempt)
        return -1;
    unit->attempts[unit->count++] = attempt;
    return 0;
}

static int prepare_job(struct submission_builder *maker, const struct submit_item *item,
                       struct submission *unit, struct error *err)
{
    const char *folder = maker->sweep->path;
    cleanup_free char *base = sweep_base(maker->sweep, item->point, item->number);
    cleanup_free char *whole = path_join(folder, base);
    cleanup_text struct text text = {0};
    struct script_request request = {.settings = maker->options->settings,
                                     .template = maker->options->template,
                                     .point = &item->point->point,
                                     .sweep_folder = folder,
                                     .jobs_folder = maker->sweep->folder,
                                     .base = whole,
                                     .job_name = maker->options->job_name,
                                     .attempt = item->number};
    char token[TOKEN_SIZE];

    random_hex(token, (TOKEN_SIZE - 1) / 2);
    unit->script = xasprintf("%s.sbatch", whole);
    unit->output = xasprintf("%s.out", whole);
    unit->error = xasprintf("%s.err", whole);
    unit->job_name = xasprintf("%s-%s", maker->options->job_name, token);
    if (make_folder_of(maker, whole, err) < 0 ||
        script_form_fill(maker->form, &request, &text, err) < 0 ||
        file_write_new(unit->script, text.bytes, text.size, err) < 0)
        return -1;
    return add_attempt(maker, item, base, token, unit, err);
}

static void make_table(struct submission_builder *maker,
                       const struct submit_item *items, size_t count,
                       const struct submission *unit, struct text *table)
{
    for (size_t i = 0; i < count; i++) {
        const struct submit_item *item = &items[unit->items[i]];
        cleanup_free char *base = sweep_base(maker->sweep, item->point, item->number);
        cleanup_free char *whole = path_join(maker->sweep->path, base);
        struct script_request request = {
            .point = &item->point->point, .base = whole, .attempt = item->number};
        script_add_task(&request, table);
    }
}

/* The intents. Each task's folder is made, for its claim and verdict. */
static int add_tasks(struct submission_builder *maker, const struct submit_item *items,
                     size_t count, struct submission *unit, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct submit_item *item = &items[unit->items[i]];
        cleanup_free char *base = sweep_base(maker->sweep, item->point, item->number);
        cleanup_free char *whole = path_join(maker->sweep->path, base);
        char token[TOKEN_SIZE];
        random_hex(token, (TOKEN_SIZE - 1) / 2);
        if (make_folder_of(maker, whole, err) < 0 ||
            add_attempt(maker, item, base, token, unit, err) < 0)
            return -1;
    }
    return 0;
}

static int prepare_array(struct submission_builder *maker,
                         const struct submit_item *items, size_t count,
                         struct submission *unit, struct error *err)
{
    const struct submit_options *options = maker->options;
    const struct submit_item *first = &items[unit->items[0]];
    cleanup_free char *base = sweep_base(maker->sweep, first->point, first->number);
    cleanup_free char *beside = path_dir(base);
    cleanup_free char *tasks = NULL;
    cleanup_text struct text script = {0};
    cleanup_text struct text table = {0};
    char sum[HASH_HEX_SIZE];

    make_table(maker, items, count, unit, &table);
    hash_bytes(table.bytes, table.size, sum);
    random_hex(unit->array, (TOKEN_SIZE - 1) / 2);
    unit->script = xasprintf("%s/arrays/%s.sbatch", maker->sweep->path, unit->array);
    tasks = xasprintf("%s/arrays/%s.tasks", maker->sweep->path, unit->array);
    unit->output = xasprintf("%s/%s/" LOOSE_ARRAY_NAME, maker->sweep->path, beside);
    unit->error = xstrdup(unit->output);
    unit->job_name = xasprintf("%s-%s", options->job_name, unit->array);
    unit->range = options->array_limit > 0
                      ? xasprintf("0-%zu%%%zu", count - 1, options->array_limit)
                      : xasprintf("0-%zu", count - 1);
    struct script_request request = {.settings = options->settings,
                                     .template = options->template,
                                     .point = &first->point->point,
                                     .sweep_folder = maker->sweep->path,
                                     .jobs_folder = maker->sweep->folder,
                                     .job_name = options->job_name,
                                     .fs_grace = maker->looks,
                                     .is_smoke = options->is_smoke,
                                     .tasks = tasks,
                                     .tasks_sum = sum,
                                     .outputs = unit->output};
    if (strchr(unit->output, '\\'))
        return error_set(err, ERROR_USAGE,
                         "the folder '%s' has a backslash in its name, and Slurm then "
                         "gives the tasks of an array one output file; use --mode jobs",
                         maker->sweep->path);
    if (make_folder_of(maker, tasks, err) < 0 ||
        script_render(&request, &script, err) < 0 ||
        file_write_atomic(unit->script, script.bytes, script.size, FILE_CACHED, err) <
            0 ||
        add_tasks(maker, items, count, unit, err) < 0)
        return -1;
    return file_write_atomic(tasks, table.bytes, table.size, FILE_CACHED, err);
}

int submission_prepare(struct submission_builder *maker,
                       const struct submit_item *items, size_t *indexes, size_t count,
                       long lane, struct submission *unit, struct error *err)
{
    *unit = (struct submission){
        .state = SUBMISSION_PREPARED, .items = indexes, .lane = lane};
    unit->attempts = xcalloc(count, sizeof(struct attempt *));
    if (maker->options->is_array)
        return prepare_array(maker, items, count, unit, err);
    return prepare_job(maker, &items[indexes[0]], unit, err);
}

struct submit_request submission_request(const struct submission_builder *maker,
                                         struct submission *unit,
                                         const struct lanes *lanes)
{
    const char *asked = maker->options->dependency;
    cleanup_text struct text dependency = {0};

    text_add(&dependency, asked ? asked : "");
    if (dependency.size > 0 && unit->lane >= 0 &&
        lanes->items[unit->lane].ends.count > 0)
        text_add_char(&dependency, ',');
    lanes_add_dependency(lanes, unit->lane, &dependency);
    words_release(&unit->options);
    if (dependency.size > 0)
        words_addf(&unit->options, "--dependency=%s", text_string(&dependency));
    if (maker->options->kill_on_invalid_dependency)
        words_add(&unit->options, "--kill-on-invalid-dep=yes");
    return (struct submit_request){.script = unit->script,
                                   .job_name = unit->job_name,
                                   .output = unit->output,
                                   .error = unit->error,
                                   .folder = maker->sweep->folder,
                                   .array = unit->range,
                                   .options = &unit->options};
}

int submission_note(struct sweep *sweep, const struct submission *unit, enum event name,
                    const char *key, const char *value, struct error *err)
{
    json_t *event;

    if (unit->count == 0)
        return 0;
    if (*unit->array)
        event = json_pack("{s:s}", "array", unit->array);
    else
        event = json_pack(
            "{s:s, s:i, s:s}", "point", unit->attempts[0]->point->point.id, "attempt",
            (int)unit->attempts[0]->number, "token", unit->attempts[0]->token);
    if (key)
        json_object_set_new(event, key, jsonio_words(value));
    return sweep_event(sweep, name, event, err);
}

const char *submission_job_id(const struct sweep *sweep, const struct submission *unit)
{
    const struct array *array = *unit->array ? sweep_array(sweep, unit->array) : NULL;

    if (unit->count == 0 || unit->attempts[0]->phase != ATTEMPT_ACCEPTED)
        return "";
    return array ? array->job_id : unit->attempts[0]->job_id;
}
