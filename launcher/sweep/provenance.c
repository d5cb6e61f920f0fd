#include "launcher/sweep/provenance.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/files/hash.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/child.h"
#include "launcher/common/trees/json_io.h"

#define ENTRY_FILE "entrypoint file" /* its SHA-256 */

/* What changes what a point finds; where it waits (partition, account) does not. */
static const enum setting compared[] = {
    SETTING_NODES,
    SETTING_CPUS_PER_TASK,
    SETTING_GPUS_PER_TASK,
    SETTING_GPU_TYPE,
    SETTING_MEM,
    SETTING_MEM_PER_CPU,
    SETTING_TIME,
    SETTING_EXCLUSIVE,
    SETTING_SETUP,
    SETTING_MODULES,
    SETTING_VENV,
    SETTING_CONDA,
    SETTING_ENV,
    SETTING_WRAP,
    SETTING_TIMEOUT,
    SETTING_BOOTSTRAP,
    SETTING_STYLE,
    SETTING_RAY_CPUS,
    SETTING_OBJECT_STORE_MEMORY,
};

static char *setting_value(const struct settings *settings, enum setting key)
{
    const char *type = setting_spec(key)->type;
    struct text text = {0};

    if (strcmp(type, "LIST") == 0 || strcmp(type, "MAP") == 0) {
        const struct words *list = settings_list(settings, key);
        for (size_t i = 0; i < list->count; i++)
            text_addf(&text, "%s%s", i ? "; " : "", list->items[i]);
    } else {
        text_add(&text, settings_text(settings, key));
    }
    return text_take(&text);
}

static void put(json_t *values, const char *key, const char *value)
{
    json_object_set_new(values, key, jsonio_words(value));
}

/* What `git WORDS` prints, owned; NULL: it failed. */
static char *git(const char *folder, const char *const *words)
{
    struct child_command command = {.folder = folder, .timeout_ms = 5000};
    struct child_result result = {0};
    struct error ignored = {0};
    char *said = NULL;

    words_add(&command.argv, "git");
    words_add(&command.argv, "--no-optional-locks");
    for (; *words; words++)
        words_add(&command.argv, *words);
    if (child_run(&command, &result, &ignored) == 0 && result.was_started &&
        result.exit_code == 0)
        said = xmemdup(result.out.bytes ? result.out.bytes : "", result.out.size);
    child_result_release(&result);
    child_command_release(&command);
    return said;
}

/* Files that git does not know are no part of it: results lie among them. */
static void put_git(json_t *values, const char *folder)
{
    static const char *const head[] = {"rev-parse", "HEAD", NULL};
    static const char *const status[] = {"status", "--porcelain",
                                         "--untracked-files=no", NULL};
    cleanup_free char *commit = git(folder, head);
    bool is_known = commit && strlen(commit) >= 40;
    cleanup_free char *changes = is_known ? git(folder, status) : NULL;

    if (is_known)
        commit[strcspn(commit, "\n")] = '\0';
    put(values, "git commit", is_known ? commit : "");
    put(values, "git dirty", !changes ? "" : *changes ? "yes" : "no");
}

/* What stands in the events of all versions; the setting was called so once. */
static const char *event_key(enum setting key)
{
    return key == SETTING_OBJECT_STORE_MEMORY ? "object_store"
                                              : setting_spec(key)->name;
}

static void put_settings(json_t *values, const struct settings *settings)
{
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        cleanup_free char *value = setting_value(settings, compared[i]);
        put(values, event_key(compared[i]), value);
    }
}

/* A built-in by its name: its bytes are raylaunch's own affair, and what a job ran of
 * them stands in its verdict. */
static void put_template(json_t *values, const struct template *template)
{
    char hex[HASH_HEX_SIZE];

    if (template_is_built_in(template)) {
        cleanup_free char *name = xmemdup(template->name, strcspn(template->name, "."));
        put(values, "template", name);
        return;
    }
    hash_bytes(template->bytes, template->size, hex);
    put(values, "template", hex);
}

/* Sweeps of raylaunch before runtimes name a built-in by its sum, too. */
static const char *template_word(const char *word)
{
    static const struct {
        const char *sum, *name;
    } known[] = {
        {"58b204e563a45746f657ff164f58cac07cbd87ae762fa8eddf5d46c7c51db5ea", "ray"},
        {"a19be950167e1f1e6e1c41668ac14eb2e697f5a976568220e6fc7a6318c10d01", "ray"},
        {"d1a689515096314b43a3d960e5b4f69edca12f56c3d08aa5cba25ac640c63fe4", "plain"},
        {"79422ccbfb9c67169b19c4c68e0ef066a7d69983b6753e013d889e43c0ae56c4", "plain"}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].sum, word) == 0)
            return known[i].name;
    }
    return word;
}

