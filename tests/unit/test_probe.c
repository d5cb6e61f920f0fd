#include <stdlib.h>
#include <string.h>

#include "launcher/check/probe_nodes.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static const struct finding *find(const struct findings *findings, const char *name)
{
    for (size_t i = 0; i < findings->count; i++) {
        if (strcmp(findings->items[i].name, name) == 0)
            return &findings->items[i];
    }
    return NULL;
}

/* "bad: value -> advice" of one finding about one node; owned. */
static char *judged(struct settings *settings, const char *json, double ping,
                    double clock_off, const char *name)
{
    struct findings findings = {0};
    json_auto_t *seen = json ? jsonio_parse(json, strlen(json), "test", NULL) : NULL;
    struct probe_node node = {"n1", seen, ping, clock_off};
    char *text = NULL;

    probe_judge(settings, &node, &findings);
    const struct finding *found = find(&findings, name);
    text = found ? xasprintf("%s: %s", finding_status_name(found->status), found->value)
                 : xstrdup("none");
    findings_release(&findings);
    return text;
}

static void test_judge(void)
{
    static const struct {
        const char *json;
        double ping, clock_off;
        const char *name, *wanted;
    } cases[] = {
        {NULL, 0.1, 0, "report", "bad: the node wrote none"},
        {"{}", -1, 0, "canary file", "bad: never seen"},
        {"{}", 9, 0, "canary file", "warn: seen there and answered in 9.00 s"},
        {"{}", 0, 120, "clock", "warn: +120 s beside this machine's"},
        {"{}", 0, -2, "clock", "ok: within 5 s of this machine's"},
        {"{}", 0, 0, "Python", "bad: none (3.6 or newer)"},
        {"{}", 0, 0, "Ray", "bad: not installed"},
        {"{\"ray\":\"2.60.0\",\"ray_import_s\":2}", 0, 0, "Ray",
         "ok: 2.60.0, imported in 2.0 s"},
        {"{\"ray\":\"2.60.0\",\"ray_import_s\":29.5}", 0, 0, "Ray",
         "warn: 2.60.0, imported in 29.5 s"},
        {"{\"ray\":\"2.60.0\",\"ray_error\":\"ImportError: x\"}", 0, 0, "Ray",
         "bad: 2.60.0: ImportError: x"},
        {"{\"ray\":7,\"ray_import_s\":\"x\"}", 0, 0, "Ray", "bad: not installed"},
        {"{}", 0, 0, "head", "none"},
        {"{\"head\":\"n1\",\"head_address\":\"10.0.0.1\",\"head_error\":\"No route\"}",
         0, 0, "head", "bad: n1 (10.0.0.1) cannot be reached: No route"},
        {"{\"head\":\"n1\",\"head_address\":\"10.0.0.1\",\"head_ms\":2.0}", 0, 0,
         "head", "ok: n1: its name gives no address, 10.0.0.1 reached in 2.0 ms"},
        {"{\"ephemeral\":[9000,65000]}", 0, 0, "ephemeral ports", "warn: 9000-65000"},
        {"{\"ephemeral\":[32768,60999]}", 0, 0, "ephemeral ports", "ok: 32768-60999"},
        {"{\"slice_free\":20,\"slice_ports\":2048,\"slice\":[10112,12159]}", 0, 0,
         "ports of your slice", "warn: 20 of 2048 free (10112-12159)"},
        {"{\"shm_mib\":64}", 0, 0, "/dev/shm", "bad: 64 MiB free"},
        {"{\"shm_mib\":500}", 0, 0, "/dev/shm", "warn: 500 MiB free"},
        {"{}", 0, 0, "/tmp", "bad: not there"},
        {"{\"temp_mib\":5000,\"temp_error\":\"Permission denied\"}", 0, 0, "/tmp",
         "bad: Permission denied"},
        {"{\"ray_processes\":2,\"ray_uids\":[1001]}", 0, 0, "other Rays",
         "ok: 2 processes of uid 1001"},
        {"{\"files\":1024}", 0, 0, "open files", "warn: at most 1024"},
        {"{\"problems\":[\"room: no\"]}", 0, 0, "problem", "warn: room: no"},
    };
    struct settings *settings = settings_new();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_free char *text = judged(settings, cases[i].json, cases[i].ping,
                                         cases[i].clock_off, cases[i].name);
        is_string(text, cases[i].wanted, cases[i].json ? cases[i].json : "no report");
    }
    settings_set(settings, SETTING_TEMPLATE, "plain", RANK_FLAG, "flag", NULL);
    settings_set(settings, SETTING_PORTS_STRICT, "yes", RANK_FLAG, "flag", NULL);
    cleanup_free char *text = judged(settings, "{}", 0, 0, "Ray");
    is_string(text, "ok: not installed", "a plain job needs no Ray");
    settings_free(settings);
}

