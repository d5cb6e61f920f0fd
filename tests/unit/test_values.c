#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/settings/value_shown.h"
#include "launcher/settings/values.h"
#include "tests/tap/tap.h"

static void time_is(const char *text, long long wanted)
{
    struct error err = {0};
    long long minutes = -7;
    int rc = value_minutes(text, &minutes, &err);

    ok(wanted < 0 ? rc < 0 && minutes == -7 && err.kind == ERROR_INPUT
                  : minutes == wanted,
       "time '%s' is %lld minutes%s%s", text, wanted, rc < 0 ? ": " : "",
       rc < 0 ? err.text : "");
}

static void test_times(void)
{
    time_is("", -1);
    time_is("0", -1);
    time_is("00:00:00", -1);
    time_is("-1", -1);
    time_is("2h", -1);
    time_is("1:2:3:4", -1);
    time_is("1-2-3", -1);
    time_is("1-", -1);
    time_is("-5", -1);
    time_is(":30", -1);
    time_is("1:", -1);
    time_is(" 90", -1);
    time_is("9999999999", -1);
    time_is("1.5", -1);
    time_is("90", 90);
    time_is("1:30", 2);
    time_is("10:30", 11);
    time_is("1:30:00", 90);
    time_is("24:00:00", 1440);
    time_is("08:00:00", 480);
    time_is("1-2", 1560);
    time_is("1-2:30", 1590);
    time_is("0-0:0:1", 1);
    time_is("unlimited", 0);
    time_is("INFINITE", 0);
}

static void memory_is(const char *text, long long wanted)
{
    struct error err = {0};
    long long mib = -7;
    int rc = value_mib(text, &mib, &err);

    ok(wanted < 0 ? rc < 0 && mib == -7 && err.kind == ERROR_INPUT : mib == wanted,
       "memory '%s' is %lld MiB%s%s", text, wanted, rc < 0 ? ": " : "",
       rc < 0 ? err.text : "");
}

static void test_memory(void)
{
    struct error err = {0};
    long long mib;

    memory_is("", -1);
    memory_is("G", -1);
    memory_is("-1", -1);
    memory_is("4X", -1);
    memory_is("4GG", -1);
    memory_is("4 G", -1);
    memory_is("999999999T", -1);
    memory_is("9999999999999999", -1);
    memory_is("0", 0);
    memory_is("4096", 4096);
    memory_is("4g", 4096);
    memory_is("4G", 4096);
    memory_is("4GB", 4096);
    memory_is("4gb", 4096);
    memory_is("500MB", 500);
    memory_is("1025K", 2);
    memory_is("2T", 2097152);
    memory_is("7B", -1);
    value_mib("4.5G", &mib, &err);
    ok(strstr(err.text, "write 4608M"), "decimals name the whole number: %s", err.text);
    value_mib("4GiB", &mib, &err);
    ok(strstr(err.text, "write 4G"), "GiB names G: %s", err.text);
}

static void is_refused(enum setting key, const char *text, const char *words)
{
    struct error err = {0};
    cleanup_free char *kept = NULL;
    long long number;

    cleanup_free char *shown = value_shown(text);
    ok(value_check(key, text, &kept, &number, &err) < 0 && !kept &&
           strstr(err.text, words),
       "%s refuses '%s': %s", setting_spec(key)->name, shown, words);
    if (!strstr(err.text, words))
        printf("#   said: %s\n", err.text);
}

static void is_kept(enum setting key, const char *text, const char *wanted,
                    long long number)
{
    struct error err = {0};
    cleanup_free char *kept = NULL;
    long long got = -7;

    value_check(key, text, &kept, &got, &err);
    is_string(kept, wanted, setting_spec(key)->name);
    is_number(got, number, err.text);
}

