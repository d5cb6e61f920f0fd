#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/hash.h"
#include "launcher/common/processes/child.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/script/bootstrap.h"
#include "launcher/script/script.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"
#include "tests/unit/script_fixture.h"

/* Values that mean something to a shell, to sbatch, to the template or to a terminal.
 */
static const char *const hostile[] = {"plain",
                                      "",
                                      "a b",
                                      "it's",
                                      "$(touch hacked)",
                                      "`touch hacked`",
                                      "${HOME}",
                                      "a\nb",
                                      "\r\n",
                                      "x\ty",
                                      "'",
                                      "\"",
                                      "\\",
                                      "{{point}}",
                                      "{{if one}}",
                                      "{{end}}",
                                      "#SBATCH --exclusive",
                                      "\n#SBATCH --nodes=99\n",
                                      "EOF\n",
                                      "!x",
                                      "\xFF\xFE",
                                      "h\xC3\xA9",
                                      "-n",
                                      "--",
                                      "*",
                                      "~",
                                      "%j",
                                      "a=b",
                                      "\x01\x1B[2J",
                                      "a;b&c|d>e<f",
                                      "(x)",
                                      "[1]=2",
                                      "if true\nthen\n\techo x\nfi"};
#define N_HOSTILE (sizeof hostile / sizeof *hostile)

static void add_param(struct point *point, const char *key, const char *value)
{
    point->params =
        xreallocarray(point->params, point->n_params + 1, sizeof *point->params);
    point->params[point->n_params++] = (struct parameter){xstrdup(key), xstrdup(value)};
}

/* Run `bash [-n] script`; the result is the caller's. */
static void run_bash(const char *option, struct child_result *ret_result)
{
    struct child_command command = {.folder = scratch(), .timeout_ms = 20000};
    struct error err = {0};

    words_add(&command.argv, "bash");
    words_add(&command.argv, option);
    words_add(&command.argv, "script");
    if (child_run(&command, ret_result, &err) < 0)
        ok(0, "bash: %s", err.text);
    child_command_release(&command);
}

/* Render `made`, run it, and compare what it printed, each string with a NUL behind,
 * with `wanted`. */
static bool prints(struct made *made, const struct words *wanted)
{
    cleanup_text struct text text = {0};
    struct child_result result = {0};
    struct error err = {0};

    int rc = script_render(&made->request, &text, &err);
    scratch_write("script", text_string(&text), text.size);
    run_bash("--", &result);
    const char *at = text_string(&result.out);
    const char *end = at + result.out.size;
    bool is_good = rc == 0 && result.exit_code == 0;
    for (size_t i = 0; is_good && i < wanted->count; i++) {
        is_good = at < end && strcmp(at, wanted->items[i]) == 0;
        at += strlen(at) + 1;
    }
    child_result_release(&result);
    return is_good && at == end;
}

/* Every list and text a user can give, through a real bash, must arrive byte for byte.
 */
static void test_arrival(void)
{
    static const char source[] =
        "{{interpreter}}\nsetup=({{setup}})\ncommand=({{command}})\n{{environment}}\n"
        "printf '%s\\0' \"${setup[@]}\" \"${command[@]}\" \"$E\" "
        "\"$RAYLAUNCH_PARAM_K\" {{params_json}}\n";
    cleanup_free char *template = scratch_path("t");
    cleanup_free char *hacked = scratch_path("hacked");
    struct error err = {0};

    scratch_write("t", source, sizeof source - 1);
    for (size_t i = 0; i < N_HOSTILE; i++) {
        const char *value = hostile[i];
        struct made made;
        cleanup_words struct words wanted = {0};
        cleanup_free char *env = xasprintf("E=%s", value);
        cleanup_text struct text shown = {0};
        cleanup_text struct text json = {0};
        make(&made, template);
        set(&made, SETTING_SETUP, "first");
        words_add(&wanted, "first");
        /* What settings refuse (an empty line, bytes that are no text) cannot come
         * here. */
        if (settings_set(made.settings, SETTING_SETUP, value, RANK_FLAG, "f", &err) ==
            0)
            words_add(&wanted, value);
        words_add(&made.point.argv, value);
        words_add(&wanted, "python");
        words_add(&wanted, value);
        bool is_env =
            settings_set(made.settings, SETTING_ENV, env, RANK_FLAG, "f", &err) == 0;
        words_add(&wanted, is_env ? value : "");
        add_param(&made.point, "+k", value);
        words_add(&wanted, value);
        text_add(&json, "{\"k\": ");
        jsonio_add_string(&json, value);
        text_add(&json, "}");
        words_add(&wanted, text_string(&json));
        utf8_add_printable(&shown, value, strlen(value));
        ok(prints(&made, &wanted), "'%s' arrives (%zu strings)", text_string(&shown),
           wanted.count);
        release(&made);
    }
    ok(!file_exists(hacked), "nothing of it was run");
}

