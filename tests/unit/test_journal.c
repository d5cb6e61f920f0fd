#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/trees/json_io.h"
#include "launcher/sweep/journal.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"
#include "tests/unit/fake_disk.h"

/* What a reader saw: "name:n;" an event, and the sequence numbers, which must rise. */
struct seen {
    struct text names;
    long long last_seq;
    size_t n_backwards;
};

static int on_event(void *context, const char *name, const json_t *event,
                    struct error *err)
{
    struct seen *seen = context;
    long long seq = jsonio_integer(event, "seq", -1);

    (void)err;
    seen->n_backwards += seq <= seen->last_seq;
    seen->last_seq = seq;
    text_addf(&seen->names, "%s:%lld;", name, jsonio_integer(event, "n", -1));
    return strcmp(name, "stop") == 0 ? 5 : 0;
}

static void journal_is(struct journal *journal, const char *wanted, const char *what)
{
    struct seen seen = {0};
    struct error err = {0};

    ok(journal_read(journal, on_event, &seen, &err) == 0 && seen.n_backwards == 0,
       "%s: read %s", what, err.text);
    is_string(text_string(&seen.names), wanted, what);
    text_release(&seen.names);
}

/* A fresh reader of the file. */
static void file_is(const char *path, const char *wanted, const char *what)
{
    struct journal journal;

    journal_init(&journal, path);
    journal_is(&journal, wanted, what);
    journal_release(&journal);
}

static int append(struct journal *journal, const char *name, int n, struct error *err)
{
    journal_add(journal, name, n < 0 ? json_object() : json_pack("{s:i}", "n", n));
    return journal_write(journal, true, err);
}

static void test_simple(void)
{
    struct error err = {0};
    struct journal journal;
    cleanup_free char *path = scratch_path("j");
    cleanup_free char *nowhere = scratch_path("no/j");

    journal_init(&journal, nowhere);
    ok(append(&journal, "a", 1, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, nowhere),
       "no folder: %s", err.text);
    journal_release(&journal);
    journal_init(&journal, path);
    journal_is(&journal, "", "no file is an empty journal");
    ok(journal_write(&journal, false, &err) == 0 && !file_exists(path),
       "nothing to write makes no file");
    ok(append(&journal, "a", 1, &err) == 0 && append(&journal, "b", -1, &err) == 0,
       "two events");
    journal_is(&journal, "", "one's own events are not read again");
    file_is(path, "a:1;b:-1;", "another reader sees both");
    cleanup_free char *bytes = scratch_read("j");
    ok(strncmp(bytes, "{\"v\":1,\"seq\":1,\"time\":\"2", 24) == 0 &&
           strstr(bytes, "Z\",\"event\":\"a\",\"n\":1}\n"),
       "the members stand in their order");
    journal_release(&journal);
}

static int write_as(struct journal *journal, const char *name, bool is_durable)
{
    struct error err = {0};

    journal_add(journal, name, json_object());
    return journal_write(journal, is_durable, &err);
}

/* What a power cut would leave: "a;b;", the names of the events; "-": no file. */
static void disk_is(const char *path, const char *wanted, const char *what)
{
    cleanup_text struct text names = {0};
    cleanup_free char *safe = disk_read(path);

    for (const char *at = safe; at && (at = strstr(at, "\"event\":\"")); at++)
        text_addf(&names, "%.*s;", (int)strcspn(at + 9, "\""), at + 9);
    is_string(safe ? text_string(&names) : "-", wanted, what);
}

static void test_durable(void)
{
    struct journal journal, other;
    struct error err = {0};
    cleanup_free char *path = scratch_path("durable");

    journal_init(&journal, path);
    write_as(&journal, "a", false);
    disk_is(path, "-", "nothing is promised of what is not asked to be durable");
    write_as(&journal, "b", true);
    disk_is(path, "a;b;", "durable: all so far, and the name in the folder");
    write_as(&journal, "c", false);
    disk_is(path, "a;b;", "then again what was synced");
    size_t before = disk_n_syncs;
    ok(journal_write(&journal, true, &err) == 0, "nothing new, durable: %s", err.text);
    disk_is(path, "a;b;c;", "syncs what stands there");
    is_number(disk_n_syncs - before, 1, "by one fsync: the folder's is done");

    /* One that was killed before it synced the folder has left the file. */
    cleanup_free char *left = scratch_path("left");
    journal_init(&other, left);
    write_as(&other, "a", false);
    journal_release(&other);
    journal_init(&other, left);
    write_as(&other, "b", true);
    disk_is(left, "a;b;", "a file of another process: the folder is synced, too");
    journal_release(&other);
    journal_release(&journal);
}

