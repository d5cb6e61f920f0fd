#include "collector/outcome/log_error.h"

#include <string.h>

#include "collector/outcome/log_epilogue.h"

/* What a report of a failure begins with. Where `also` is given, it must stand in the
 * line too. */
static const struct {
    const char *begins, *also;
    enum log_error kind;
} reports[] = {
    {"Error in ", NULL, LOG_ERROR_YES}, /* R, in four languages */
    {"Error: ", NULL, LOG_ERROR_YES},
    {"Fehler in ", NULL, LOG_ERROR_YES},
    {"Fehler: ", NULL, LOG_ERROR_YES},
    {"Erreur dans ", NULL, LOG_ERROR_YES},
    {"Erreur : ", NULL, LOG_ERROR_YES},
    {"Error en ", NULL, LOG_ERROR_YES},
    {"Caused by error in ", NULL, LOG_ERROR_YES}, /* rlang */
    {"ERROR: ", NULL, LOG_ERROR_YES},             /* Julia */
    {"caused by: ", NULL, LOG_ERROR_YES},
    {"error: ", NULL, LOG_ERROR_YES},                /* Octave, and many tools */
    {"Error using ", NULL, LOG_ERROR_OPEN},          /* MATLAB */
    {"Exception in thread \"", NULL, LOG_ERROR_YES}, /* Java */
    {"Caused by: ", NULL, LOG_ERROR_YES},
    {"thread '", "panicked at ", LOG_ERROR_FIRST}, /* Rust */
    {"panic: ", NULL, LOG_ERROR_YES},              /* Go */
    {"fatal error: ", NULL, LOG_ERROR_YES},
    {"Fatal error:", NULL, LOG_ERROR_YES}, /* OCaml, GROMACS */
    {"--> FOAM FATAL ", NULL, LOG_ERROR_YES},
    {"thread ", " panic: ", LOG_ERROR_YES}, /* Zig */
    {"#  ", " at pc=", LOG_ERROR_YES},      /* the Java machine's own crash */
    {"terminate called after throwing ", NULL, LOG_ERROR_OPEN}, /* C++ */
    {"terminate called", NULL, LOG_ERROR_YES},
    {"Fortran runtime error: ", NULL, LOG_ERROR_YES},
    {"forrtl: severe", NULL, LOG_ERROR_YES},
    {"ERROR STOP", NULL, LOG_ERROR_YES},
    {"Program received signal ", NULL, LOG_ERROR_YES},
    {"Fatal Python error: ", NULL, LOG_ERROR_YES},
    {"Unhandled exception", NULL, LOG_ERROR_YES}, /* .NET */
    {"PHP Fatal error: ", NULL, LOG_ERROR_YES},
    {"License checkout failed", NULL, LOG_ERROR_YES},
    {"Lmod has detected the following error", NULL, LOG_ERROR_YES},
    {"==", "Sanitizer: ", LOG_ERROR_YES},
    {"[", "] signal (", LOG_ERROR_YES},      /* Julia */
    {"[", "] Signal: ", LOG_ERROR_YES},      /* Open MPI */
    {"F", "Check failed: ", LOG_ERROR_YES},  /* glog, absl */
    {"2", " Check failed: ", LOG_ERROR_YES}, /* TensorFlow, behind the time */
};

/* Of these a line may be indented. */
static const struct {
    const char *begins;
    enum log_error kind;
} indented[] = {
    {"*** caught segfault ***", LOG_ERROR_OPEN}, /* R */
    {"nested task error: ", LOG_ERROR_YES},      /* Julia */
};

static bool is_name_char(char c)
{
    return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

static bool ends_like_error(const char *name, size_t size)
{
    static const char *const tails[] = {"Error", "Exception", "Interrupt",
                                        "ExceptionGroup"};

    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        size_t tail = strlen(tails[i]);
        if (size >= tail && memcmp(name + size - tail, tails[i], tail) == 0)
            return true;
    }
    return false;
}

/* "torch.cuda.OutOfMemoryError: …", "KeyboardInterrupt": a dotted name whose last part
 * begins with a capital, then the line's end or ": ". Behind a traceback any name will
 * do. */
static bool is_exception(const struct log_line *line, bool in_traceback)
{
    size_t at = 0, part = 0;

    while (at < line->size && is_name_char(line->bytes[at])) {
        if (line->bytes[at] == '.')
            part = at + 1;
        at++;
    }
    return !line->is_indented && at > part + 2 && line->bytes[part] >= 'A' &&
           line->bytes[part] <= 'Z' &&
           (at == line->size ||
            (line->bytes[at] == ':' &&
             (at + 1 == line->size || line->bytes[at + 1] == ' '))) &&
           (in_traceback || ends_like_error(line->bytes, at));
}

static enum log_error report_kind(const struct log_line *line)
{
    for (size_t i = 0; i < sizeof indented / sizeof *indented; i++) {
        if (log_line_begins(line, indented[i].begins))
            return indented[i].kind;
    }
    if (line->is_indented)
        return LOG_ERROR_NO;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        if (log_line_begins(line, reports[i].begins) &&
            (!reports[i].also || log_line_holds(line, reports[i].also)))
            return reports[i].kind;
    }
    return log_line_holds(line, ": Fatal error: ") ? LOG_ERROR_YES : LOG_ERROR_NO;
}

/* "…:" says that the reason stands on the next line. */
static enum log_error or_open(const struct log_line *line, enum log_error kind)
{
    bool goes_on = line->bytes[line->size - 1] == ':';

    return kind == LOG_ERROR_YES && goes_on ? LOG_ERROR_OPEN : kind;
}

bool log_error_is_traceback(const struct log_line *line)
{
    static const char words[] = "Traceback (most recent call last)";
    const char *at = memmem(line->bytes, line->size, words, sizeof words - 1);

    if (!at)
        return false;
    const char *behind = at + sizeof words - 1, *end = line->bytes + line->size;
    /* rich draws its box with bytes that are no ASCII */
    while (behind < end &&
           (*behind == ':' || *behind == ' ' || (unsigned char)*behind >= 0x80))
        behind++;
    return behind == end;
}

enum log_error log_error_kind(const struct log_line *line, bool in_traceback)
{
    enum log_error kind = log_epilogue_kind(line);

    if (kind != LOG_ERROR_NO)
        return kind;
    kind = report_kind(line);
    if (kind != LOG_ERROR_NO)
        return or_open(line, kind);
    if (log_line_holds(line, "RayTaskError(") || log_line_holds(line, "RayActorError("))
        return LOG_ERROR_OUTER;
    if (is_exception(line, in_traceback))
        return log_line_holds(line, "ExceptionGroup: ") ? LOG_ERROR_GROUP
                                                        : or_open(line, LOG_ERROR_YES);
    return line->is_indented ? LOG_ERROR_WEAK : LOG_ERROR_NO;
}