/* The built-in scripts with every hostile value at once: bash reads them, they are
 * text, and the same twice. */
static void test_built_in(void)
{
    static const char *const names[] = {"plain", "ray"};

    for (size_t i = 0; i < 4; i++) {
        struct made made;
        struct error err = {0};
        cleanup_text struct text text = {0};
        cleanup_text struct text again = {0};
        make(&made, names[i % 2]);
        set(&made, SETTING_EXCLUSIVE, i < 2 ? "yes" : "no");
        set(&made, SETTING_WRAP, "apptainer exec 'my image'");
        for (size_t j = 0; j < N_HOSTILE; j++) {
            if (*hostile[j])
                settings_set(made.settings, SETTING_SETUP, hostile[j], RANK_FLAG, "f",
                             &err);
            words_add(&made.point.argv, hostile[j]);
            cleanup_free char *key = xasprintf("k%zu", j);
            add_param(&made.point, key, hostile[j]);
        }
        ok(script_render(&made.request, &text, &err) == 0 &&
               script_render(&made.request, &again, &err) == 0,
           "%s is rendered", names[i % 2]);
        ok(text.size == again.size && memcmp(text.bytes, again.bytes, text.size) == 0,
           "same input, same bytes");
        ok(strncmp(text_string(&text), "#!/bin/bash -p\n#SBATCH --job-name", 33) == 0,
           "the directives come first");
        ok(utf8_is_valid(text.bytes, text.size) &&
               !memchr(text.bytes, '\r', text.size) &&
               !memchr(text.bytes, 0, text.size),
           "it is UTF-8 text without CR");
        scratch_write("script", text.bytes, text.size);
        struct child_result result = {0};
        run_bash("-n", &result);
        ok(result.exit_code == 0 && result.err_text.size == 0, "bash -n takes it: %s",
           text_string(&result.err_text));
        child_result_release(&result);
        release(&made);
    }
}

/* The table of an array and the part that reads it, through a real bash: each task gets
 * its own point, byte for byte, whatever the values are. */
static void test_tasks(void)
{
    static const char source[] =
        "{{interpreter}}\n{{if array}}\n{{include parts/task.sh}}\n{{end}}\n"
        "point={{point}} base={{base}} attempt={{attempt}} params={{params_json}}\n"
        "command=({{command}})\n"
        "printf '%s\\0' \"$point\" \"$base\" \"$attempt\" \"$params\" "
        "\"${command[@]}\" \"$RAYLAUNCH_PARAM_K\" \"$rl_output\"\n";
    cleanup_free char *template = scratch_path("t");
    cleanup_free char *hacked = scratch_path("hacked");
    cleanup_free char *tasks = scratch_path("a b'c.tasks");
    cleanup_text struct text table = {0};
    struct made made;

    scratch_write("t", source, sizeof source - 1);
    for (size_t i = 0; i < N_HOSTILE; i++) {
        make(&made, template);
        words_add(&made.point.argv, hostile[i]);
        add_param(&made.point, "+k", hostile[i]);
        made.request.base = hostile[i];
        made.request.attempt = (unsigned)i + 1;
        script_add_task(&made.request, &table);
        release(&made);
    }
    scratch_write("a b'c.tasks", text_string(&table), table.size);
    char sum[HASH_HEX_SIZE];
    hash_bytes(table.bytes, table.size, sum);
    setenv("SLURM_ARRAY_JOB_ID", "77", 1);
    for (size_t i = 0; i < N_HOSTILE; i++) {
        cleanup_free char *task = xasprintf("%zu", i);
        cleanup_free char *attempt = xasprintf("%zu", i + 1);
        cleanup_free char *output = xasprintf("/w/s/points/array-77_%zu.out", i);
        cleanup_words struct words wanted = {0};
        cleanup_text struct text json = {0};
        setenv("SLURM_ARRAY_TASK_ID", task, 1);
        make(&made, template);
        made.request.tasks = tasks;
        made.request.tasks_sum = sum;
        made.request.outputs = "/w/s/points/array";
        text_add(&json, "{\"k\": ");
        jsonio_add_string(&json, hostile[i]);
        text_add(&json, "}");
        words_add(&wanted, made.point.id);
        words_add(&wanted, hostile[i]);
        words_add(&wanted, attempt);
        words_add(&wanted, text_string(&json));
        words_add(&wanted, "python");
        words_add(&wanted, hostile[i]);
        words_add(&wanted, hostile[i]);
        words_add(&wanted, output);
        ok(prints(&made, &wanted), "task %zu", i);
        release(&made);
    }
    /* The neighbour who may write there puts a line of his own into it. */
    cleanup_free char *evil = xasprintf("rl_point=$(touch '%s')\n", hacked);
    cleanup_words struct words nothing = {0};
    scratch_write("a b'c.tasks", evil, strlen(evil));
    setenv("SLURM_ARRAY_TASK_ID", "0", 1);
    make(&made, template);
    made.request.tasks = tasks;
    made.request.tasks_sum = sum;
    made.request.outputs = "/w/s/points/array";
    made.request.fs_grace = 1;
    ok(!prints(&made, &nothing), "a table with other bytes is not believed");
    release(&made);
    unsetenv("SLURM_ARRAY_JOB_ID");
    unsetenv("SLURM_ARRAY_TASK_ID");
    ok(!file_exists(hacked), "nothing of it was run");
}

