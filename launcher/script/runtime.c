#include "launcher/script/runtime.h"

#include <string.h>

#include "launcher/script/embedded.h"

#define PLACE "{{runtime_sum}}"

/* In the order of the sum, which is the order that `ls` has. */
static const struct {
    const char *name;
    const char *source; /* built in */
    bool is_template;
} sources[RUNTIME_FILES] = {
    {"README", "runtime/README", true}, {"job.sh", "runtime/job.sh", true},
    {"keeper.py", "keeper.py", false},  {"plain.sh", "runtime/plain.sh", true},
    {"ray.sh", "runtime/ray.sh", true},
};

static int fill(size_t index, struct text *text, struct error *err)
{
    static const struct template_value values[] = {{"version", RAYLAUNCH_VERSION}};
    const struct embedded_file *file = embedded_find(sources[index].source);

    if (sources[index].is_template || !file)
        return template_fill_built_in(sources[index].source, values, 1, text, err);
    text_add_bytes(text, file->bytes, file->size);
    return 0;
}

int runtime_make(struct runtime *ret_runtime, struct error *err)
{
    struct runtime runtime = {0};
    cleanup_text struct text sums = {0};
    char hex[HASH_HEX_SIZE];

    for (size_t i = 0; i < RUNTIME_FILES; i++) {
        struct runtime_file *file = &runtime.files[i];
        file->name = sources[i].name;
        if (fill(i, &file->text, err) < 0) {
            runtime_release(&runtime);
            return -1;
        }
        hash_bytes(text_string(&file->text), file->text.size, hex);
        text_addf(&sums, "%s  %s\n", hex, file->name);
    }
    hash_bytes(text_string(&sums), sums.size, runtime.sum);
    memcpy(runtime.name, runtime.sum, RUNTIME_NAME_SIZE - 1);
    *ret_runtime = runtime;
    return 0;
}

void runtime_release(struct runtime *runtime)
{
    for (size_t i = 0; i < RUNTIME_FILES; i++)
        text_release(&runtime->files[i].text);
    *runtime = (struct runtime){0};
}

bool runtime_is_needed(const struct template *template)
{
    return memmem(template->bytes, template->size, PLACE, sizeof PLACE - 1) != NULL;
}
