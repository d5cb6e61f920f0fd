#include "launcher/scheduler/slurm/slurm_cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/scheduler.h"
#include "launcher/scheduler/slurm/slurm_cli.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

/* Stand-ins that answer as Slurm 22.05 does and write down each call. */
static const char *folder;

static void stand_in(const char *program, const char *act)
{
    cleanup_free char *path = xasprintf("%s/bin/%s", folder, program);
    cleanup_free char *text = xasprintf(
        "#!/bin/sh\necho '%s' \"$@\" >>'%s/calls'\n%s\n", program, folder, act);

    file_write_atomic(path, text, strlen(text), FILE_CACHED, NULL);
    chmod(path, 0755);
}

static void stand_ins(void)
{
    stand_in("sbatch", "exit 1");
    stand_in(
        "scontrol",
        "case $2 in\n"
        "config) echo 'ClusterName = far'; echo 'MaxArraySize = 1001'\n"
        "  echo 'AccountingStorageType = accounting_storage/slurmdbd'\n"
        "  echo 'AccountingStorageEnforce = associations,limits';;\n"
        "partition) echo 'PartitionName=gpu Default=YES QoS=N/A MaxTime=02:00:00';;\n"
        "*) echo 'No reservations in the system';; esac");
    stand_in("sinfo", "echo");
    stand_in("sacctmgr", "case $4 in\n"
                         "user) echo 'lab|lab||20|||||normal|normal||';;\n"
                         "*) ;; esac");
}

/* The programs called since the last time, by name and in order, as "name name ";
 * owned.
 */
static char *calls(void)
{
    cleanup_free char *path = path_join(folder, "calls");
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    cleanup_text struct text names = {0};

    if (file_read_all(path, 1 << 20, &bytes, &size, NULL) < 0)
        return xstrdup("");
    unlink(path);
    for (const char *at = bytes; *at;) {
        text_add_bytes(&names, at, strcspn(at, " \n"));
        text_add_char(&names, ' ');
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return text_take(&names);
}

static const char everything[] =
    "scontrol sinfo scontrol scontrol sacctmgr sacctmgr sacctmgr ";

/* The limits as a new process finds them, and what it asked. */
static void look(long max_submit, const char *wanted, const char *what)
{
    struct scheduler scheduler = {0};
    struct scheduler_options options = {0};
    struct scheduler_limits limits = {0};
    struct error err = {0};

    ok(scheduler_open("slurm", &options, &scheduler, &err) == 0, "open %s", err.text);
    is_number(scheduler_limits(&scheduler, "gpu", "", "", &limits, &err), 0, what);
    is_number(limits.max_submit, max_submit, what);
    is_number(limits.max_minutes, 120, what);
    is_number(scheduler_limits(&scheduler, "", "", "", &limits, &err), 0, "again");
    scheduler_close(&scheduler);
    cleanup_free char *asked = calls();
    is_string(asked, wanted, what);
}

static char *cache(void)
{
    return path_join(folder, "cache/raylaunch/far.json");
}

static void write_cache(const char *bytes)
{
    cleanup_free char *path = cache();

    file_write_atomic(path, bytes, strlen(bytes), FILE_CACHED, NULL);
}

static void test_bad_files(void)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "7",
        "{\"v\":2}",
        "{\"v\":2,\"cluster\":\"far\",\"answers\":{}}",
        "{\"v\":2,\"cluster\":\"near\",\"answers\":{\"user\":{\"time\":9e99,\"text\":"
        "\"lab|lab||5|||||normal|normal||\"}}}",
        "{\"v\":2,\"cluster\":\"far\",\"answers\":[]}",
        "{\"v\":2,\"cluster\":\"far\",\"answers\":{\"user\":7,\"qos\":{\"time\":\"x\","
        "\"text\":[]}}}",
        "{\"v\":2,\"cluster\":\"far\",\"answers\":{\"user\":{\"time\":9e99,\"text\":"
        "\"lab|lab||5|||||normal|normal||\"}}}",
        "{\"v\":2,\"cluster\":\"far\",\"answers\":{\"user\":{\"time\":1000,\"text\":"
        "\"lab|lab||5|||||normal|normal||\"}}}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_cache(bad[i]);
        look(20, everything, bad[i]);
    }
}

