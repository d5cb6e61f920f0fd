/* probe_judge.c - what the answers of nodes mean for a sweep (probe.h) */
#include <stdio.h>
#include <string.h>

#include "launcher/check/probe.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/settings/ports.h"

/* Ray gives a starting node 30 s, a literal; the rest of the start needs some of it. */
#define SLOW_IMPORT_S 15.0
#define SLOW_PING_S 5.0
#define CLOCK_OFF_S 5.0
#define LEAST_STORE_MIB 75 /* 78643200 bytes, the least object store Ray takes */

struct judge {
    const struct settings *settings;
    const struct probe_node *node;
    struct findings *findings;
    char where[128];
    bool needs_ray;
};

#define add(judge, status, name, advice, ...) \
    findings_add((judge)->findings, status, (judge)->where, name, advice, __VA_ARGS__)

static bool needs_ray(const struct settings *settings)
{
    return strcmp(settings_text(settings, SETTING_TEMPLATE), TEMPLATE_PLAIN) != 0;
}

static void judge_files(const struct judge *judge)
{
    const struct probe_node *node = judge->node;

    if (node->ping_s < 0)
        add(judge, FINDING_BAD, "canary file",
            "the node does not see what is written here within 90 s: choose an "
            "--output-dir that both see",
            "never seen");
    else
        add(judge, node->ping_s > SLOW_PING_S ? FINDING_WARN : FINDING_OK,
            "canary file", "a slow file system; raylaunch waits fs_grace for files",
            "seen there and answered in %.2f s", node->ping_s);
    bool is_off = node->clock_off_s > CLOCK_OFF_S || node->clock_off_s < -CLOCK_OFF_S;
    add(judge, is_off ? FINDING_WARN : FINDING_OK, "clock",
        "tell the administrators: times in logs and results will not fit",
        is_off ? "%+.0f s beside this machine's" : "within %.0f s of this machine's",
        is_off ? node->clock_off_s : CLOCK_OFF_S);
}

static void judge_python(const struct judge *judge)
{
    const json_t *seen = judge->node->seen;
    const char *python = jsonio_string(seen, "python", NULL);
    const char *ray = jsonio_string(seen, "ray", NULL);
    const char *error = jsonio_string(seen, "ray_error", NULL);
    double took = jsonio_number(seen, "ray_import_s", 0);
    enum finding_status lacking = judge->needs_ray ? FINDING_BAD : FINDING_OK;

    add(judge, python ? FINDING_OK : lacking, "Python",
        "give --modules, --venv, --conda or --setup", "%s%s%s",
        python ? python : "none (3.6 or newer)", python ? ", " : "",
        python ? jsonio_string(seen, "python_path", "") : "");
    if (!ray)
        add(judge, lacking, "Ray", "give --venv, --conda or --setup, or --no-ray",
            "not installed");
    else if (error)
        add(judge, lacking, "Ray", "repair this environment", "%s: %s", ray, error);
    else
        add(judge, took > SLOW_IMPORT_S ? FINDING_WARN : FINDING_OK, "Ray",
            "a Ray node must be up within 30 s: put the environment on a faster file "
            "system",
            "%s, imported in %.1f s", ray, took);
}

static void judge_head(const struct judge *judge)
{
    const json_t *seen = judge->node->seen;
    const json_t *found = json_object_get(seen, "head_resolved");
    const char *address = jsonio_string(seen, "head_address", "");
    const char *name = jsonio_string(seen, "head", "");
    const char *error = jsonio_string(seen, "head_error", NULL);
    const char *resolved = json_string_value(json_array_get(found, 0));

    if (!*address)
        return;
    if (error)
        add(judge, FINDING_BAD, "head",
            "look for a firewall between nodes, or set --interface",
            "%s (%s) cannot be reached: %s", name, address, error);
    else
        add(judge, FINDING_OK, "head", "",
            "%s: its name gives %s, %s reached in %.1f ms", name,
            resolved ? resolved : "no address", address,
            jsonio_number(seen, "head_ms", 0));
}

static long element(const json_t *array, size_t i)
{
    return (long)json_integer_value(json_array_get(array, i));
}

