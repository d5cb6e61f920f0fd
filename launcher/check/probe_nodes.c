#include "launcher/check/probe_nodes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/random.h"
#include "launcher/common/trees/json_io.h"

static bool is_name(const char *name)
{
    size_t size = strlen(name);

    return size > 0 && size <= PROBE_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789._-") == size;
}

static struct probe_heard *find(const struct probe_nodes *nodes, const char *name)
{
    for (size_t i = 0; i < nodes->count; i++) {
        if (strcmp(nodes->nodes[i].name, name) == 0)
            return &nodes->nodes[i];
    }
    return NULL;
}

static json_t *load(const char *folder, const char *file)
{
    cleanup_free char *path = path_join(folder, file);

    return jsonio_load(path, PROBE_NODE_BYTES, NULL);
}

/* ready.NODE: a node has begun; it gets a word that only a shared folder can carry. */
static void on_ready(struct probe_nodes *nodes, const char *folder, const char *file,
                     const char *name)
{
    struct probe_heard heard = {.ping_s = -1};
    json_auto_t *ready = load(folder, file);

    if (!ready || find(nodes, name) || nodes->count >= PROBE_NODES_MAX)
        return;
    double clock =
        jsonio_number(ready, "clock", (double)jsonio_integer(ready, "clock", 0));
    heard.clock_off_s = clock > 0 ? clock - clock_wall() : 0;
    snprintf(heard.name, sizeof heard.name, "%s", name);
    random_hex(heard.canary, 8);
    cleanup_free char *canary_name = xasprintf("canary.%s", name);
    cleanup_free char *path = path_join(folder, canary_name);
    cleanup_free char *line = xasprintf("%s\n", heard.canary);
    heard.written_at_ms = clock_monotonic_ms();
    if (file_write_atomic(path, line, strlen(line), FILE_DURABLE, NULL) < 0)
        return;
    nodes->nodes = xgrow(nodes->nodes, nodes->count, &nodes->cap, sizeof *nodes->nodes);
    nodes->nodes[nodes->count++] = heard;
}

static void on_seen(struct probe_heard *heard, const char *folder, const char *file)
{
    cleanup_free char *path = path_join(folder, file);
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (heard->ping_s >= 0 || file_read_all(path, 256, &bytes, &size, NULL) < 0)
        return;
    if (strncmp(bytes, heard->canary, strlen(heard->canary)) == 0)
        heard->ping_s = (double)(clock_monotonic_ms() - heard->written_at_ms) / 1000;
}

static void on_report(struct probe_nodes *nodes, struct probe_heard *heard,
                      const char *folder, const char *file)
{
    if (heard->report)
        return;
    json_t *report = load(folder, file);
    if (report && json_is_object(report)) {
        heard->report = report;
        nodes->n_reports++;
    } else {
        json_decref(report);
    }
}

static void take(struct probe_nodes *nodes, const char *folder, const char *file)
{
    const char *dot = strchr(file, '.');

    if (!dot || !is_name(dot + 1))
        return;
    struct probe_heard *heard = find(nodes, dot + 1);
    if (strncmp(file, "ready.", 6) == 0)
        on_ready(nodes, folder, file, dot + 1);
    else if (heard && strncmp(file, "seen.", 5) == 0)
        on_seen(heard, folder, file);
    else if (heard && strncmp(file, "node.", 5) == 0)
        on_report(nodes, heard, folder, file);
}

void probe_nodes_look(struct probe_nodes *nodes, const char *folder)
{
    DIR *open = opendir(folder); /* anew each time: NFS looks at the server then */
    const struct dirent *entry;

    if (!open)
        return;
    while ((entry = readdir(open)) != NULL)
        take(nodes, folder, entry->d_name);
    closedir(open);
}

static int by_name(const void *a, const void *b)
{
    const struct probe_node *one = a, *other = b;

    return strcmp(one->name, other->name);
}

void probe_nodes_judge(const struct probe_nodes *nodes, const struct settings *settings,
                       struct findings *findings)
{
    cleanup_free struct probe_node *rows = xcalloc(nodes->count + 1, sizeof *rows);

    for (size_t i = 0; i < nodes->count; i++) {
        const struct probe_heard *heard = &nodes->nodes[i];
        rows[i] = (struct probe_node){heard->name, heard->report, heard->ping_s,
                                      heard->clock_off_s};
    }
    qsort(rows, nodes->count, sizeof *rows, by_name);
    for (size_t i = 0; i < nodes->count; i++)
        probe_judge(settings, &rows[i], findings);
    probe_compare(settings, rows, nodes->count, findings);
}

void probe_nodes_release(struct probe_nodes *nodes)
{
    for (size_t i = 0; i < nodes->count; i++)
        json_decref(nodes->nodes[i].report);
    free(nodes->nodes);
    *nodes = (struct probe_nodes){0};
}