/* A disk that fails: the caller is told, and what was written before stands. */
static void test_sync_fails(void)
{
    struct journal journal;
    struct error err = {0};
    cleanup_free char *path = scratch_path("broken");

    journal_init(&journal, path);
    disk_fail_sync = 1;
    ok(append(&journal, "a", 1, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, path),
       "the file: %s", err.text);
    file_is(path, "", "nothing of it stays");
    disk_fail_sync = 2;
    err = (struct error){0};
    ok(append(&journal, "b", 2, &err) < 0 && err.kind == ERROR_FILE, "the folder: %s",
       err.text);
    write_as(&journal, "c", true);
    disk_is(path, "b;c;", "which is tried again with the next batch");
    journal_release(&journal);
    cleanup_free char *odd = scratch_path("odd");
    journal_init(&journal, odd);
    disk_syncs_no_folder = true;
    ok(append(&journal, "a", 1, &err) == 0,
       "a file system that syncs no folder is fine");
    disk_syncs_no_folder = false;
    journal_release(&journal);
}

/* Two processes in turn, each with the lock: tails are read, numbers go on. */
static void test_two_writers(void)
{
    struct error err = {0};
    struct journal a, b;
    cleanup_free char *path = scratch_path("two");

    journal_init(&a, path);
    journal_init(&b, path);
    append(&a, "x", 1, &err);
    journal_is(&b, "x:1;", "b reads a's");
    append(&b, "x", 2, &err);
    append(&b, "x", 3, &err);
    journal_is(&a, "x:2;x:3;", "a reads b's tail");
    append(&a, "x", 4, &err);
    file_is(path, "x:1;x:2;x:3;x:4;", "all in order, numbers rising");
    is_number(a.next_seq, 5, "the number goes on");
    append(&b, "stop", 1, &err);
    struct seen seen = {0};
    is_number(journal_read(&a, on_event, &seen, &err), 5,
              "a reader's own answer stops the reading");
    text_release(&seen.names);
    journal_release(&a);
    journal_release(&b);
}

/* The file cut after each of its bytes: reading never fails, and an append after it
 * loses no whole line. */
static void test_every_cut(void)
{
    struct error err = {0};
    struct journal journal;
    cleanup_free char *path = scratch_path("cut");
    size_t n_bad = 0;

    journal_init(&journal, path);
    append(&journal, "a", 1, &err);
    append(&journal, "b", 2, &err);
    append(&journal, "c", 3, &err);
    journal_release(&journal);
    cleanup_free char *whole = scratch_read("cut");
    size_t size = strlen(whole);
    for (size_t cut = 0; cut <= size; cut++) {
        struct seen first = {0}, own = {0}, again = {0};
        scratch_write("cut", whole, cut);
        size_t n_lines = 0;
        for (size_t i = 0; i < cut; i++)
            n_lines += whole[i] == '\n';
        journal_init(&journal, path);
        int rc = journal_read(&journal, on_event, &first, &err);
        rc += append(&journal, "d", 4, &err);
        rc += append(&journal, "e", 5, &err);
        rc += journal_read(&journal, on_event, &own, &err);
        journal_release(&journal);
        journal_init(&journal, path);
        rc += journal_read(&journal, on_event, &again, &err);
        /* A line that lacks but its newline is a whole one. */
        n_lines += cut < size && whole[cut] == '\n';
        bool is_torn = cut > 0 && whole[cut - 1] != '\n' && whole[cut] != '\n';
        static const char *const lines[] = {"", "a:1;", "a:1;b:2;", "a:1;b:2;c:3;"};
        cleanup_free char *wanted = xasprintf("%sd:4;e:5;", lines[n_lines]);
        bool is_good = rc == 0 &&
                       strcmp(text_string(&first.names), lines[n_lines]) == 0 &&
                       strcmp(text_string(&own.names), "") == 0 &&
                       strcmp(text_string(&again.names), wanted) == 0 &&
                       again.n_backwards == 0 && journal.n_torn == is_torn;
        if (!is_good && n_bad++ < 3)
            ok(0, "cut at byte %zu: first '%s', own '%s', then '%s', torn %zu", cut,
               text_string(&first.names), text_string(&own.names),
               text_string(&again.names), journal.n_torn);
        journal_release(&journal);
        text_release(&first.names);
        text_release(&own.names);
        text_release(&again.names);
    }
    ok(n_bad == 0 && size > 100, "%zu cuts: nothing else was lost or read twice",
       size + 1);
}

