/* Folders of the caller alone, and whose one is. Owners are played: fstat() and lstat()
 * of this program show them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/files/own_folder.h"
#include "launcher/common/memory.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

#define OTHER 4711U
#define NOBODY 65534U

static ino_t others[8]; /* what is another user's */
static size_t n_others;
static bool is_squashed; /* the file system shows one owner for all */

static void play(struct stat *info)
{
    if (is_squashed)
        info->st_uid = NOBODY;
    for (size_t i = 0; i < n_others; i++) {
        if (others[i] == info->st_ino)
            info->st_uid = OTHER;
    }
}

int fstat(int fd, struct stat *info)
{
    int rc = (int)syscall(SYS_newfstatat, fd, "", info, AT_EMPTY_PATH);

    if (rc == 0)
        play(info);
    return rc;
}

int lstat(const char *path, struct stat *info)
{
    int rc = (int)syscall(SYS_newfstatat, AT_FDCWD, path, info, AT_SYMLINK_NOFOLLOW);

    if (rc == 0)
        play(info);
    return rc;
}

static void give_away(const char *path)
{
    struct stat info;

    if (lstat(path, &info) == 0)
        others[n_others++] = info.st_ino;
}

static char told[512];

static void tell(const char *text)
{
    snprintf(told, sizeof told, "%s", text);
}

static unsigned mode_of(const char *path)
{
    struct stat info = {0};

    stat(path, &info);
    return info.st_mode & 07777;
}

