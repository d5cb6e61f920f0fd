#include "collector/outcome/log_epilogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Nobody's reason, even where nothing else is said. */
static const char *const noise[] = {
    /* R, Julia, MATLAB, Octave */
    "Execution halted", "Ausführung angehalten", "Exécution arrêtée",
    "Calls: ", "In addition: ", "An irrecoverable exception occurred. R is aborting",
    "Possible actions:", "in expression starting at ",
    "Allocations: ", "error: called from",
    /* heads of stack traces */
    "Stacktrace:", "stack backtrace:", "stack traceback:", "Stack trace:",
    "Stack Trace:", "Current stack trace:", "Backtrace:", "Traceback:",
    "CallStack (from HasCallStack):", "Require stack:", "Driver stacktrace:",
    "Backtrace for this error:", "Error termination. Backtrace:",
    "*** Check failure stack trace: ***", "Exception raised from ", "frame #",
    "goroutine ",
    /* advice */
    "note: ", "Set the environment variable HYDRA_FULL_ERROR", "(Use `node ",
    "Node.js v", "For simplicity, JAX has removed its internal frames",
    "wandb: ", "Default GSL error handler invoked",
    /* MPI */
    "with errorcode ", "NOTE: invoking MPI_ABORT causes",
    "You may or may not see output from other processes",
    "exactly when Open MPI kills them", "This typically refers to a problem with your",
    "Please see the FAQ page for debugging", "mpirun noticed that ",
    "prterun noticed that ", "mpirun detected that ", "prterun detected that ",
    "Primary job  terminated", "Primary job terminated", "a non-zero exit code",
    "per user-direction, the job has been aborted", "thus causing the job to be",
    "the job to be terminated", "Process name: [", "Exit code: ", "[mpiexec@",
    "[proxy:", "= ",
    /* an interpreter that ends */
    "ImportError: sys.meta_path is None"};

/* Said of an end that something else was the reason for. */
static const char *const weak[] = {"MPI_ABORT was invoked",
                                   "application called MPI_Abort(",
                                   "Abort(",
                                   "YOUR APPLICATION TERMINATED WITH",
                                   "Aborted",
                                   "BEGIN failed--compilation aborted",
                                   "Compilation failed in require",
                                   "make[",
                                   "make: *** [",
                                   "collect2: error: ld returned",
                                   "(raylet",
                                   "(autoscaler",
                                   "(gcs_server"};

static const char *const aside[] = {"Exception ignored ",
                                    "Task exception was never retrieved",
                                    "Error in atexit._run_exitfuncs"};

static bool begins_one_of(const struct log_line *line, const char *const *words,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (log_line_begins(line, words[i]))
            return true;
    }
    return false;
}

#define BEGINS_ONE_OF(line, words) \
    begins_one_of(line, words, sizeof(words) / sizeof *(words))

static size_t skip_digits(const struct log_line *line, size_t at)
{
    while (at < line->size && line->bytes[at] >= '0' && line->bytes[at] <= '9')
        at++;
    return at;
}

static bool has_at(const struct log_line *line, size_t at, char c)
{
    return at < line->size && line->bytes[at] == c;
}

/* "[1]-  Terminated              ( trap - CHLD …" */
static bool is_job_notice(const struct log_line *line)
{
    size_t at = skip_digits(line, 1);

    return line->size >= 4 && line->bytes[0] == '[' && at > 1 &&
           has_at(line, at, ']') && at + 2 < line->size &&
           (has_at(line, at + 1, '+') || has_at(line, at + 1, '-') ||
            (has_at(line, at + 1, ' ') && has_at(line, at + 2, ' ')));
}

/* "#0  0x7f…" of gdb, Fortran, PHP; "12: std::…" of Rust, behind blanks; "@ 0x7f…". */
static bool is_frame(const struct log_line *line)
{
    size_t at = skip_digits(line, 0);

    if (has_at(line, 0, '#') && skip_digits(line, 1) > 1)
        return true;
    if (line->is_indented && at > 0 && has_at(line, at, ':'))
        return true;
    return line->is_indented &&
           (log_line_begins(line, "at ") || log_line_begins(line, "@ "));
}

/* "/tmp/rl.x/job.sh: line 500: 31 Aborted   ( trap - CHLD …": bash's words about the
 * script's own subshell. Of the user's scripts they are news. */
static bool is_of_script(const struct log_line *line)
{
    return log_line_holds(line, ": line ") && log_line_holds(line, "( trap - ");
}

static bool is_ruler(const struct log_line *line)
{
    for (size_t i = 0; i < line->size; i++) {
        if (line->bytes[i] != '-' && line->bytes[i] != '=' && line->bytes[i] != '+' &&
            line->bytes[i] != '*')
            return false;
    }
    return true;
}

/* "Error in main (line 2)" of MATLAB; R has " : " there. */
static bool is_matlab_frame(const struct log_line *line)
{
    return log_line_begins(line, "Error in ") && log_line_holds(line, " (line ") &&
           line->bytes[line->size - 1] == ')';
}

/* "W1128 06:00:00.1 …", "[W1128 …": glog's warnings and infos. */
static bool is_small_talk(const struct log_line *line)
{
    size_t at = has_at(line, 0, '[') ? 1 : 0;
    bool is_level = has_at(line, at, 'W') || has_at(line, at, 'I');

    return is_level && skip_digits(line, at + 1) == at + 5 && has_at(line, at + 5, ' ');
}

/* "[n1:123] 1 more process has sent help message …" */
static bool is_of_open_mpi(const struct log_line *line)
{
    return has_at(line, 0, '[') && (log_line_holds(line, "has sent help message ") ||
                                    log_line_holds(line, "] Set MCA parameter ") ||
                                    log_line_holds(line, "] *** End of error") ||
                                    log_line_holds(line, "] *** Process received"));
}

/* "epoch 1:  20%|██   | 2/10 [00:00<00:01, 3.0it/s]" */
static bool is_progress_bar(const struct log_line *line)
{
    return log_line_holds(line, "%|") && line->bytes[line->size - 1] == ']';
}

static bool is_warning(const struct log_line *line)
{
    return log_line_holds(line, "Warning: ") && log_line_holds(line, ".py:");
}

/* "==12== HEAP SUMMARY:" of valgrind; a sanitizer has "==12==ERROR: ". */
static bool is_valgrind(const struct log_line *line)
{
    size_t at = log_line_begins(line, "==") ? skip_digits(line, 2) : 0;

    return at > 2 && has_at(line, at, '=') && has_at(line, at + 1, '=') &&
           (at + 2 == line->size || has_at(line, at + 2, ' '));
}

enum log_error log_epilogue_kind(const struct log_line *line)
{
    if (line->size == 0 || is_ruler(line) || is_frame(line) || is_job_notice(line) ||
        is_of_script(line) || is_matlab_frame(line) || is_of_open_mpi(line) ||
        is_progress_bar(line) || BEGINS_ONE_OF(line, noise) ||
        log_line_holds(line, "==ABORTING"))
        return LOG_ERROR_NOISE;
    if (log_line_holds(line, "ChildFailedError:") ||
        log_line_begins(line, "subprocess.CalledProcessError: "))
        return LOG_ERROR_RELAY;
    if (BEGINS_ONE_OF(line, aside))
        return LOG_ERROR_ASIDE;
    return BEGINS_ONE_OF(line, weak) || is_small_talk(line) || is_valgrind(line) ||
                   is_warning(line)
               ? LOG_ERROR_WEAK
               : LOG_ERROR_NO;
}