static void test_strange_lines(void)
{
    static const char lines[] =
        "{\"v\":1,\"seq\":1,\"event\":\"a\",\"n\":1}\n"
        "\n"
        "null\n[1]\n{\"seq\":2}\n{\"event\":\"x\"}\n{\"seq\":-4,\"event\":\"x\"}\n"
        "{\"seq\":2,\"seq\":2,\"event\":\"x\"}\n\xFF\xFE\n"
        "{\"v\":9,\"seq\":7,\"event\":\"from-a-later-version\",\"n\":{}}\n"
        "{\"v\":1,\"seq\":8,\"event\":\"b\",\"n\":2}\n";
    struct journal journal;
    struct error err = {0};
    cleanup_free char *path = scratch_path("strange");

    scratch_write("strange", lines, sizeof lines - 1);
    journal_init(&journal, path);
    journal_is(&journal, "a:1;from-a-later-version:-1;b:2;",
               "what is no event is passed over");
    is_number(journal.n_torn, 7, "and counted");
    is_number(journal.next_seq, 9, "the number follows the highest");
    scratch_write("strange", lines, 20);
    struct seen seen = {0};
    ok(journal_read(&journal, on_event, &seen, &err) < 0 && err.kind == ERROR_INPUT,
       "a journal that became shorter is refused: %s", err.text);
    journal_release(&journal);
    text_release(&seen.names);
}

/* The disk is full in the middle of a batch: nothing of it stays, all before it does.
 */
/* A number that none can follow: what is written behind it is no torn line. */
static void test_last_number(void)
{
    static const char text[] =
        "{\"v\":1,\"seq\":9223372036854775807,\"event\":\"a\",\"n\":1}\n";
    cleanup_free char *path = scratch_path("last");
    struct journal journal, other;
    struct seen seen = {0};
    struct error err = {0};

    scratch_write("last", text, strlen(text));
    journal_init(&journal, path);
    journal_init(&other, path);
    ok(journal_read(&journal, on_event, &seen, &err) == 0 &&
           append(&journal, "b", 2, &err) == 0 && append(&journal, "c", 3, &err) == 0,
       "the largest number there is: events are written behind it %s", err.text);
    text_clear(&seen.names);
    ok(journal_read(&other, on_event, &seen, &err) == 0 && other.n_torn == 0,
       "and read again %s", err.text);
    is_string(text_string(&seen.names), "a:1;b:2;c:3;", "all of them");
    text_release(&seen.names);
    journal_release(&journal);
    journal_release(&other);
}

/* Something else in its place must not hold a reader for ever. */
static void test_no_file(void)
{
    cleanup_free char *path = scratch_path("pipe");
    struct journal journal;
    struct seen seen = {0};
    struct error err = {0};

    ok(mkfifo(path, 0600) == 0, "a pipe without a writer");
    journal_init(&journal, path);
    alarm(60); /* who waits for one ends the test */
    ok(journal_read(&journal, on_event, &seen, &err) < 0 && err.kind == ERROR_FILE,
       "is no journal: %s", err.text);
    alarm(0);
    journal_release(&journal);
}

static void test_short_write(void)
{
    struct error err = {0};
    struct journal journal;
    struct rlimit old, small;
    cleanup_free char *path = scratch_path("full");

    journal_init(&journal, path);
    append(&journal, "a", 1, &err);
    cleanup_free char *before = scratch_read("full");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    for (size_t room = 0; room < 200; room += 7) {
        small = old;
        small.rlim_cur = strlen(before) + room;
        setrlimit(RLIMIT_FSIZE, &small);
        for (int i = 0; i < 20; i++)
            journal_add(&journal, "lost", json_pack("{s:i}", "n", i));
        err = (struct error){0};
        int rc = journal_write(&journal, true, &err);
        setrlimit(RLIMIT_FSIZE, &old);
        cleanup_free char *after = scratch_read("full");
        if (rc == 0 || err.kind != ERROR_FILE || strcmp(before, after) != 0)
            ok(0, "%zu bytes of room: rc %d, %s", room, rc, err.text);
    }
    ok(strstr(err.text, path) != NULL, "the message names the file: %s", err.text);
    ok(append(&journal, "b", 2, &err) == 0, "with room again, it goes on");
    file_is(path, "a:1;b:2;", "without the lost batch");
    journal_is(&journal, "", "and its own reader agrees");
    journal_release(&journal);
}

int main(void)
{
    test_simple();
    test_durable();
    test_sync_fails();
    test_two_writers();
    test_every_cut();
    test_strange_lines();
    test_last_number();
    test_no_file();
    test_short_write();
    scratch_remove();
    return tap_done();
}
