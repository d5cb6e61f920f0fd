#include "launcher/sweep/lock_owner.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/memory.h"

/* Letters that a name of a host, a boot or a user may have, and nothing that moves a
 * terminal's cursor. */
static bool is_word(const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!isascii(word[i]) ||
            !(isalnum((unsigned char)word[i]) || strchr("-._:@+$\\?", word[i])))
            return false;
    }
    return size > 0;
}

static void keep_word(char *word)
{
    for (; *word; word++) {
        if (!is_word(word, 1))
            *word = '?';
    }
}

static void read_boot(char *boot, size_t size)
{
    cleanup_close int fd =
        open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, boot, size - 1) : 0;

    boot[got > 0 ? (size_t)got : 0] = '\0';
    boot[strcspn(boot, "\n")] = '\0';
    if (!*boot)
        snprintf(boot, size, "?");
}

void lock_owner_self(char words[LOCK_OWNER_SIZE])
{
    struct lock_owner own = {.host = "?", .pid = (long)getpid()};
    const struct passwd *user = getpwuid(geteuid());

    gethostname(own.host, sizeof own.host - 1);
    if (!*own.host)
        snprintf(own.host, sizeof own.host, "?");
    read_boot(own.boot, sizeof own.boot);
    if (user)
        snprintf(own.user, sizeof own.user, "%s", user->pw_name);
    else
        snprintf(own.user, sizeof own.user, "uid:%lu", (unsigned long)geteuid());
    keep_word(own.host);
    keep_word(own.boot);
    keep_word(own.user);
    snprintf(words, LOCK_OWNER_SIZE, "%s %s %ld %s", own.host, own.boot, own.pid,
             own.user);
}

void lock_owner_read(const char *path, char words[LOCK_OWNER_SIZE])
{
    /* A pipe in its place must not hold us. */
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat info;
    ssize_t got = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)
                      ? read(fd, words, LOCK_OWNER_SIZE - 1)
                      : 0;

    words[got > 0 ? (size_t)got : 0] = '\0';
    words[strcspn(words, "\n")] = '\0';
}

/* The next word of `*text` into `word`, and behind it. */
static bool take_word(const char **text, char *word, size_t size)
{
    size_t length = strcspn(*text, " ");

    if (length >= size || !is_word(*text, length))
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    *text += **text == ' ';
    return true;
}

bool lock_owner_parse(const char *words, struct lock_owner *ret_owner)
{
    struct lock_owner owner = {.host = ""};
    char pid[20], *end = NULL;

    if (!take_word(&words, owner.host, sizeof owner.host) ||
        !take_word(&words, owner.boot, sizeof owner.boot) ||
        !take_word(&words, pid, sizeof pid) ||
        (*words && !take_word(&words, owner.user, sizeof owner.user)) || *words)
        return false;
    owner.pid = strtol(pid, &end, 10);
    if (*end || owner.pid < 1 || owner.pid > 4194304) /* no pid of Linux is larger */
        return false;
    *ret_owner = owner;
    return true;
}

void lock_owner_describe(const char *words, char text[LOCK_OWNER_SIZE])
{
    struct lock_owner owner;

    if (!lock_owner_parse(words, &owner))
        snprintf(text, LOCK_OWNER_SIZE, "somebody unknown");
    else
        snprintf(text, LOCK_OWNER_SIZE, "%s on %s (process %ld)",
                 *owner.user ? owner.user : "somebody", owner.host, owner.pid);
}

static bool own(struct lock_owner *ret_own)
{
    char words[LOCK_OWNER_SIZE];

    lock_owner_self(words);
    return lock_owner_parse(words, ret_own);
}

bool lock_owner_is_here(const struct lock_owner *owner)
{
    struct lock_owner here;

    return own(&here) && strcmp(owner->host, here.host) == 0;
}

bool lock_owner_is_dead(const struct lock_owner *owner)
{
    struct lock_owner here;

    if (!own(&here) || strcmp(owner->host, here.host) != 0)
        return false;
    return strcmp(owner->boot, here.boot) != 0 ||
           (kill((pid_t)owner->pid, 0) < 0 && errno == ESRCH);
}
