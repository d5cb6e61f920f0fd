/* preflight_folder.c - a folder: file system, room, quota (preflight.h) */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "launcher/check/preflight.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/child.h"
#include "launcher/common/random.h"

#define WHERE "here"
#define QUOTA_MS 10000
#define FEW_FILES 100

/* statfs(2) and the headers of the file systems themselves. */
enum folder_kind folder_kind(long long magic, const char **ret_name)
{
    static const struct {
        long long magic;
        enum folder_kind kind;
        const char *name;
    } table[] = {
        {0x01021994, FOLDER_MEMORY, "tmpfs"},  {0x858458F6, FOLDER_MEMORY, "ramfs"},
        {0xEF53, FOLDER_OF_NODE, "ext"},       {0x58465342, FOLDER_OF_NODE, "xfs"},
        {0x9123683E, FOLDER_OF_NODE, "btrfs"}, {0x794C7630, FOLDER_OF_NODE, "overlay"},
        {0x2FC12FC1, FOLDER_OF_NODE, "zfs"},   {0x4D44, FOLDER_OF_NODE, "vfat"},
        {0x6969, FOLDER_SHARED, "nfs"},        {0x0BD00BD3, FOLDER_SHARED, "lustre"},
        {0x47504653, FOLDER_SHARED, "gpfs"},   {0x19830326, FOLDER_SHARED, "beegfs"},
        {0x00C36400, FOLDER_SHARED, "ceph"},   {0xFF534D42, FOLDER_SHARED, "cifs"},
        {0xFE534D42, FOLDER_SHARED, "smb"},    {0x5346414F, FOLDER_SHARED, "afs"},
        {0xAAD7AAEA, FOLDER_SHARED, "panfs"},  {0x01021997, FOLDER_UNKNOWN, "9p"},
        {0x65735546, FOLDER_UNKNOWN, "fuse"},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].magic == (magic & 0xFFFFFFFFLL)) {
            *ret_name = table[i].name;
            return table[i].kind;
        }
    }
    *ret_name = "unknown";
    return FOLDER_UNKNOWN;
}

/* The folder itself, or the nearest thing above it that is there. Owned. */
static char *existing(const char *path)
{
    char *at = xstrdup(path);

    while (!file_exists(at) && strcmp(at, "/") != 0 && strcmp(at, ".") != 0) {
        char *parent = path_dir(at);
        memory_free_at(&at);
        at = parent;
    }
    return at;
}

static void add_kind(const char *folder, bool has_nodes, struct findings *findings)
{
    static const char memory[] = "it lives in this machine's memory: choose a folder "
                                 "that all nodes see with --output-dir";
    static const char own[] = "is this folder shared with the nodes? "
                              "`raylaunch check --probe` finds out";
    struct statfs about;
    const char *name;

    if (statfs(folder, &about) < 0)
        return;
    enum folder_kind kind = folder_kind((long long)about.f_type, &name);
    if (!has_nodes)
        findings_add(findings, FINDING_OK, WHERE, "file system", "", "%s", name);
    else if (kind == FOLDER_MEMORY)
        findings_add(findings, FINDING_BAD, WHERE, "file system", memory, "%s", name);
    else
        findings_add(findings, kind == FOLDER_SHARED ? FINDING_OK : FINDING_WARN, WHERE,
                     "file system", own, "%s%s", name,
                     kind == FOLDER_OF_NODE ? ", of this machine" : "");
}

static void add_room(const char *folder, unsigned long long n_files,
                     struct findings *findings)
{
    static const char advice[] = "free some, or choose another --output-dir";
    struct statvfs about;

    if (statvfs(folder, &about) < 0)
        return;
    unsigned long long mib =
        (unsigned long long)about.f_bavail * about.f_frsize / (1024ULL * 1024ULL);
    bool has_inodes = about.f_files > 0; /* some file systems do not count them */
    enum finding_status status =
        mib < 64 || (has_inodes && about.f_favail < n_files)   ? FINDING_BAD
        : mib < 1024 || (has_inodes && about.f_favail < 10000) ? FINDING_WARN
                                                               : FINDING_OK;
    if (has_inodes)
        findings_add(findings, status, WHERE, "free room", advice,
                     "%llu MiB, %llu files", mib, (unsigned long long)about.f_favail);
    else
        findings_add(findings, status, WHERE, "free room", advice, "%llu MiB", mib);
}

/* A real file: permissions alone do not tell (root, read-only mounts, quotas). */
static void add_writable(const char *path, const char *folder,
                         struct findings *findings)
{
    char token[RANDOM_HEX_SIZE(6)];

    random_hex(token, 6);
    cleanup_free char *file = xasprintf("%s/.raylaunch-check-%s", folder, token);
    cleanup_close int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_good = fd >= 0 && write(fd, token, sizeof token) == (ssize_t)sizeof token &&
                   fsync(fd) == 0;
    int why = errno;
    if (fd >= 0)
        unlink(file);
    findings_add(findings, is_good ? FINDING_OK : FINDING_BAD, WHERE, "output folder",
                 "choose another with --output-dir, or make it writable", "%s%s%s%s",
                 path, strcmp(path, folder) == 0 ? "" : " (not there yet)",
                 is_good ? "" : ": ", is_good ? "" : strerror(why));
}

/* `quota -q` prints only what is over its limit; an `lfs quota` row marks it with a
 * star. Where they are not installed, or know nothing, nothing is said. */
static void add_quota(const char *const *argv, const char *mark,
                      struct findings *findings)
{
    struct child_command command = {.timeout_ms = QUOTA_MS, .max_output = 65536};
    struct child_result result = {0};

    for (; *argv; argv++)
        words_add(&command.argv, *argv);
    int rc = child_run(&command, &result, NULL);
    child_command_release(&command);
    if (rc < 0)
        return;
    const char *out = text_string(&result.out);
    out += strspn(out, " \t\r\n");
    bool is_over = *mark ? strstr(out, mark) != NULL : *out != '\0';
    if (result.was_started && !result.is_timed_out &&
        (result.exit_code == 0 || is_over))
        findings_add(findings, is_over ? FINDING_BAD : FINDING_OK, WHERE, "quota",
                     "delete something, or ask for more", "%.*s",
                     is_over ? (int)strcspn(out, "\r\n") : 12,
                     is_over ? out : "not exceeded");
    child_result_release(&result);
}

static void add_quota_of(const char *folder, struct findings *findings)
{
    const char *const quota[] = {"quota", "-q", NULL};
    const char *const lfs[] = {"lfs", "quota", "-q", folder, NULL};
    struct statfs about;
    const char *name = "";

    if (statfs(folder, &about) == 0)
        folder_kind((long long)about.f_type, &name);
    if (strcmp(name, "lustre") == 0)
        add_quota(lfs, "*", findings);
    else
        add_quota(quota, "", findings);
}

void preflight_room(const char *path, size_t n_files, bool with_quota,
                    struct findings *findings)
{
    cleanup_free char *folder = existing(path);

    add_room(folder, n_files, findings);
    if (with_quota)
        add_quota_of(folder, findings);
}

void preflight_folder(const char *path, bool has_nodes, struct findings *findings)
{
    cleanup_free char *folder = existing(path);

    add_writable(path, folder, findings);
    add_kind(folder, has_nodes, findings);
    preflight_room(folder, FEW_FILES, true, findings);
}
