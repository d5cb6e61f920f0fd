/* error.h - errors as values
 *
 * Every function that can fail for a reason a person should read takes a caller-owned
 * `struct error *err` as its last argument, fills it once with error_set() and returns
 * -1 (or NULL). Callers may put context in front with error_prefix(). On success the
 * error is untouched; on failure every `ret_` output is untouched. Only main prints.
 *
 * A message is lower case, says what failed, on what (in quotes), and what to do next.
 */
#ifndef LAUNCHER_COMMON_ERROR_H
#define LAUNCHER_COMMON_ERROR_H

/* The kinds are the exit codes of the program (docs/formats.md, "Exit codes"). */
enum error_kind {
    ERROR_NONE = 0,
    ERROR_USAGE = 2,       /* the command line was wrong */
    ERROR_INPUT = 3,       /* a file of the user's has bad content */
    ERROR_SCHEDULER = 4,   /* the scheduler refused or cannot be reached */
    ERROR_WAIT = 5,        /* --wait-timeout passed */
    ERROR_FILE = 6,        /* a file, a folder or the disk */
    ERROR_POLICY = 7,      /* refused by a rule */
    ERROR_BUG = 70,        /* raylaunch itself is wrong */
    ERROR_INTERRUPT = 130, /* Ctrl-C or TERM: the exit code is 128 + the signal */
};

#define ERROR_TEXT_MAX 2048 /* bytes, with the final NUL; longer text ends in "..." */

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_MAX];
};

/* Fill `err` (may be NULL). Keeps errno. Returns -1, so that `return error_set(…)`
 * works. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Like error_set(), with ": <strerror(errno)>" behind the text. */
int error_set_errno(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "<text>: " in front of what `err` says. Keeps errno and the kind. Returns -1. */
int error_prefix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The word used for a kind in JSON errors: "usage", "input", … Never NULL. */
const char *error_kind_name(enum error_kind kind);

#endif