static void judge_ports(const struct judge *judge)
{
    const struct settings *settings = judge->settings;
    const json_t *range = json_object_get(judge->node->seen, "ephemeral");
    const json_t *slice = json_object_get(judge->node->seen, "slice");
    long long free_ports = jsonio_integer(judge->node->seen, "slice_free", -1);
    long long cpus = settings_integer(settings, SETTING_CPUS_PER_TASK);
    long long needed = PORTS_RESERVED + ports_workers(cpus < 4096 ? (long)cpus : 4096);
    bool is_covered =
        element(range, 0) <= settings_integer(settings, SETTING_PORTS_FIRST) &&
        element(range, 1) >= settings_integer(settings, SETTING_PORTS_LAST);

    if (json_array_size(range) == 2)
        add(judge, is_covered ? FINDING_WARN : FINDING_OK, "ephemeral ports",
            "they cover ports.first to ports.last: ports below them are taken",
            "%ld-%ld", element(range, 0), element(range, 1));
    if (free_ports < 0 || !judge->needs_ray)
        return;
    bool is_full = free_ports < needed;
    add(judge,
        !is_full                                          ? FINDING_OK
        : settings_switch(settings, SETTING_PORTS_STRICT) ? FINDING_BAD
                                                          : FINDING_WARN,
        "ports of your slice", "jobs go on through the range; see `raylaunch ports`",
        "%lld of %lld free (%ld-%ld)", free_ports,
        jsonio_integer(judge->node->seen, "slice_ports", 0), element(slice, 0),
        element(slice, 1));
}

static void judge_room(const struct judge *judge)
{
    const json_t *seen = judge->node->seen;
    long long shm = jsonio_integer(seen, "shm_mib", -1);
    long long temp = jsonio_integer(seen, "temp_mib", -1);
    const char *error = jsonio_string(seen, "temp_error", NULL);
    const char *folder = settings_text(judge->settings, SETTING_TEMP_DIR);

    if (judge->needs_ray)
        add(judge,
            shm >= 1024              ? FINDING_OK
            : shm >= LEAST_STORE_MIB ? FINDING_WARN
                                     : FINDING_BAD,
            "/dev/shm", "Ray's object store lives there: ask for a larger one",
            "%lld MiB free", shm);
    if (error || temp < 0)
        add(judge, FINDING_BAD, folder, "choose another --temp-dir", "%s",
            error ? error : "not there");
    else
        add(judge,
            temp >= 1024 ? FINDING_OK
            : temp >= 64 ? FINDING_WARN
                         : FINDING_BAD,
            folder, "Ray's files lie there: choose another --temp-dir", "%lld MiB free",
            temp);
}

static void judge_others(const struct judge *judge)
{
    const json_t *seen = judge->node->seen;
    const json_t *uids = json_object_get(seen, "ray_uids");
    long long rays = jsonio_integer(seen, "ray_processes", -1);
    long long files = jsonio_integer(seen, "files", -1);
    cleanup_text struct text list = {0};
    bool is_symmetric = settings_chose(judge->settings, CHOICE_BOOTSTRAP_SYMMETRIC);

    for (size_t i = 0; i < json_array_size(uids) && i < 20; i++)
        text_addf(&list, "%s%ld", i ? ", " : " of uid ", element(uids, i));
    if (rays >= 0 && judge->needs_ray)
        add(judge, rays > 0 && is_symmetric ? FINDING_BAD : FINDING_OK, "other Rays",
            "`ray symmetric-run` refuses beside another Ray: --bootstrap direct",
            "%lld processes%s", rays, text_string(&list));
    if (files >= 0)
        add(judge, files < 8192 ? FINDING_WARN : FINDING_OK, "open files",
            "Ray wants 65535: raise the hard limit (ulimit -n) before submitting",
            "at most %lld", files);
    const json_t *problems = json_object_get(seen, "problems");
    for (size_t i = 0; i < json_array_size(problems) && i < 20; i++) {
        const char *text = json_string_value(json_array_get(problems, i));
        add(judge, FINDING_WARN, "problem", "this was not looked at", "%s",
            text ? text : "");
    }
}

void probe_judge(const struct settings *settings, const struct probe_node *node,
                 struct findings *findings)
{
    struct judge judge = {.settings = settings,
                          .node = node,
                          .findings = findings,
                          .needs_ray = needs_ray(settings)};

    snprintf(judge.where, sizeof judge.where, "node %s", node->name);
    judge_files(&judge);
    if (!node->seen) {
        add(&judge, FINDING_BAD, "report", "look at the job's messages below",
            "the node wrote none");
        return;
    }
    judge_python(&judge);
    judge_head(&judge);
    judge_ports(&judge);
    judge_room(&judge);
    judge_others(&judge);
}

void probe_compare(const struct settings *settings, const struct probe_node *nodes,
                   size_t count, struct findings *findings)
{
    static const char *const keys[] = {"ray", "python"};

    for (size_t k = 0; needs_ray(settings) && k < 2; k++) {
        for (size_t i = 1; i < count; i++) {
            const char *first = jsonio_string(nodes[0].seen, keys[k], "none");
            const char *other = jsonio_string(nodes[i].seen, keys[k], "none");
            if (strcmp(first, other) == 0)
                continue;
            findings_add(findings, FINDING_BAD, "nodes", k == 0 ? "Ray" : "Python",
                         "all nodes need the same one: give --venv or --conda",
                         "%s on %s, %s on %s", first, nodes[0].name, other,
                         nodes[i].name);
            break;
        }
    }
}