/* A template that knows nothing of arrays, and one that does. */
static void test_array_templates(void)
{
    static const char source[] = "{{interpreter}}\n{{directives}}\n{{command}}\n";
    cleanup_free char *template = scratch_path("own");
    cleanup_text struct text text = {0};
    struct error err = {0};
    struct made made;

    scratch_write("own", source, sizeof source - 1);
    make(&made, template);
    made.request.tasks = "/w/s/arrays/a.tasks";
    made.request.outputs = "/w/s 1%/points/array";
    ok(script_render(&made.request, &text, &err) < 0 && err.kind == ERROR_INPUT &&
           strstr(err.text, "{{include parts/task.sh}}"),
       "refused: %s", err.text);
    release(&made);
    make(&made, "plain");
    made.request.tasks = "/w/s/arrays/a.tasks";
    made.request.outputs = "/w/s 1%/points/array";
    ok(script_render(&made.request, &text, &err) == 0 &&
           strstr(text_string(&text),
                  "#SBATCH --output=\"/w/s 1%%/points/array-%A_%a.out\"\n") &&
           strstr(text_string(&text), "\neval \"$rl_line\"\n") &&
           !strstr(text_string(&text), "rl_command="),
       "the built-in one takes its values from the table");
    release(&made);
}

/* With the built-in settings a script says nothing that the runtime says itself: the
 * defaults of templates/parts/ and those of settings/keys.h are the same. */
static void test_defaults(void)
{
    static const struct {
        enum setting key;
        const char *value, *line;
    } cases[] = {
        {SETTING_NODES, "5", "\nrl_nodes=5\n"},
        {SETTING_TIMEOUT, "0", "\nrl_timeout=0\n"},
        {SETTING_TEMP_DIR, "/scratch/a b", "\nrl_temp_folder='/scratch/a b'\n"},
        {SETTING_REQUIRE_RESULT, "no", "\nrl_require_result=0\n"},
        {SETTING_MODULES, "gcc/13", "\nrl_modules=(gcc/13)\n"},
        {SETTING_RAY_CPUS, "all", "\nrl_ray_cpus=all\n"},
        {SETTING_PORTS_FIRST, "12000", "\nrl_ports_first=12000\n"},
        {SETTING_RAY_START_ARGS, "--block=1", "\nrl_ray_start_args=(--block=1)\n"},
        {SETTING_INTERFACE, "ib0", "\nrl_interface=ib0\n"},
        {SETTING_EXCLUSIVE, "no", "\nrl_exclusive=0\n"},
    };
    struct made made;
    struct error err = {0};
    cleanup_text struct text text = {0};

    make(&made, "ray");
    made.request.fs_grace = 10;
    ok(script_render(&made.request, &text, &err) == 0 &&
           strstr(text_string(&text), "\nrl_params='{}'\n\nrl_command=(python)\n"),
       "no value where all have their defaults");
    release(&made);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_text struct text one = {0};
        make(&made, "ray");
        made.request.fs_grace = 10;
        set(&made, cases[i].key, cases[i].value);
        ok(script_render(&made.request, &one, &err) == 0 &&
               strstr(text_string(&one), cases[i].line),
           "%s", cases[i].line + 1);
        release(&made);
    }
}

static void test_bootstrap(void)
{
    static const struct {
        const char *bootstrap, *exclusive, *nodes;
        bool is_symmetric, is_forced;
    } cases[] = {{"auto", "yes", "2", true, false},
                 {"auto", "yes", "1", false, false},
                 {"auto", "no", "2", false, false},
                 {"symmetric", "no", "1", true, true},
                 {"direct", "yes", "4", false, true}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made made;
        make(&made, "ray");
        set(&made, SETTING_BOOTSTRAP, cases[i].bootstrap);
        set(&made, SETTING_EXCLUSIVE, cases[i].exclusive);
        set(&made, SETTING_NODES, cases[i].nodes);
        struct script_bootstrap got = script_bootstrap(made.settings);
        ok(got.is_symmetric == cases[i].is_symmetric &&
               got.is_forced == cases[i].is_forced && *got.reason,
           "%s, exclusive %s, %s nodes: %s", cases[i].bootstrap, cases[i].exclusive,
           cases[i].nodes, got.reason);
        release(&made);
    }
}

int main(void)
{
    test_arrival();
    test_built_in();
    test_tasks();
    test_array_templates();
    test_defaults();
    test_bootstrap();
    scratch_remove();
    return tap_done();
}
