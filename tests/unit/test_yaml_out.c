#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/trees/tree_load.h"
#include "launcher/settings/apply.h"
#include "launcher/settings/init_file.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/yaml_out.h"
#include "tests/tap/tap.h"

static void free_settings(struct settings **settings)
{
    settings_free(*settings);
}
#define cleanup_settings __attribute__((cleanup(free_settings)))

static void test_values(void)
{
    static const char *const values[] = {"",
                                         "a",
                                         "12:00:00",
                                         "1e-3",
                                         "null",
                                         "~",
                                         "- a",
                                         "a: b",
                                         "a #b",
                                         "'",
                                         "\"",
                                         "\\",
                                         "a\nb",
                                         "\t",
                                         "\x01",
                                         "\x7F",
                                         "caf\xC3\xA9",
                                         "\xC2\x85",
                                         "\xE2\x80\xA8",
                                         "\xEF\xBB\xBF",
                                         "\xF0\x9F\x98\x80",
                                         "---",
                                         "*x",
                                         "&x",
                                         "!x",
                                         "{a}",
                                         "[a]",
                                         "%x",
                                         "@x",
                                         " x ",
                                         "x:",
                                         "#",
                                         "|",
                                         ">",
                                         "?",
                                         "NULL",
                                         "<<"};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct error err = {0};
        cleanup_text struct text yaml = {0};
        text_add(&yaml, "- ");
        yaml_add_value(&yaml, values[i]);
        text_add(&yaml, "  # comment\n");
        cleanup_tree struct tree *tree =
            tree_parse(text_string(&yaml), yaml.size, "x", false, &err);
        if (ok(tree && tree->count == 1 && tree->children[0]->kind == TREE_SCALAR,
               "value %zu is one text %s", i, err.text))
            is_string(tree->children[0]->text, values[i], "and the same");
    }
}

static struct settings *read_back(const struct text *yaml, struct error *err)
{
    static const struct apply_from from = {.source = "x.yaml", .rank = RANK_SWEEP_FILE};
    struct settings *settings = settings_new();
    cleanup_tree struct tree *tree =
        tree_parse(text_string(yaml), yaml->size, "x.yaml", false, err);

    if (!tree || apply_map(settings, tree, &from, err) < 0) {
        settings_free(settings);
        return NULL;
    }
    return settings;
}

static void set(struct settings *settings, enum setting key, const char *value,
                enum setting_rank rank)
{
    struct error err = {0};

    if (settings_set(settings, key, value, rank, "flag --x", &err) < 0)
        ok(false, "%s", err.text);
}

static void is_same(const struct settings *a, const struct settings *b)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        enum setting key = (enum setting)i;
        const struct words *list_a = settings_list(a, key);
        const struct words *list_b = settings_list(b, key);
        bool is_memory = key == SETTING_MEM || key == SETTING_MEM_PER_CPU;
        if (is_memory)
            continue;
        is_string(settings_text(b, key), settings_text(a, key),
                  setting_spec(key)->name);
        if (ok(list_a->count == list_b->count, "as many items")) {
            for (size_t k = 0; k < list_a->count; k++)
                is_string(list_b->items[k], list_a->items[k], "the same item");
        }
    }
    ok(settings_memory_rule(a) == settings_memory_rule(b), "the same memory rule");
}