/* What was built in before `auto` was. Who typed that number then and says nothing now
 * is not told: nothing tells the two apart. */
#define OLD_TIMEOUT "28800"

static bool is_equal(const char *key, const char *old, const char *new)
{
    /* Was not known, or not asked for, in sweeps of before. */
    if (!*old && (strcmp(key, ENTRY_FILE) == 0 || strcmp(key, "git dirty") == 0))
        return true;
    if (strcmp(key, setting_spec(SETTING_TIMEOUT)->name) == 0 &&
        strcmp(old, OLD_TIMEOUT) == 0 && strcmp(new, "auto") == 0)
        return true;
    if (strcmp(key, "template") == 0)
        return strcmp(template_word(old), template_word(new)) == 0;
    return strcmp(old, new) == 0;
}

void provenance_take(const struct settings *settings, const struct template *template,
                     const char *folder, const char *entry_file,
                     struct provenance *ret_provenance)
{
    json_t *values = json_object();
    cleanup_text struct text text = {0};
    char hex[HASH_HEX_SIZE];
    struct error ignored = {0};

    put_settings(values, settings);
    put_template(values, template);
    cleanup_free char *path = entry_file ? path_join(folder, entry_file) : xstrdup("");
    put(values, ENTRY_FILE, *path && hash_file(path, hex, &ignored) == 0 ? hex : "");
    put_git(values, folder);
    jsonio_add(&text, values);
    hash_bytes(text.bytes, text.size, hex);
    *ret_provenance = (struct provenance){
        .values = values, .entry_file = xstrdup(entry_file ? entry_file : "")};
    memcpy(ret_provenance->id, hex, 8);
}

void provenance_derive(const struct provenance *base, const struct settings *settings,
                       struct provenance *ret_provenance)
{
    json_t *values = json_copy(base->values);
    cleanup_text struct text text = {0};
    char hex[HASH_HEX_SIZE];

    put_settings(values, settings);
    jsonio_add(&text, values);
    hash_bytes(text.bytes, text.size, hex);
    *ret_provenance =
        (struct provenance){.values = values, .entry_file = xstrdup(base->entry_file)};
    memcpy(ret_provenance->id, hex, 8);
    ret_provenance->is_adjusted = strcmp(ret_provenance->id, base->id) != 0;
}

void provenance_release(struct provenance *fingerprint)
{
    json_decref(fingerprint->values);
    free(fingerprint->entry_file);
    *fingerprint = (struct provenance){0};
}

int provenance_note(struct sweep *sweep, const struct provenance *fingerprint,
                    struct error *err)
{
    if (strcmp(sweep->settings_id, fingerprint->id) == 0)
        return 0;
    json_t *event = json_object();
    json_object_set_new(event, "id", json_string(fingerprint->id));
    put(event, "entry_file", fingerprint->entry_file);
    if (fingerprint->is_adjusted)
        json_object_set_new(event, "adjusted", json_true());
    json_object_set(event, "values", fingerprint->values);
    return sweep_event(sweep, EVENT_SETTINGS, event, err);
}

static void add_difference(struct text *text, const char *key, const char *old,
                           const char *new)
{
    bool is_sum = strlen(old) >= 40 || strlen(new) >= 40;

    text_add(text, text->size ? ", " : "");
    if (is_sum)
        text_add(text, key);
    else
        text_addf(text, "%s '%s' -> '%s'", key, old, new);
}

const char *provenance_code(const struct sweep *sweep, const struct attempt *attempt)
{
    const json_t *event = json_object_get(sweep->settings_events, attempt->settings_id);

    return jsonio_string(json_object_get(event, "values"), ENTRY_FILE, "");
}

char *provenance_difference(const struct sweep *sweep, const size_t *selected,
                            size_t n_selected, const struct provenance *now)
{
    struct text text = {0};

    for (size_t i = 0; i < n_selected && text.size == 0; i++) {
        const struct attempt *attempt = sweep_attempt(sweep->points[selected[i]]);
        if (!attempt || !attempt->is_final ||
            strcmp(attempt->settings_id, now->id) == 0)
            continue;
        const json_t *event =
            json_object_get(sweep->settings_events, attempt->settings_id);
        if (json_is_true(json_object_get(event, "adjusted")))
            continue;
        const json_t *then = json_object_get(event, "values");
        for (void *at = json_object_iter(now->values); at && then;
             at = json_object_iter_next(now->values, at)) {
            const char *key = json_object_iter_key(at);
            const char *new = json_string_value(json_object_iter_value(at));
            const char *old = jsonio_string(then, key, "");
            if (new && !is_equal(key, old, new))
                add_difference(&text, key, old, new);
        }
    }
    return text_take(&text);
}
