#include "collector/outcome/log_error.h"

#include <string.h>

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
    return at > part + 2 && line->bytes[part] >= 'A' && line->bytes[part] <= 'Z' &&
           (at == line->size ||
            (line->bytes[at] == ':' &&
             (at + 1 == line->size || line->bytes[at + 1] == ' '))) &&
           (in_traceback || ends_like_error(line->bytes, at));
}

/* "[1]-  Terminated              ( trap - CHLD …" */
static bool is_job_notice(const struct log_line *line)
{
    size_t at = 1;

    if (line->size < 4 || line->bytes[0] != '[')
        return false;
    while (at < line->size && line->bytes[at] >= '0' && line->bytes[at] <= '9')
        at++;
    return at > 1 && at + 2 < line->size && line->bytes[at] == ']' &&
           (line->bytes[at + 1] == '+' || line->bytes[at + 1] == '-' ||
            line->bytes[at + 1] == ' ');
}

static bool is_noise(const struct log_line *line)
{
    static const char *const begins[] = {"Execution halted",
                                         "Calls: ",
                                         "note: run with `RUST_BACKTRACE",
                                         "Stacktrace:",
                                         "in expression starting at ",
                                         "mpirun noticed that ",
                                         "prterun noticed that ",
                                         "Primary job  terminated",
                                         "Primary job terminated",
                                         "mpirun detected that ",
                                         "prterun detected that ",
                                         "a non-zero exit code",
                                         "per user-direction, the job has been aborted",
                                         "with errorcode "};

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        if (log_line_begins(line, begins[i]))
            return true;
    }
    for (size_t i = 0; i < line->size; i++) {
        if (line->bytes[i] != '-' && line->bytes[i] != '=' && line->bytes[i] != '+')
            return is_job_notice(line);
    }
    return true; /* a ruler */
}

static bool is_other_language(const struct log_line *line)
{
    bool is_r = log_line_begins(line, "Error in ") || log_line_begins(line, "Error: ");
    bool is_julia = log_line_begins(line, "ERROR: ");
    bool is_java = log_line_begins(line, "Exception in thread \"") ||
                   log_line_begins(line, "Caused by: ");
    bool is_rust =
        log_line_begins(line, "thread '") && log_line_holds(line, "' panicked at ");
    bool is_go = log_line_begins(line, "panic: ");

    return is_r || is_julia || is_java || is_rust || is_go;
}

enum log_error log_error_kind(const struct log_line *line, bool in_traceback)
{
    if (is_other_language(line))
        return line->bytes[line->size - 1] == ':' ? LOG_ERROR_OPEN : LOG_ERROR_YES;
    if (log_line_holds(line, "RayTaskError(") || log_line_holds(line, "RayActorError("))
        return LOG_ERROR_OUTER;
    if (is_exception(line, in_traceback))
        return log_line_holds(line, "ExceptionGroup: ") ? LOG_ERROR_GROUP
                                                        : LOG_ERROR_YES;
    return is_noise(line) ? LOG_ERROR_NOISE : LOG_ERROR_NO;
}
