#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/settings/environment.h"
#include "launcher/settings/layers.h"
#include "launcher/settings/settings.h"
#include "launcher/settings/trust.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static void free_settings(struct settings **settings)
{
    settings_free(*settings);
}
#define cleanup_settings __attribute__((cleanup(free_settings)))

static void put(const char *path, const char *text)
{
    struct error err = {0};
    cleanup_free char *folder = path_dir(path);

    if (folder_make(folder, NULL, &err) < 0 ||
        file_write_atomic(path, text, strlen(text), FILE_CACHED, &err) < 0 ||
        chmod(path, 0644) < 0)
        ok(false, "cannot write '%s': %s", path, err.text);
}

static struct settings *load(const struct settings_request *request, struct error *err)
{
    struct settings *settings = settings_new();

    if (settings_load(settings, request, NULL, err) < 0) {
        settings_free(settings);
        return NULL;
    }
    return settings;
}

static void refuses(const struct settings_request *request, enum error_kind kind,
                    const char *words)
{
    struct error err = {0};
    cleanup_settings struct settings *settings = load(request, &err);

    ok(!settings && err.kind == kind && strstr(err.text, words), "refused: %s", words);
    if (!strstr(err.text, words) || err.kind != kind)
        printf("#   said (%d): %s\n", (int)err.kind, err.text);
}

static void test_bad_files(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"nodes: 2\npartiton: x\n",
         "raylaunch.yaml:2: unknown key 'partiton' (did you mean 'partition'?)"},
        {"nodes: 2\nslurm_nodes: 3\n",
         "raylaunch.yaml:2: 'slurm_nodes' is the same setting"},
        {"nodes: [2]\n", "'nodes' takes one value"},
        {"nodes: x\n", "raylaunch.yaml:1: 'nodes': 'x' is not"},
        {"setup: {a: b}\n", "'setup' takes a list of texts"},
        {"setup:\n  - echo a: b\n", "needs quotes"},
        {"- a\n", "'key: value'"},
        {"just text\n", "'key: value'"},
        {"params: {a: 1}\n", "'params' belongs in a sweep file"},
        {"ports: {frist: 1}\n",
         "unknown key 'ports.frist' (did you mean 'ports.first'?)"},
        {"ports: {}\n", "unknown key 'ports'"},
        {"use_slurm: true\n", "unknown key 'use_slurm'"},
        {"profiles: [a]\n", "'profiles' takes names"},
        {"profiles:\n  a:\n    nods: 1\n", "raylaunch.yaml:3: unknown key 'nods'"},
        {"profiles:\n  a: 3\n", "raylaunch.yaml:2: settings are written as"},
        {"default_profile: b\nprofiles:\n  bb: {nodes: 1}\n", "did you mean 'bb'"},
        {"default_profile: [b]\n", "takes one name"},
        {"env: {A: [1]}\n", "'A' in 'env' takes one text"},
        {"env: [A]\n", "write NAME=VALUE"},
        {"sbatch: [output=x]\n", "belongs to raylaunch"},
    };
    struct settings_request request = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put("raylaunch.yaml", rows[i].text);
        refuses(&request, ERROR_INPUT, rows[i].words);
    }
    put("raylaunch.yaml", "profiles: {cpu: {nodes: 1}}\n");
    request.profile = "gpu";
    refuses(&request, ERROR_USAGE, "flag --profile: no profile 'gpu'");
    request.no_config = true;
    refuses(&request, ERROR_USAGE, "no configuration file has");
    request = (struct settings_request){.sweep_file = "nothere.yaml"};
    refuses(&request, ERROR_FILE, "cannot open 'nothere.yaml'");
}

/* `doubt` NULL: no warning. */
static void warns(const struct settings_request *request, int nodes, const char *doubt,
                  const char *name)
{
    struct error err = {0};
    cleanup_words struct words warnings = {0};
    struct settings_request with = *request;
    with.warnings = &warnings;
    cleanup_settings struct settings *settings = load(&with, &err);

    ok(settings && settings_integer(settings, SETTING_NODES) == nodes &&
           warnings.count == (doubt ? 1 : 0) &&
           (!doubt || strstr(warnings.items[0], doubt)),
       "%s: %s", name, settings ? "read" : err.text);
}

