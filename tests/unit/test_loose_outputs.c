/* Rows of files that nobody submitted with raylaunch. */
#include "collector/loose/loose_outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

#define RESULT "TMGG_RESULT:{\"metrics\":{\"loss\":1}}\n"

static void put(const char *name, const char *text)
{
    cleanup_free char *path = scratch_path(name);
    cleanup_free char *folder = path_dir(path);
    struct error err = {0};

    if (folder_make(folder, NULL, &err) < 0)
        ok(0, "%s", err.text);
    scratch_write(name, text, strlen(text));
}

/* "point:state:cause:output; …" of what is below a scratch path. */
static void rows_are(const char *name, enum scan_pick pick, size_t n_files,
                     const char *wanted, const char *what)
{
    cleanup_free char *path = scratch_path(name);
    cleanup_text struct text got = {0};
    struct table table = {0};
    struct error err = {0};
    struct loose_options options = {.pick = pick, .require_result = true};
    struct loose_rows found = {.table = &table};

    ok(loose_outputs_add_rows(path, &options, &found, &err) == 0, "%s %s", what,
       err.text);
    is_number(found.troubles.count, 0, "no trouble");
    for (size_t i = 0; i < table.count; i++) {
        const struct row *row = &table.rows[i];
        const char *shown = strncmp(row->output, scratch(), strlen(scratch())) == 0
                                ? path_base(row->output)
                                : row->output;
        text_addf(&got, "%s%s:%s:%s:%s", i ? "; " : "", row->point,
                  state_name(row->state), row->cause, shown);
    }
    is_string(text_string(&got), wanted, what);
    is_number(found.n_files, n_files, "files");
    table_release(&table);
}

static void test_bad(void)
{
    struct table table = {0};
    struct error err = {0};
    struct loose_options options = {.require_result = true};
    struct loose_rows found = {.table = &table};
    cleanup_free char *none = scratch_path("none.out");
    cleanup_free char *fifo = scratch_path("fifo.out");

    ok(loose_outputs_add_rows(none, &options, &found, &err) < 0 &&
           err.kind == ERROR_FILE && strstr(err.text, none) && table.count == 0,
       "no such file: %s", err.text);
    err = (struct error){0};
    alarm(20); /* hanging in open() ends the test */
    ok(mkfifo(fifo, 0600) == 0 &&
           loose_outputs_add_rows(fifo, &options, &found, &err) < 0,
       "a FIFO: %s", err.text);
    alarm(0);
    unlink(fifo);
    table_release(&table);
}

static void test_files(void)
{
    put("one/b.out", RESULT);
    put("one/b.err", "Traceback\n");
    put("one/a.log", "nothing\n");
    put("one/alone.err", "Traceback (most recent call last):\nValueError: x\n");
    put("one/deep/er/c.out", RESULT);
    put("one/notes.txt", RESULT);
    put("one/.out", RESULT);
    rows_are("one", SCAN_PICK_LAST, 4,
             "a:failed:no_result:a.log; alone:failed:no_result:alone.err; "
             "b:completed::b.out; c:completed::deep/er/c.out",
             "by name, at any depth; .err goes with its .out");
    rows_are("one/notes.txt", SCAN_PICK_LAST, 1, "notes:completed::notes.txt",
             "a file that is named is read whatever its name");
    put("empty/x.txt", "");
    rows_are("empty", SCAN_PICK_LAST, 0, "", "a folder without outputs");
    put("two.out", RESULT "TMGG_RESULT:{\"metrics\":{\"loss\":2}}\n");
    rows_are("two.out", SCAN_PICK_ALL, 1,
             "two:completed::two.out; two:completed::two.out",
             "--pick all: a row a result");
    put("again.out", RESULT "raylaunch: start 2 of job 17\nboom\n");
    rows_are("again.out", SCAN_PICK_LAST, 1, "again:failed:no_result:again.out",
             "what stands before the last start is of a run that was given up");
}

/* Links to folders are not followed: a loop would have no end. */
static void test_links(void)
{
    cleanup_free char *loop = scratch_path("links/loop");
    cleanup_free char *folder = scratch_path("links");
    cleanup_free char *from = scratch_path("links/array-7_0.out");
    cleanup_free char *to = scratch_path("links/point.out");
    cleanup_free char *soft = scratch_path("links/soft.out");

    put("links/array-7_0.out", RESULT);
    ok(symlink(folder, loop) == 0 && link(from, to) == 0 && symlink(from, soft) == 0,
       "a loop, a second name, a link");
    rows_are("links", SCAN_PICK_LAST, 1, "point:completed::point.out",
             "one file is one row, called after the point");
}

/* Not even root reads through a name that is too long for the system. */
static void test_troubles(void)
{
    cleanup_free char *folder = scratch_path("deep");
    cleanup_text struct text name = {0};
    struct table table = {0};
    struct error err = {0};
    struct loose_options options = {.require_result = true};
    struct loose_rows found = {.table = &table};

    put("deep/a.out", RESULT);
    put("deep/z.out", RESULT);
    text_add(&name, "deep/b");
    for (int i = 0; i < 100; i++)
        text_add(&name, "/x");
    text_add(&name, "/c.out");
    put(text_string(&name), RESULT);
    char long_name[201] = "";
    int at[31] = {open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    memset(long_name, 'y', sizeof long_name - 1);
    for (int i = 0; i < 30; i++) {
        mkdirat(at[i], long_name, 0755);
        at[i + 1] = openat(at[i], long_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    ok(loose_outputs_add_rows(folder, &options, &found, &err) == 0, "read: %s",
       err.text);
    is_number(table.count, 3, "a hundred folders deep, and beside one too deep");
    ok(found.troubles.count == 1 && strstr(found.troubles.items[0], "yyyy"),
       "which is told");
    for (int i = 30; i >= 0; i--) {
        close(at[i]);
        if (i > 0) /* what is that deep can only be removed from inside */
            unlinkat(at[i - 1], long_name, AT_REMOVEDIR);
    }
    words_release(&found.troubles);
    table_release(&table);
}

/* The logs of a Ray session are one source. */
static void test_session(void)
{
    put("ray/session_1/logs/raylet.out", RESULT);
    put("ray/session_1/logs/worker-0123-ffffffff-7.out", "nothing\n");
    rows_are("ray", SCAN_PICK_LAST, 1, "session_1:failed:no_result:session_1/logs",
             "Ray's own files hold no result");
}

int main(void)
{
    test_bad();
    test_files();
    test_links();
    test_troubles();
    test_session();
    scratch_remove();
    return tap_done();
}