static void test_round_trip(void)
{
    struct error err = {0};
    cleanup_settings struct settings *settings = settings_new();
    cleanup_text struct text plain = {0};
    cleanup_text struct text full = {0};

    settings_add_yaml(settings, true, &plain);
    cleanup_settings struct settings *built_in = read_back(&plain, &err);
    if (ok(built_in != NULL, "the built-in values are read back: %s", err.text))
        is_same(settings, built_in);
    ok(strstr(text_string(&plain), "nodes: 4  # built-in\n"), "with origins");
    ok(strstr(text_string(&plain), "\n# mem_per_cpu: 4GB"),
       "memory that is not asked is a comment");

    set(settings, SETTING_SETUP, "echo \"a: b\" # c", RANK_FLAG);
    set(settings, SETTING_SETUP, "if x\nthen y\nfi", RANK_FLAG);
    set(settings, SETTING_ENV, "A=x y\tz", RANK_FLAG);
    set(settings, SETTING_SBATCH, "--hint=nomultithread", RANK_FLAG);
    set(settings, SETTING_SBATCH, "hold", RANK_FLAG);
    set(settings, SETTING_PARTITION, "", RANK_FLAG);
    set(settings, SETTING_MEM_PER_CPU, "2G", RANK_USER);
    set(settings, SETTING_MEM, "8GB", RANK_FLAG);
    set(settings, SETTING_TIME, "1-2", RANK_FLAG);
    set(settings, SETTING_PORTS_FIRST, "12000", RANK_FLAG);
    set(settings, SETTING_COMMENT, "it's: \"so\" #1", RANK_FLAG);
    settings_add_yaml(settings, true, &full);
    cleanup_settings struct settings *again = read_back(&full, &err);
    if (!ok(again != NULL, "odd values are read back: %s", err.text))
        return;
    is_same(settings, again);
    ok(settings_check(again, &err) == 0, "no contradiction: %s", err.text);
    is_number(settings_mib(again, SETTING_MEM), 8192, "the memory that counts");
    cleanup_text struct text without = {0};
    settings_add_yaml(settings, false, &without);
    ok(!strstr(text_string(&without), "# flag"), "origins can be left out");
}

static void test_init_file(void)
{
    static const struct init_partition rows[] = {
        {"cpu", false, "infinite", 10, 64, 256000, "(null)"},
        {"ai", true, "4:00:00", 2, 6, 512000, "gpu:h100:4(S:0-1)"},
        {"x\n\x1B[2J: y", false, "1\nsetup: [rm]", 1, 1, 1, "gpu:2\nnodes: 9"},
    };
    struct error err = {0};
    cleanup_text struct text yaml = {0};
    cleanup_text struct text none = {0};
    cleanup_text struct text hostile = {0};

    init_file_add(rows, 3, &yaml);
    cleanup_settings struct settings *settings = read_back(&yaml, &err);
    if (!ok(settings != NULL, "the file is read back: %s", err.text))
        return;
    is_string(settings_text(settings, SETTING_PARTITION), "ai",
              "the default partition");
    is_number(settings_integer(settings, SETTING_NODES), 2,
              "no more nodes than it has");
    is_number(settings_integer(settings, SETTING_CPUS_PER_TASK), 6, "no more CPUs");
    is_number(settings_integer(settings, SETTING_GPUS_PER_TASK), 1, "a GPU");
    is_number(settings_minutes(settings, SETTING_TIME), 240,
              "no longer than its limit");
    ok(strstr(text_string(&yaml), "# gpu_type: h100"), "the type of its GPUs");
    ok(strstr(text_string(&yaml), "ai (default): 2 nodes of 6 CPUs"), "a row for it");
    is_number(settings_list(settings, SETTING_SETUP)->count, 0,
              "sinfo cannot write settings");
    init_file_add(rows, 1, &hostile);
    cleanup_settings struct settings *cpu = read_back(&hostile, &err);
    ok(cpu && settings_integer(cpu, SETTING_GPUS_PER_TASK) == 0,
       "no GPU where there is none");
    text_clear(&hostile);
    init_file_add(&rows[2], 1, &hostile);
    cleanup_settings struct settings *odd = read_back(&hostile, &err);
    ok(!odd && strstr(err.text, "control character"),
       "a name that cannot be is refused: %s", err.text);
    init_file_add(NULL, 0, &none);
    cleanup_settings struct settings *empty = read_back(&none, &err);
    ok(empty && settings_integer(empty, SETTING_NODES) == 4,
       "without Slurm: the built-in values");
}

int main(void)
{
    test_values();
    test_round_trip();
    test_init_file();
    return tap_done();
}