static void test_kept(void)
{
    cleanup_free char *path = cache();
    struct stat info;

    look(20, everything, "the first time all is asked");
    ok(stat(path, &info) == 0, "and kept");
    look(20, "scontrol ", "then only the configuration");
    cleanup_free char *fresh = xasprintf(
        "{\"v\":2,\"cluster\":\"far\",\"answers\":{\"user\":{\"time\":%.0f,\"text\":"
        "\"lab|lab||5|||||normal|normal||\"}}}",
        clock_wall() - 86000);
    write_cache(fresh);
    look(5, "scontrol sinfo scontrol scontrol sacctmgr sacctmgr ",
         "what is nearly a day old is not asked");
    chmod(path, 0666);
    look(20, everything, "a file that anybody can write does not count");
    look(20, "scontrol ", "it is replaced");
    unlink(path);
    cleanup_free char *elsewhere = path_join(folder, "elsewhere");
    ok(symlink(elsewhere, path) == 0, "a link");
    file_write_atomic(elsewhere, fresh, strlen(fresh), FILE_CACHED, NULL);
    look(20, everything, "a link is not followed");
    ok(lstat(path, &info) == 0 && S_ISREG(info.st_mode), "it is replaced too");
}

static void test_trouble(void)
{
    struct scheduler scheduler = {0};
    struct scheduler_options options = {0};
    struct scheduler_limits limits = {0};
    struct error err = {0};
    cleanup_free char *path = cache();

    unlink(path);
    stand_in("sacctmgr", "echo 'sacctmgr: error: Connection refused' >&2; exit 1");
    look(0, "scontrol sinfo scontrol scontrol sacctmgr ",
         "the database is down: no limits, no error, and asked once");
    look(0, "scontrol sacctmgr ", "it is asked again the next time");
    stand_in("scontrol", "echo 'slurm_load_ctl_conf error: Unable to contact slurm "
                         "controller (connect failure)' >&2; exit 1");
    ok(scheduler_open("slurm", &options, &scheduler, &err) == 0, "open");
    is_number(scheduler_limits(&scheduler, "gpu", "", "", &limits, &err), -1,
              "no controller");
    is_number(err.kind, ERROR_SCHEDULER, "its kind");
    stand_ins();
    is_number(scheduler_limits(&scheduler, "gpu", "", "", &limits, &err), 0,
              "asked again");
    is_number(limits.max_submit, 20, "all is well");
    free(calls());
    ok(scheduler_refresh(&scheduler, &err) == 0, "a refresh");
    cleanup_free char *asked = calls();
    is_string(asked, everything, "asks all");
    scheduler_close(&scheduler);

    stand_in("scontrol", "echo 'ClusterName = ../../far'");
    ok(scheduler_open("slurm", &options, &scheduler, &err) == 0, "open");
    ok(scheduler_limits(&scheduler, "", "", "", &limits, &err) == 0,
       "a cluster's name that is a path");
    cleanup_free char *outside = path_join(folder, "far.json");
    ok(!file_exists(outside), "is no file's name");
    scheduler_close(&scheduler);
    free(calls());
}

int main(void)
{
    folder = scratch();
    cleanup_free char *bin = path_join(folder, "bin");
    cleanup_free char *kept = path_join(folder, "cache");
    cleanup_free char *path = xasprintf("%s:/usr/bin:/bin", bin);

    folder_make(bin, NULL, NULL);
    setenv("PATH", path, 1);
    setenv("XDG_CACHE_HOME", kept, 1);
    stand_ins();
    test_kept();
    test_bad_files();
    test_trouble();
    scratch_remove();
    return tap_done();
}