static void refuses_code(void)
{
    static const char *const rows[] = {"setup: [x]",
                                       "slurm_setup_commands: [x]",
                                       "modules: [x]",
                                       "venv: x",
                                       "conda: x",
                                       "env: {A: 1}",
                                       "wrap: x",
                                       "template: x",
                                       "sbatch: {export: A}",
                                       "ray_start_args: [x]",
                                       "temp_dir: /x",
                                       "temp_folder: /x",
                                       "ray_tls: off",
                                       "allow_open: yes"};
    struct settings_request request = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put("raylaunch.yaml", rows[i]);
        chmod("raylaunch.yaml", 0646);
        refuses(&request, ERROR_POLICY, "would run as you, but others can write");
    }
}

static void test_private_group(void)
{
    static const struct {
        uid_t owner;
        gid_t number, login; /* `login` 0: the user is not known */
        const char *group;   /* NULL: nor is the group */
        const char *member;
        bool is_private;
    } rows[] = {
        {1001, 1001, 1001, "ann", NULL, true},
        {1001, 1001, 0, NULL, NULL, true},
        {1001, 1001, 1001, "x", NULL, true},
        {1001, 5000, 5000, "ann", NULL, true},
        {1001, 1001, 1001, "ann", "ann", true},
        {1001, 1001, 1001, "ann", "bob", false},
        {1001, 5000, 5000, "ann", "bob", false},
        {1001, 5000, 5000, "lab", NULL, false},
        {1001, 5000, 100, "ann", NULL, false},
        {1001, 5000, 5000, NULL, NULL, false},
        {1001, 1001, 100, "x", NULL, false},
        {1001, 1001, 0, "x", "ann", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ann[] = "ann";
        cleanup_free char *member = xstrdup(rows[i].member ? rows[i].member : "");
        char *members[] = {rows[i].member ? member : NULL, NULL};
        cleanup_free char *name = xstrdup(rows[i].group ? rows[i].group : "");
        struct passwd user = {.pw_name = ann, .pw_gid = rows[i].login};
        struct group group = {.gr_name = name, .gr_mem = members};
        bool is_private = trust_group_is_private(rows[i].owner, rows[i].number,
                                                 rows[i].login ? &user : NULL,
                                                 rows[i].group ? &group : NULL);
        ok(is_private == rows[i].is_private, "private group, row %zu", i);
    }
}

/* An access list as the kernel writes it, on the open file. */
static bool set_list(const char *name, const unsigned char *entries, size_t count)
{
    unsigned char list[4 + 8 * 8] = {2};

    for (size_t i = 0; i < count; i++) {
        list[4 + 8 * i] = entries[3 * i];
        list[4 + 8 * i + 2] = entries[3 * i + 1];
        /* entries of nobody in particular have the id -1 */
        bool is_named = entries[3 * i] == 2 || entries[3 * i] == 8;
        memset(list + 4 + 8 * i + 4, is_named ? 0 : 0xFF, 4);
        if (is_named) /* 12300 + n */
            list[4 + 8 * i + 4] = (unsigned char)(0x0C + entries[3 * i + 2]);
        if (is_named)
            list[4 + 8 * i + 5] = 0x30;
    }
    return setxattr(name, "system.posix_acl_access", list, 4 + 8 * count, 0) == 0;
}

static void test_access_lists(void)
{
    struct settings_request request = {0};
    /* tag, permissions, who: owner 1, user 2, owner's group 4, group 8, mask 16, rest
     * 32 */
    static const unsigned char reads[] = {1, 6, 0, 2,  4, 1, 4,  6, 0,
                                          8, 4, 2, 16, 6, 0, 32, 4, 0};
    static const unsigned char masked[] = {1, 6, 0, 2,  6, 1, 4,  6, 0,
                                           8, 6, 2, 16, 4, 0, 32, 4, 0};
    static const unsigned char user[] = {1, 6, 0, 2, 6, 1, 4, 4, 0, 16, 6, 0, 32, 4, 0};
    static const unsigned char group[] = {1, 6,  0, 4, 4,  0, 8, 6,
                                          2, 16, 6, 0, 32, 4, 0};

    put("raylaunch.yaml", "nodes: 2\n");
    chmod("raylaunch.yaml", 0664);
    if (!set_list("raylaunch.yaml", reads, 6)) {
        ok(true, "access lists # SKIP the file system has none");
        return;
    }
    warns(&request, 2, NULL, "a list that lets others only read");
    ok(set_list("raylaunch.yaml", masked, 6), "set");
    warns(&request, 2, NULL, "or takes their right away by its mask");
    ok(set_list("raylaunch.yaml", user, 5), "set");
    warns(&request, 2, "others can write", "a user who can write");
    ok(set_list("raylaunch.yaml", group, 5), "set");
    warns(&request, 2, "others can write", "a group that can write");
    unlink("raylaunch.yaml");
}

static void test_trust(void)
{
    struct settings_request request = {0};

    put("raylaunch.yaml", "nodes: 2\n");
    chmod("raylaunch.yaml", 0664);
    warns(&request, 2, NULL, "the owner's private group is the owner");
    chmod("raylaunch.yaml", 0646);
    warns(&request, 2, "others can write 'raylaunch.yaml'", "the world can write it");
    put("raylaunch.yaml", "nodes: 3\nprofiles: {p: {wrap: nice}, q: {time: 1:00}}\n");
    chmod("raylaunch.yaml", 0646);
    warns(&request, 3, "chmod go-w 'raylaunch.yaml'", "code in an unused profile");
    request.profile = "q";
    warns(&request, 3, "chmod go-w", "a profile without code");
    request.profile = "p";
    refuses(&request, ERROR_POLICY, "raylaunch.yaml:2: 'wrap' would run as you");
    request.profile = NULL;
    refuses_code();
    request.no_config = true;
    struct error err = {0};
    cleanup_settings struct settings *none = load(&request, &err);
    ok(none && settings_integer(none, SETTING_NODES) == 4,
       "--no-config does not look at it");
    request.no_config = false;
    chmod("raylaunch.yaml", 0600);
    if (geteuid() == 0) {
        if (chown("raylaunch.yaml", 12345, 12345) < 0)
            ok(false, "cannot chown");
        refuses(&request, ERROR_POLICY, "belongs to user 12345: copy it");
        put("raylaunch.yaml", "nodes: 2\n");
        if (chown("raylaunch.yaml", 12345, 12345) < 0)
            ok(false, "cannot chown");
        warns(&request, 2, "belongs to user 12345", "another's file without code");
        chmod("raylaunch.yaml", 0664);
        if (chown("raylaunch.yaml", 0, 12345) < 0)
            ok(false, "cannot chown");
        warns(&request, 2, "others can write", "a group of others");
        unlink("raylaunch.yaml");
        put("real.yaml", "nodes: 2\n");
        if (symlink("real.yaml", "raylaunch.yaml") < 0 ||
            lchown("raylaunch.yaml", 12345, 12345) < 0)
            ok(false, "cannot make a link");
        refuses(&request, ERROR_POLICY, "a link made by user 12345");
    }
    unlink("raylaunch.yaml");
    if (mkfifo("raylaunch.yaml", 0600) < 0)
        ok(false, "cannot make a FIFO");
    refuses(&request, ERROR_FILE, "not a regular file");
    unlink("raylaunch.yaml");
}

static void is_found(const char *folder, const char *wanted)
{
    cleanup_free char *found = NULL;

    if (chdir(folder) < 0)
        ok(false, "cannot enter '%s'", folder);
    found = layers_find_project();
    is_string(found, wanted, folder);
    if (chdir(scratch()) < 0)
        ok(false, "cannot return");
}

static void test_search(void)
{
    struct error err = {0};
    cleanup_free char *above = scratch_path("raylaunch.yaml");
    cleanup_free char *home = scratch_path("home");

    folder_make("a/b/c", NULL, &err);
    folder_make("home/project", NULL, &err);
    is_found("a/b/c", NULL);
    put("raylaunch.yaml", "nodes: 2\n");
    is_found("a/b/c", above);
    is_found(".", "raylaunch.yaml");
    setenv("HOME", home, 1);
    is_found("home/project", NULL);
    is_found("home", NULL);
    is_found("a", above);
    put("home/raylaunch.yaml", "nodes: 2\n");
    cleanup_free char *in_home = scratch_path("home/raylaunch.yaml");
    is_found("home/project", in_home);
    unlink("home/raylaunch.yaml");
    if (geteuid() == 0) {
        if (chown("a/b", 12345, 12345) < 0)
            ok(false, "cannot chown");
        is_found("a/b/c", NULL);
        if (chown("a/b", 0, 0) < 0)
            ok(false, "cannot chown");
    }
    unlink("raylaunch.yaml");
}

static void test_order(void)
{
    struct error err = {0};
    struct settings_request request = {0};

    put("home/.config/raylaunch/config.yaml",
        "nodes: 2\naccount: user\nsetup: [u]\nprofiles: {gpu: {nodes: 9, qos: old}}\n");
    put("raylaunch.yaml", "account: project\nsetup: [p, q]\nmodules: []\n"
                          "ports: {first: 12000, strict: yes}\n"
                          "env: {A: 1, B: 'x y', C: }\nsbatch: {hint: x, hold: }\n"
                          "default_profile: gpu\nprofiles:\n  gpu:\n    partition: ai\n"
                          "    time: 04:00:00\n  other: {}\n");
    put("sweep.yaml", "time: 1-2\nparams: {a: 1}\ncommand: x\n");
    request.sweep_file = "sweep.yaml";
    setenv("RAYLAUNCH_SET_QOS", "high", 1);
    setenv("SBATCH_QOS", "low", 1);
    setenv("SBATCH_ACCOUNT", "exported", 1);
    cleanup_settings struct settings *settings = load(&request, &err);
    unsetenv("RAYLAUNCH_SET_QOS");
    unsetenv("SBATCH_QOS");
    unsetenv("SBATCH_ACCOUNT");
    if (!ok(settings != NULL, "everything is loaded: %s", err.text))
        return;
    is_number(settings_integer(settings, SETTING_NODES), 2, "from the user's file");
    is_string(settings_origin(settings, SETTING_ACCOUNT), "environment SBATCH_ACCOUNT",
              "SBATCH_ variables win over files");
    is_string(settings_text(settings, SETTING_QOS), "high",
              "our variables win over them");
    is_string(settings_origin(settings, SETTING_QOS), "environment RAYLAUNCH_SET_QOS",
              "origin");
    is_string(settings_text(settings, SETTING_PARTITION), "ai", "from the profile");
    is_string(settings_origin(settings, SETTING_PARTITION),
              "raylaunch.yaml:10 (profile gpu)", "origin");
    is_string(settings_profile(settings), "gpu", "the nearer profile of a name, whole");
    is_number(settings_minutes(settings, SETTING_TIME), 1560,
              "the sweep file wins over it");
    is_string(settings_origin(settings, SETTING_TIME), "sweep.yaml:1", "origin");
    is_number(settings_list(settings, SETTING_SETUP)->count, 2, "lists are replaced");
    is_number(settings_integer(settings, SETTING_PORTS_FIRST), 12000, "a nested key");
    is_string(settings_origin(settings, SETTING_PORTS_FIRST), "raylaunch.yaml:4",
              "origin");
    ok(settings_switch(settings, SETTING_PORTS_STRICT), "a nested switch");
    is_string(settings_list(settings, SETTING_ENV)->items[1], "B=x y", "a map");
    is_string(settings_list(settings, SETTING_ENV)->items[2],
              "C=", "an empty variable");
    is_string(settings_list(settings, SETTING_SBATCH)->items[1], "hold",
              "an option alone");
    ok(settings_is_asked(settings, SETTING_MODULES) &&
           !settings_is_set(settings, SETTING_MODULES),
       "an empty list is asked");
    request.profile = "other";
    cleanup_settings struct settings *other = load(&request, &err);
    ok(other && strcmp(settings_text(other, SETTING_PARTITION), "gpu") == 0,
       "--profile wins over default_profile");
    request.profile = "";
    cleanup_settings struct settings *none = load(&request, &err);
    ok(none && strcmp(settings_profile(none), "gpu") == 0,
       "an empty name is the default");
    put("sweep.yaml", "profile: other\n");
    request.profile = NULL;
    cleanup_settings struct settings *named = load(&request, &err);
    ok(named && strcmp(settings_profile(named), "other") == 0,
       "a sweep file names one");
}

static void test_seed_files(void)
{
    struct error err = {0};
    struct settings_request request = {.no_config = true,
                                       .sweep_file = "launcher.yaml"};

    put("launcher.yaml",
        "# @package hydra.launcher\n_target_: tmgg.hydra_plugins.x.TmggLauncher\n\n"
        "use_slurm: true\nuse_ray: false\nparallelism: 4\nslurm_partition: ml-gpu\n"
        "slurm_nodes: 2\nslurm_cpus_per_task: 16\nslurm_time_limit: \"04:00:00\"\n"
        "slurm_mem_per_cpu: \"8GB\"\nslurm_account: null\ntimeout_seconds: 14400\n"
        "slurm_setup_commands:\n  - \"module load cuda/12.1\"\n  - source activate "
        "tmgg\n");
    cleanup_settings struct settings *settings = load(&request, &err);
    if (!ok(settings != NULL, "a launcher file of Hydra is read: %s", err.text))
        return;
    is_string(settings_text(settings, SETTING_PARTITION), "ml-gpu", "its partition");
    is_number(settings_minutes(settings, SETTING_TIME), 240, "its time limit");
    is_number(settings_mib(settings, SETTING_MEM_PER_CPU), 8192, "its memory");
    is_number(settings_integer(settings, SETTING_TIMEOUT), 14400, "its timeout");
    is_number(settings_list(settings, SETTING_SETUP)->count, 2, "its setup lines");
    ok(!settings_is_asked(settings, SETTING_ACCOUNT), "null says nothing");
    put("launcher.json",
        "{\"cpusPerTask\": 14, \"setupCommands\": [\"a\"], \"mem\": \"16G\"}");
    request.sweep_file = "launcher.json";
    cleanup_settings struct settings *json = load(&request, &err);
    ok(json && settings_integer(json, SETTING_CPUS_PER_TASK) == 14 &&
           settings_mib(json, SETTING_MEM) == 16384,
       "older names, as JSON: %s", err.text);
    put("launcher.json", "{\"cpusPerTusk\": 14}");
    refuses(&request, ERROR_INPUT, "launcher.json: unknown key 'cpusPerTusk'");
}

static void env_is_refused(char *variable, const char *words)
{
    struct error err = {0};
    cleanup_settings struct settings *settings = settings_new();
    char *variables[] = {variable, NULL};

    ok(environment_apply(variables, settings, &err) < 0 && err.kind == ERROR_USAGE &&
           strstr(err.text, words),
       "refused: %s", err.text);
}

static void test_environment(void)
{
    struct error err = {0};
    cleanup_settings struct settings *settings = settings_new();
    char bad_name[] = "RAYLAUNCH_SET_NODS=3";
    char no_name[] = "RAYLAUNCH_SET_=3";
    char bad_value[] = "RAYLAUNCH_SET_NODES=x";
    char bad_slurm[] = "SBATCH_TIMELIMIT=2h";
    char bad_exclusive[] = "SBATCH_EXCLUSIVE=user";
    char *good[] = {(char[]){"RAYLAUNCH_SET_SETUP=a b\nc\n"},
                    (char[]){"RAYLAUNCH_SET_PORTS_LAST=20000"},
                    (char[]){"RAYLAUNCH_SET_ENV=A=1\nB=2"},
                    (char[]){"RAYLAUNCH_SET_PROFILE=x"},
                    (char[]){"RAYLAUNCH_BIN=/x"},
                    (char[]){"SBATCH_MEM_PER_NODE=8G"},
                    (char[]){"SBATCH_GPUS_PER_TASK=h100:2"},
                    (char[]){"SBATCH_NO_REQUEUE="},
                    (char[]){"SBATCH_EXCLUSIVE="},
                    (char[]){"SBATCH_ACCOUNT="},
                    (char[]){"SBATCH_OUTPUT=x"},
                    (char[]){"SBATCH_QOSX=x"},
                    (char[]){"NOEQUALS"},
                    NULL};

    env_is_refused(bad_name, "did you mean RAYLAUNCH_SET_NODES?");
    env_is_refused(no_name, "no such setting");
    env_is_refused(bad_value, "environment RAYLAUNCH_SET_NODES: 'x'");
    env_is_refused(bad_slurm, "environment SBATCH_TIMELIMIT: '2h'");
    env_is_refused(bad_exclusive, "environment SBATCH_EXCLUSIVE: 'user'");
    ok(environment_apply(good, settings, &err) == 0, "good variables: %s", err.text);
    is_number(settings_list(settings, SETTING_SETUP)->count, 2, "one item a line");
    is_number(settings_list(settings, SETTING_ENV)->count, 2, "one variable a line");
    is_number(settings_integer(settings, SETTING_PORTS_LAST), 20000,
              "'_' stands for '.'");
    is_number(settings_mib(settings, SETTING_MEM), 8192, "SBATCH_MEM_PER_NODE");
    is_string(settings_text(settings, SETTING_GPU_TYPE), "h100", "a type of GPU");
    is_number(settings_integer(settings, SETTING_GPUS_PER_TASK), 2, "and their number");
    ok(!settings_is_asked(settings, SETTING_ACCOUNT),
       "an empty SBATCH_ACCOUNT says nothing");
}

int main(void)
{
    umask(022);
    if (chdir(scratch()) < 0)
        return 1;
    setenv("HOME", "/nonexistent", 1);
    unsetenv("XDG_CONFIG_HOME");
    test_bad_files();
    test_private_group();
    test_trust();
    test_access_lists();
    test_search();
    test_order();
    test_seed_files();
    test_environment();
    ok(chdir("/") == 0, "out of the folder");
    scratch_remove();
    return tap_done();
}