static void test_checks(void)
{
    is_refused(SETTING_NODES, "0", "from 1 to");
    is_refused(SETTING_NODES, "two", "not a whole number");
    is_refused(SETTING_NODES, "-3", "not a whole number");
    is_refused(SETTING_NODES, "", "not a whole number");
    is_refused(SETTING_NODES, "99999999999999999999", "not a whole number");
    is_refused(SETTING_CPUS_PER_TASK, "0", "from 1 to");
    is_refused(SETTING_PORTS_FIRST, "80", "from 1024 to 65535");
    is_refused(SETTING_PORTS_LAST, "65536", "from 1024 to 65535");
    is_refused(SETTING_MAX_POINTS, "0", "from 1 to");
    is_refused(SETTING_TIMEOUT, "-1", "number of seconds");
    is_refused(SETTING_TIMEOUT, "automatic", "neither auto nor a whole number");
    is_refused(SETTING_START_TIMEOUT, "auto", "not a whole number");
    is_kept(SETTING_TIMEOUT, "AUTO", "auto", TIMEOUT_AUTO);
    is_kept(SETTING_TIMEOUT, "28800", "28800", 28800);
    is_refused(SETTING_EXCLUSIVE, "maybe", "neither yes nor no");
    is_refused(SETTING_BOOTSTRAP, "magic", "none of auto, symmetric, direct");
    is_refused(SETTING_ACCOUNT, "a\nb", "control character");
    is_refused(SETTING_ACCOUNT, "caf\xE9", "not UTF-8");
    is_refused(SETTING_NAME, "../x", "folder's name");
    is_refused(SETTING_NAME, ".x", "folder's name");
    is_refused(SETTING_NAME, "-x", "folder's name");
    is_refused(SETTING_RAY_CPUS, "0", "none of task");
    is_refused(SETTING_TEMP_DIR, "", "an empty text");
    is_refused(SETTING_ENV, "NAME", "write NAME=VALUE");
    is_refused(SETTING_ENV, "1A=b", "name that a variable");
    is_refused(SETTING_ENV, "=b", "no name before");
    is_refused(SETTING_ENV, "RAYLAUNCH_BIN=x", "sets itself");
    is_refused(SETTING_MODULES, "a\nb", "more than one line");
    is_refused(SETTING_MODULES, "", "an empty item");
    is_refused(SETTING_MEM_PER_CPU, "0", "gives no memory");
    is_refused(SETTING_OBJECT_STORE_MEMORY, "10M", "75M");
    is_kept(SETTING_GPUS_PER_TASK, "0", "0", 0);
    is_kept(SETTING_EXCLUSIVE, "True", "yes", 1);
    is_kept(SETTING_EXCLUSIVE, "0", "no", 0);
    is_kept(SETTING_WARN_SIGNAL, "usr1", "USR1", 0);
    is_kept(SETTING_RAY_CPUS, "12", "12", 0);
    is_kept(SETTING_ENV, "A=x=y\n", "A=x=y\n", 0);
    is_kept(SETTING_SETUP, "if true\nthen\n\tb\nfi", "if true\nthen\n\tb\nfi", 0);
    is_kept(SETTING_PARTITION, "", "", 0);
    is_kept(SETTING_MEM, "4GB", "4GB", 4096);
    is_kept(SETTING_TIME, "1-2", "1-2", 1560);
}

static void test_sbatch(void)
{
    is_refused(SETTING_SBATCH, "", "no sbatch option");
    is_refused(SETTING_SBATCH, "-C x", "no sbatch option");
    is_refused(SETTING_SBATCH, "C=x", "long name");
    is_refused(SETTING_SBATCH, "a b", "no sbatch option");
    is_refused(SETTING_SBATCH, "output=x", "belongs to raylaunch");
    is_refused(SETTING_SBATCH, "--outp=x", "belongs to raylaunch");
    is_refused(SETTING_SBATCH, "array=1-3", "use --mode array");
    is_refused(SETTING_SBATCH, "wrap=x", "behind '--'");
    is_refused(SETTING_SBATCH, "job-name=x", "use --job-name");
    is_refused(SETTING_SBATCH, "nodes=3", "use --nodes");
    is_refused(SETTING_SBATCH, "mem=3G", "use --mem");
    is_refused(SETTING_SBATCH, "requeue", "use --requeue");
    is_refused(SETTING_SBATCH, "no-requeue", "use --no-requeue");
    is_refused(SETTING_SBATCH, "exclusive", "use --exclusive");
    is_refused(SETTING_SBATCH, "signal=USR1@5", "--warn-signal");
    is_refused(SETTING_SBATCH, "hint=a\nb", "control character");
    is_kept(SETTING_SBATCH, "--hint=nomultithread", "hint=nomultithread", 0);
    is_kept(SETTING_SBATCH, "exclusive=user", "exclusive=user", 0);
    is_kept(SETTING_SBATCH, "wait-all-nodes=1", "wait-all-nodes=1", 0);
    is_kept(SETTING_SBATCH, "gpus=4", "gpus=4", 0);
    is_kept(SETTING_SBATCH, "hold", "hold", 0);
}

static void test_shown(void)
{
    char long_text[300];
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    cleanup_free char *cut = value_shown(long_text);
    cleanup_free char *clean = value_shown("a\x1B[2Jb");
    cleanup_free char *none = value_shown("");

    is_number(strlen(cut), 83, "a long value is cut");
    is_string(clean, "a?[2Jb", "an escape cannot move the cursor");
    is_string(none, "", "nothing stays nothing");
}

int main(void)
{
    test_times();
    test_memory();
    test_checks();
    test_sbatch();
    test_shown();
    return tap_done();
}
