#include "launcher/scheduler/slurm/slurm_cache.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/trees/json_io.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "launcher/scheduler/slurm/slurm_fields.h"

#define DAY 86400.0
#define HOUR 3600.0
#define FORMAT_VERSION 2
#define DATABASE_MS 15000 /* one that hangs must not hold up a sweep */

static const struct {
    const char *name;
    double life; /* seconds */
} kinds[ANSWER_COUNT] = {
    [ANSWER_NODES] = {"nodes", HOUR},
    [ANSWER_PARTITIONS] = {"partitions", DAY},
    [ANSWER_RESERVATIONS] = {"reservations", HOUR},
    [ANSWER_USER] = {"user", DAY},
    [ANSWER_ACCOUNTS] = {"accounts", DAY},
    [ANSWER_QOS] = {"qos", DAY},
};

/* The file's path, owned; NULL: the cluster has no name that can be one. */
static char *cache_path(const char *cluster)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._-";

    if (!*cluster || *cluster == '.' || cluster[strspn(cluster, plain)])
        return NULL;
    if (cache && *cache == '/')
        return xasprintf("%s/raylaunch/%s.json", cache, cluster);
    if (home && *home == '/')
        return xasprintf("%s/.cache/raylaunch/%s.json", home, cluster);
    return NULL;
}

/* NULL: there is none that can be trusted. */
static json_t *load(const char *path, const char *cluster)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    cleanup_free char *bytes = NULL;
    struct stat info;
    size_t size = 0;

    if (fd < 0 || fstat(fd, &info) < 0 || info.st_uid != geteuid() ||
        (info.st_mode & S_IWOTH) ||
        file_read_fd(fd, path, LIMIT_SITE_BYTES, &bytes, &size, NULL) < 0)
        return NULL;
    json_t *root = jsonio_parse(bytes, size, path, NULL);
    if (root && (jsonio_integer(root, "v", 0) != FORMAT_VERSION ||
                 strcmp(jsonio_string(root, "cluster", ""), cluster) != 0)) {
        json_decref(root);
        return NULL;
    }
    return root;
}

/* The file is a convenience: nobody is told if it cannot be kept. */
static void save(const char *path, const char *cluster, json_t *answers)
{
    json_auto_t *root = json_pack("{s:i,s:s,s:O}", "v", FORMAT_VERSION, "cluster",
                                  cluster, "answers", answers);
    cleanup_text struct text text = {0};
    cleanup_free char *folder = path_dir(path);

    if (!root || folder_make(folder, NULL, NULL) < 0)
        return;
    jsonio_add(&text, root);
    text_add_char(&text, '\n');
    file_write_atomic(path, text.bytes, text.size, FILE_CACHED, NULL);
}

static void add_words(struct words *argv, const char *const *words)
{
    for (; *words; words++)
        words_add(argv, *words);
}

/* sacctmgr has no -M. */
static bool sacctmgr_words(const struct site_config *limits, enum slurm_answer kind,
                           struct words *argv)
{
    const struct passwd *user = getpwuid(geteuid());

    add_words(argv, (const char *const[]){"-n", "-P", "show", NULL});
    if (kind == ANSWER_QOS) {
        add_words(argv, (const char *const[]){"qos", SLURM_CONFIG_OF_QOS, NULL});
        return true;
    }
    if (kind == ANSWER_ACCOUNTS) {
        add_words(argv, (const char *const[]){"assoc", "where",
                                              "user=", SLURM_CONFIG_OF_ACCOUNTS, NULL});
        words_addf(argv, "cluster=%s", limits->cluster);
        return true;
    }
    if (!user)
        return false;
    add_words(argv, (const char *const[]){"user", "where", NULL});
    words_addf(argv, "name=%s", user->pw_name);
    words_addf(argv, "cluster=%s", limits->cluster);
    add_words(argv, (const char *const[]){"withassoc", SLURM_CONFIG_OF_USER, NULL});
    return true;
}

static char *ask_sinfo(const struct slurm_site_access *access)
{
    char separator[SLURM_SEPARATOR_SIZE];
    cleanup_text struct text out = {0};

    if (slurm_site_ask_nodes(access, separator, &out, NULL) < 0)
        return NULL;
    return xasprintf("%s\n%s", separator, text_string(&out));
}

