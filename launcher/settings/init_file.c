#include "launcher/settings/init_file.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/values.h"
#include "launcher/settings/yaml_out.h"

#define NAMED_LIMIT_MINUTES 480 /* the built-in limit */

static void add_comment(struct text *text, const char *word)
{
    utf8_add_printable(text, word, strlen(word));
}

/* "gpu:h100:4(S:0-1),…" → 4 and "h100"; 0 when there are none. */
static long long gpus_of(const char *gres, struct text *type)
{
    const char *gpu = strncmp(gres, "gpu:", 4) == 0 ? gres : strstr(gres, ",gpu:");
    long long count = 0;

    if (!gpu)
        return 0;
    gpu += *gpu == ',' ? 5 : 4;
    if (!isdigit((unsigned char)*gpu)) {
        size_t size = strcspn(gpu, ":,(");
        text_add_bytes(type, gpu, size);
        gpu += size + (gpu[size] == ':');
    }
    for (; isdigit((unsigned char)*gpu) && count < 10000; gpu++)
        count = count * 10 + (*gpu - '0');
    return count;
}

static void add_rows(const struct init_partition *partitions, size_t count,
                     struct text *text)
{
    text_add(text, "# Partitions that sinfo lists:\n");
    for (size_t i = 0; i < count; i++) {
        const struct init_partition *row = &partitions[i];
        text_add(text, "#   ");
        add_comment(text, row->name);
        text_addf(text, "%s: %lld node%s of %lld CPUs and %lld MB, time limit ",
                  row->is_default ? " (default)" : "", row->nodes,
                  row->nodes == 1 ? "" : "s", row->cpus, row->memory_mib);
        add_comment(text, row->time_limit);
        if (strncmp(row->gres, "(null)", 6) != 0 && *row->gres) {
            text_add(text, ", ");
            add_comment(text, row->gres);
        }
        text_add_char(text, '\n');
    }
    text_add_char(text, '\n');
}

/* The default one; where none is, the first. */
static const struct init_partition *
select_points(const struct init_partition *partitions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (partitions[i].is_default)
            return &partitions[i];
    }
    return count ? &partitions[0] : NULL;
}

static void add_time(const struct init_partition *row, struct text *text)
{
    const char *limit = setting_spec(SETTING_TIME)->fallback;
    long long minutes = 0;

    if (row && value_minutes(row->time_limit, &minutes, NULL) == 0 && minutes > 0 &&
        minutes < NAMED_LIMIT_MINUTES)
        limit = row->time_limit;
    text_add(text, "time: ");
    yaml_add_value(text, limit);
    text_addf(text, "  # %s\n", setting_help(SETTING_TIME));
}

static void add_number(struct text *text, enum setting key, long long most)
{
    const struct setting_spec *spec = setting_spec(key);
    long long number = 0;

    for (const char *c = spec->fallback; *c; c++)
        number = number * 10 + (*c - '0');
    text_addf(text, "%s: %lld  # %s\n", spec->name, number < most ? number : most,
              setting_help(key));
}

static void add_resources(const struct init_partition *row, struct text *text)
{
    cleanup_text struct text type = {0};
    long long gpus = row ? gpus_of(row->gres, &type) : 1;

    text_add(text, "partition: ");
    yaml_add_value(text, row ? row->name : setting_spec(SETTING_PARTITION)->fallback);
    text_addf(text, "  # %s\n", setting_help(SETTING_PARTITION));
    add_number(text, SETTING_NODES, row && row->nodes > 0 ? row->nodes : 1000);
    add_number(text, SETTING_CPUS_PER_TASK, row && row->cpus > 0 ? row->cpus : 1000);
    add_number(text, SETTING_GPUS_PER_TASK, gpus);
    if (type.size > 0) {
        text_add(text, "# gpu_type: ");
        yaml_add_value(text, text_string(&type));
        text_addf(text, "  # %s\n", setting_help(SETTING_GPU_TYPE));
    }
    add_time(row, text);
}

static void add_rest(struct text *text)
{
    static const enum setting keys[] = {SETTING_ACCOUNT, SETTING_QOS,
                                        SETTING_MEM,     SETTING_EXCLUSIVE,
                                        SETTING_VENV,    SETTING_OUTPUT_DIR};

    text_add(
        text,
        "\n# Not set; take the '#' away to set it ('raylaunch config' lists all):\n");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct setting_spec *spec = setting_spec(keys[i]);
        text_addf(text, "# %s: %s  # %s\n", spec->name,
                  spec->fallback ? spec->fallback : "", setting_help(keys[i]));
    }
    text_add(text, "# setup:  # shell lines run first in each job\n"
                   "#   - module load cuda\n"
                   "# profiles:  # named sets of settings, for --profile NAME\n"
                   "#   cpu: {gpus_per_task: 0}\n");
}

void init_file_add(const struct init_partition *partitions, size_t count,
                   struct text *text)
{
    const struct init_partition *row = select_points(partitions, count);

    text_add(
        text,
        "# raylaunch.yaml - settings of this project (docs/configuration.md)\n"
        "# Flags, variables and a sweep's own file win over what stands here.\n\n");
    if (count > 0)
        add_rows(partitions, count, text);
    add_resources(row, text);
    add_rest(text);
}