static void test_modes(void)
{
    cleanup_free char *deep = scratch_path("a/b/c");
    cleanup_free char *above = scratch_path("a");
    cleanup_free char *file = scratch_path("a/b/c/f");
    struct error err = {0};
    bool is_new = false;

    ok(own_folder_make(deep, &is_new, &err) == 0 && is_new, "made: %s", err.text);
    is_number(mode_of(deep), 0755, "without a umask nobody else can write in it");
    is_number(mode_of(above), 0755, "nor in those above it");
    ok(own_folder_make(deep, &is_new, &err) == 0 && !is_new && !*told,
       "again: it is there");
    cleanup_close int fd = own_file_open(file, O_WRONLY | O_CREAT | O_APPEND, &err);
    ok(fd >= 0 && mode_of(file) == 0644, "a file: %s", err.text);
    ok((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0, "that is like any other");
    chmod(file, 0666);
    cleanup_close int again = own_file_open(file, O_RDWR, &err);
    ok(again >= 0 && mode_of(file) == 0644, "one that was open to others is closed");
    chmod(deep, 02777);
    ok(own_folder_make(deep, NULL, &err) == 0 && mode_of(deep) == 02755,
       "so is a folder");
    ok(strstr(told, deep) && strstr(told, "closed"), "and that is said: %s", told);
    chmod(deep, 0770);
    ok(own_folder_make(deep, NULL, &err) == 0 && mode_of(deep) == 0750,
       "to a group, too");
}

static void test_others(void)
{
    cleanup_free char *folder = scratch_path("o");
    cleanup_free char *file = scratch_path("o/f");
    cleanup_free char *new = scratch_path("o/new");
    cleanup_free char *below = scratch_path("o/below");
    struct error err = {0};
    enum folder_owner owner = FOLDER_OF_NOBODY;
    uid_t uid = 0;

    ok(own_folder_look(folder, &owner, &uid, &err) == 0 && owner == FOLDER_OF_NOBODY,
       "nothing there");
    ok(own_folder_make(folder, NULL, &err) == 0 &&
           own_folder_look(folder, &owner, &uid, &err) == 0 &&
           owner == FOLDER_OF_CALLER && uid == geteuid(),
       "one's own");
    close(own_file_open(file, O_WRONLY | O_CREAT, &err));
    give_away(file);
    ok(own_file_open(file, O_RDWR, &err) < 0 && err.kind == ERROR_POLICY &&
           strstr(err.text, "4711"),
       "another's file in it: %s", err.text);
    chmod(folder, 0777);
    give_away(folder);
    err = (struct error){0};
    ok(own_folder_look(folder, &owner, &uid, &err) == 0 && owner == FOLDER_OF_OTHER &&
           uid == OTHER,
       "another's");
    ok(own_folder_make(folder, NULL, &err) < 0 && err.kind == ERROR_POLICY,
       "is not taken: %s", err.text);
    is_number(mode_of(folder), 0777, "and not touched");
    err = (struct error){0};
    ok(own_file_open(new, O_RDWR | O_CREAT, &err) < 0 && err.kind == ERROR_POLICY &&
           !file_exists(new),
       "no file is made in it: %s", err.text);
    err = (struct error){0};
    ok(own_folder_make(below, NULL, &err) == 0,
       "below it one has one's own (others there is its owner's business)");
}

static void test_links(void)
{
    cleanup_free char *real = scratch_path("real");
    cleanup_free char *link = scratch_path("link");
    cleanup_free char *file = scratch_path("real/f");
    cleanup_free char *target = scratch_path("real/target");
    struct error err = {0};
    enum folder_owner owner = FOLDER_OF_NOBODY;
    uid_t uid = 0;

    own_folder_make(real, NULL, &err);
    ok(symlink(real, link) == 0 && own_folder_make(link, NULL, &err) == 0,
       "a link of one's own to a folder of one's own");
    give_away(link);
    ok(own_folder_make(link, NULL, &err) < 0 && err.kind == ERROR_POLICY &&
           strstr(err.text, "link"),
       "another's link: %s", err.text);
    ok(own_folder_look(link, &owner, &uid, &err) == 0 && owner == FOLDER_OF_OTHER,
       "is another's");
    err = (struct error){0};
    ok(symlink(target, file) == 0 && own_file_open(file, O_RDWR | O_CREAT, &err) < 0 &&
           !file_exists(target),
       "a file that is a link: %s", err.text);
    unlink(file);
    err = (struct error){0};
    ok(mkfifo(file, 0644) == 0 && own_file_open(file, O_RDWR, &err) < 0 &&
           err.kind == ERROR_FILE,
       "a FIFO: %s", err.text);
    err = (struct error){0};
    ok(own_folder_make(file, NULL, &err) < 0 && err.kind == ERROR_FILE,
       "a FIFO in the place of a folder: %s", err.text);
}

/* NFS may show for each file an owner that is nobody here. */
static void test_squash(void)
{
    cleanup_free char *folder = scratch_path("nfs");
    cleanup_free char *file = scratch_path("nfs/f");
    struct error err = {0};
    enum folder_owner owner = FOLDER_OF_NOBODY;
    uid_t uid = 0;

    is_squashed = true;
    ok(own_folder_make(folder, NULL, &err) == 0, "made: %s", err.text);
    ok(own_folder_look(folder, &owner, &uid, &err) == 0 && owner == FOLDER_OF_CALLER &&
           uid == NOBODY,
       "what looks as what one makes there is one's own");
    cleanup_close int fd = own_file_open(file, O_RDWR | O_CREAT, &err);
    ok(fd >= 0, "and so is a file: %s", err.text);
    give_away(folder);
    ok(own_folder_make(folder, NULL, &err) < 0 && err.kind == ERROR_POLICY,
       "a folder that looks different is another's");
    is_squashed = false;
}

static void test_leaves_nothing(void)
{
    cleanup_free char *folder = scratch_path("real");
    cleanup_free char *file = scratch_path("real/f");

    unlink(file);
    ok(rmdir(folder) == 0, "no file is left of looking");
}

int main(void)
{
    umask(0);
    own_folder_set_teller(tell);
    test_modes();
    test_others();
    test_links();
    test_squash();
    test_leaves_nothing();
    return tap_done();
}