/* Owned; NULL: no answer. */
static char *ask(const struct slurm_site_access *access,
                 const struct site_config *limits, enum slurm_answer kind)
{
    bool is_database = kind >= ANSWER_USER;
    struct child_command command;
    struct child_result result = {0};

    if (kind == ANSWER_NODES)
        return ask_sinfo(access);
    if (is_database && !limits->has_accounting)
        return xstrdup("");
    slurm_call_init(access, is_database ? "sacctmgr" : "scontrol", &command);
    command.max_output = LIMIT_SITE_BYTES / ANSWER_COUNT;
    if (is_database)
        command.timeout_ms = DATABASE_MS;
    if (!is_database)
        add_words(&command.argv,
                  (const char *const[]){
                      "show", kind == ANSWER_PARTITIONS ? "partition" : "reservation",
                      "-o", NULL});
    else if (!sacctmgr_words(limits, kind, &command.argv)) {
        child_command_release(&command);
        return NULL;
    }
    if (slurm_call(&command, &result, NULL) < 0)
        return NULL;
    char *text = xstrdup(text_string(&result.out));
    child_result_release(&result);
    return text;
}

int slurm_cache_config(const struct slurm_site_access *access,
                       struct slurm_cache *answers, struct error *err)
{
    if (answers->has_limits)
        return 0;
    if (slurm_site_ask_limits(access, &answers->limits, err) < 0)
        return -1;
    answers->has_limits = true;
    return 0;
}

/* What is fresh in `kept`, borrowed; NULL: ask. */
static const char *fresh(const json_t *kept, enum slurm_answer kind, double now)
{
    const json_t *answer = json_object_get(kept, kinds[kind].name);
    double age = now - jsonio_number(answer, "time", 0);

    return age >= 0 && age < kinds[kind].life ? jsonio_string(answer, "text", NULL)
                                              : NULL;
}

static void fill(const struct slurm_site_access *access, struct slurm_cache *answers,
                 const json_t *kept, json_t *keep, bool *ret_is_news)
{
    double now = clock_wall();
    bool is_database_down = false;

    for (enum slurm_answer kind = 0; kind < ANSWER_COUNT; kind++) {
        const char *text = fresh(kept, kind, now);
        if (text) {
            answers->texts[kind] = xstrdup(text);
            json_object_set(keep, kinds[kind].name,
                            json_object_get(kept, kinds[kind].name));
            continue;
        }
        char *answer = kind >= ANSWER_USER && is_database_down
                           ? NULL
                           : ask(access, &answers->limits, kind);
        *ret_is_news = true;
        if (answer)
            json_object_set_new(keep, kinds[kind].name,
                                json_pack("{s:f,s:s}", "time", now, "text", answer));
        else
            is_database_down |= kind >= ANSWER_USER;
        answers->texts[kind] = answer ? answer : xstrdup("");
    }
    answers->has_texts = true;
}

static int get(const struct slurm_site_access *access, struct slurm_cache *answers,
               bool may_be_old, struct error *err)
{
    if (slurm_cache_config(access, answers, err) < 0)
        return -1;
    if (answers->has_texts)
        return 0;
    cleanup_free char *path = cache_path(answers->limits.cluster);
    json_auto_t *root = may_be_old && path ? load(path, answers->limits.cluster) : NULL;
    json_auto_t *keep = json_object();
    bool is_news = false;

    fill(access, answers, json_object_get(root, "answers"), keep, &is_news);
    if (path && is_news)
        save(path, answers->limits.cluster, keep);
    return 0;
}

int slurm_cache_get(const struct slurm_site_access *access, struct slurm_cache *answers,
                    struct error *err)
{
    return get(access, answers, true, err);
}

int slurm_cache_refresh(const struct slurm_site_access *access,
                        struct slurm_cache *answers, struct error *err)
{
    slurm_cache_release(answers);
    return get(access, answers, false, err);
}

void slurm_cache_release(struct slurm_cache *answers)
{
    for (enum slurm_answer kind = 0; kind < ANSWER_COUNT; kind++)
        free(answers->texts[kind]);
    *answers = (struct slurm_cache){0};
}

void slurm_cache_site(const struct slurm_cache *answers, struct site *ret_site)
{
    const char *text = answers->texts[ANSWER_NODES] ? answers->texts[ANSWER_NODES] : "";
    size_t size = strcspn(text, "\n");
    cleanup_free char *separator = xmemdup(text, size);

    *ret_site = (struct site){.product = "Slurm", .config = answers->limits};
    text += size + (text[size] == '\n');
    if (size > 0)
        slurm_site_parse_partitions(text, strlen(text), separator, ret_site);
}