static void test_compare(void)
{
    struct settings *settings = settings_new();
    struct findings findings = {0};
    json_auto_t *one = json_pack("{s:s,s:s}", "ray", "2.60.0", "python", "3.11.2");
    json_auto_t *other = json_pack("{s:s,s:s}", "ray", "2.54.0", "python", "3.11.2");
    const struct probe_node nodes[] = {
        {"n1", one, 0, 0}, {"n2", one, 0, 0}, {"n3", other, 0, 0}};

    probe_compare(settings, nodes, 2, &findings);
    is_number(findings.count, 0, "the same on all nodes");
    probe_compare(settings, nodes, 3, &findings);
    ok(findings.count == 1 && findings.items[0].status == FINDING_BAD &&
           strcmp(findings.items[0].value, "2.60.0 on n1, 2.54.0 on n3") == 0,
       "two Rays: %s", findings.count ? findings.items[0].value : "not seen");
    findings_release(&findings);
    settings_free(settings);
}

static void put(const char *name, const char *text)
{
    scratch_write(name, text, strlen(text));
}

static void test_files(void)
{
    struct probe_nodes nodes = {0};
    cleanup_free char *canary = NULL;
    size_t size = 0;
    const char *folder = scratch();

    put("ready.n1", "{\"clock\":1000.5}");
    put("ready.n;2", "{\"clock\":1000}");
    put("ready.", "{}");
    put("ready.n3", "not json");
    put("node.n4", "{}");
    put("probe.out", "");
    probe_nodes_look(&nodes, folder);
    ok(nodes.count == 1 && strcmp(nodes.nodes[0].name, "n1") == 0,
       "one node is ready, the rest are none (%zu)", nodes.count);
    ok(nodes.nodes[0].clock_off_s < -1e6, "its clock is far behind");
    cleanup_free char *path = path_join(folder, "canary.n1");
    ok(file_read_all(path, 100, &canary, &size, NULL) == 0 && size == 17,
       "it got its canary");
    put("seen.n1", "another word\n");
    probe_nodes_look(&nodes, folder);
    ok(nodes.nodes[0].ping_s < 0, "a wrong answer is none");
    put("seen.n1", canary ? canary : "");
    put("node.n1", "[]");
    probe_nodes_look(&nodes, folder);
    ok(nodes.nodes[0].ping_s >= 0, "the right answer");
    is_number(nodes.n_reports, 0, "a report is an object");
    put("node.n1", "{\"python\":\"3\"}");
    probe_nodes_look(&nodes, folder);
    probe_nodes_look(&nodes, folder);
    is_number(nodes.n_reports, 1, "a report counts once");
    probe_nodes_release(&nodes);
}

static void test_kinds(void)
{
    const char *name = "";

    ok(folder_kind(0x01021994, &name) == FOLDER_MEMORY && strcmp(name, "tmpfs") == 0,
       "tmpfs");
    ok(folder_kind(0xEF53, &name) == FOLDER_OF_NODE, "ext");
    ok(folder_kind(0x6969, &name) == FOLDER_SHARED && strcmp(name, "nfs") == 0, "nfs");
    ok(folder_kind((long long)(int)0xFF534D42, &name) == FOLDER_SHARED,
       "cifs, where f_type is a signed int");
    ok(folder_kind(1, &name) == FOLDER_UNKNOWN && strcmp(name, "unknown") == 0,
       "an unknown one");
}

static void test_folder(void)
{
    struct findings findings = {0};

    cleanup_free char *deep = scratch_path("not/there/yet");
    preflight_folder(deep, false, &findings);
    const struct finding *found = find(&findings, "output folder");
    ok(found && found->status == FINDING_OK && strstr(found->value, "not there yet"),
       "a folder to come: %s", found ? found->value : "");
    cleanup_free char *made = scratch_path("not");
    ok(!file_exists(made), "nothing was made");
    findings_release(&findings);
    preflight_folder("/proc/nowhere", false, &findings);
    found = find(&findings, "output folder");
    ok(found && found->status == FINDING_BAD && *found->advice, "not writable: %s",
       found ? found->value : "");
    findings_release(&findings);
    preflight_folder("/dev/shm", true, &findings);
    found = find(&findings, "file system");
    ok(found && found->status == FINDING_BAD, "memory is refused on Slurm: %s",
       found ? found->value : "");
    findings_release(&findings);
}

int main(void)
{
    test_judge();
    test_compare();
    test_files();
    test_kinds();
    test_folder();
    scratch_remove();
    return tap_done();
}
