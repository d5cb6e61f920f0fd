/* causes.h - why a point did not complete: one word each, in one table
 *
 * CAUSE(enum, name, state, what it says, what to tell a person or NULL). A NULL is told
 * by what the witnesses say: the script's own message, the exit code, the log.
 * docs/formats.md ("States and causes") has the same table; tests/unit/test_words.c
 * compares it, and the templates' causes with it.
 *
 * Files hold causes as words, and one of a later version, or of a template of the
 * user's, may be none of these. So what was read stays a word, which cause_is()
 * compares; what raylaunch decides is an enumerator: a typo does not compile.
 */
#ifndef COLLECTOR_OUTCOME_CAUSES_H
#define COLLECTOR_OUTCOME_CAUSES_H

#include <stdbool.h>

#include "collector/outcome/states.h"

#define CAUSES_TABLE(CAUSE)                                                            \
    /* from the result line */                                                         \
    CAUSE(NO_RESULT, "no_result", FAILED,                                              \
          "it ended without an error and printed no result line", NULL)                \
    CAUSE(BAD_RESULT, "bad_result", FAILED,                                            \
          "there is a marker, but no whole JSON object behind it", NULL)               \
    CAUSE(REPORTED_FAILED, "reported_failed", FAILED,                                  \
          "its own result line says failed", "its own result line says failed")        \
    CAUSE(REPORTED_TIMEOUT, "reported_timeout", TIMEOUT,                               \
          "its own result line says timeout", "its own result line says timeout")      \
    /* from the end of the entrypoint */                                               \
    CAUSE(ENTRYPOINT_EXIT, "entrypoint_exit", FAILED,                                  \
          "the entrypoint ended with an exit code", NULL)                              \
    CAUSE(ENTRYPOINT_SIGNAL, "entrypoint_signal", FAILED,                              \
          "the entrypoint ended by a signal", NULL)                                    \
    CAUSE(TIMEOUT, "timeout", TIMEOUT, "the entrypoint's `--timeout`",                 \
          "the entrypoint ran longer than its timeout_seconds; raise it and "          \
          "`raylaunch retry`")                                                         \
    /* the same, where the log names the reason */                                     \
    CAUSE(IMPORT_ERROR, "import_error", FAILED,                                        \
          "likewise, and the log names a Python module that is missing",               \
          "a Python module is missing in the job; see --setup, --modules and --venv")  \
    CAUSE(COMMAND_NOT_FOUND, "command_not_found", FAILED,                              \
          "likewise: a command that is missing",                                       \
          "a command was not found in the job; see --setup and --modules")             \
    CAUSE(PORT_IN_USE, "port_in_use", FAILED,                                          \
          "likewise: a port that is taken; or Ray did not come up because of one",     \
          NULL)                                                                        \
    CAUSE(CUDA_OOM, "cuda_oom", FAILED, "likewise: the GPU's memory",                  \
          "the GPU ran out of memory; make the batch smaller, or ask for a GPU with "  \
          "more memory (--gpu-type)")                                                  \
    CAUSE(                                                                             \
        CUDA_MISSING, "cuda_missing", FAILED, "likewise: no GPU or no driver is seen", \
        "the program saw no GPU; ask for one with --gpus-per-task, see --modules and " \
        "--venv, and try: python -c 'import torch; print(torch.cuda.is_available())'") \
    CAUSE(RAY_OOM, "ray_oom", FAILED, "likewise: Ray's memory monitor ended a worker", \
          "Ray ended a worker because its node was nearly out of memory; run fewer "   \
          "tasks at a time (--ray-cpus), or ask for more memory")                      \
    CAUSE(RAY_CONNECT, "ray_connect", FAILED,                                          \
          "likewise: the program did not reach its Ray",                               \
          "the program did not reach its Ray cluster; the job has RAY_ADDRESS set, "   \
          "so ray.init() with no address or with \"auto\" finds it, and `raylaunch "   \
          "check --probe` tests the network between nodes")                            \
    /* from the script's verdict */                                                    \
    CAUSE(SETUP, "setup", FAILED,                                                      \
          "a setup line, a module, the venv or the conda environment", NULL)           \
    CAUSE(TEMP_FOLDER, "temp_folder", FAILED,                                          \
          "no private folder could be made on a node", NULL)                           \
    CAUSE(CLAIM, "claim", FAILED, "the claim could not be made", NULL)                 \
    CAUSE(RUNTIME, "runtime", FAILED,                                                  \
          "the runtime was missing or changed when the job began; nothing ran. "       \
          "`raylaunch retry` puts it back",                                            \
          NULL)                                                                        \
    CAUSE(RAY_MISSING, "ray_missing", FAILED, "no Ray in the job's environment", NULL) \
    CAUSE(RAY_VERSION, "ray_version", FAILED, "a Ray that cannot do what is asked",    \
          NULL)                                                                        \
    CAUSE(RAY_TLS, "ray_tls", FAILED,                                                  \
          "TLS was asked for (`ray_tls: on`) and could not be had", NULL)              \
    CAUSE(SLURM_STEP, "slurm_step", FAILED,                                            \
          "Slurm put a step of the job on the head's node, or gave it too few GPUs",   \
          NULL)                                                                        \
    CAUSE(RAY_START, "ray_start", FAILED, "Ray did not come up", NULL)                 \
    CAUSE(RAY_DIED, "ray_died", FAILED, "the head's Ray ended before the entrypoint",  \
          NULL)                                                                        \
    CAUSE(SCRIPT, "script", FAILED, "the script ended where it should not", NULL)      \
    CAUSE(                                                                             \
        KILLED, "killed", FAILED, "the script was killed before its end",              \
        "the script was killed before it came to its end (SIGKILL, or its node died)") \
    /* from the scheduler */                                                           \
    CAUSE(OUTPUT_PATH, "output_path", FAILED,                                          \
          "Slurm could not make the output file on the node",                          \
          "Slurm could not make the output file; is the output folder there on the "   \
          "compute nodes, and may you write to it?")                                   \
    CAUSE(LAUNCH_FAILED, "launch_failed", FAILED,                                      \
          "the job ended before its script began",                                     \
          "the job ended before its script began; ask for the job's record with "      \
          "`scontrol show job` or sacct")                                              \
    CAUSE(TIME_LIMIT, "time_limit", TIMEOUT, "Slurm's limit",                          \
          "the job ran into its time limit; ask for more with --time and `raylaunch "  \
          "retry`")                                                                    \
    CAUSE(OUT_OF_MEMORY, "out_of_memory", OOM,                                         \
          "Slurm or the kernel; the message has what was asked, the peak where it is " \
          "known, and what to try",                                                    \
          "the job used more memory than it had asked for")                            \
    CAUSE(BY_USER, "by_user", CANCELLED, "by the user",                                \
          "it was cancelled; `raylaunch retry --cancelled` runs it again")             \
    CAUSE(BY_OTHER, "by_other", CANCELLED,                                             \
          "by somebody else or the cluster (also: what it was to start after has "     \
          "failed)",                                                                   \
          "someone else, or the cluster, cancelled the job")                           \
    CAUSE(PREEMPTED, "preempted", PREEMPTED, "another job took its place",             \
          "the job was preempted by another one")                                      \
    CAUSE(NODE_FAIL, "node_fail", NODE_FAIL, "a node of the job failed",               \
          "a node of the job failed")                                                  \
    CAUSE(BOOT_FAIL, "boot_fail", NODE_FAIL, "a node of the job could not be started", \
          "a node of the job could not be started")                                    \
    /* from what is not there */                                                       \
    CAUSE(NO_TRACE, "no_trace", MISSING,                                               \
          "there is no claim and no file of the job: it never ran",                    \
          "there is no claim and no file of the job: it never ran")

enum cause {
    CAUSE_NONE, /* completed, or not final: "" */
#define CAUSE_ENUM(id, ...) CAUSE_##id,
    CAUSES_TABLE(CAUSE_ENUM)
#undef CAUSE_ENUM
        CAUSE_COUNT
};

const char *cause_name(enum cause cause); /* "no_result"; "" for CAUSE_NONE */

/* One line. Public for its test, which compares it with docs/formats.md. */
const char *cause_meaning(enum cause cause);
enum state cause_state(enum cause cause); /* the state that it comes with */

/* What happened and the next step, for a person; NULL: the witnesses tell. */
const char *cause_advice(enum cause cause);

/* CAUSE_NONE: no word of ours ("", too). `word` may be NULL. */
enum cause cause_from_name(const char *word);

/* Is the word this cause? `word` may be NULL. */
bool cause_is(const char *word, enum cause cause);

/* Said by the result line: reported_failed, reported_timeout. */
bool cause_is_reported(const char *word);

/* The entrypoint ended by itself, and nothing says more: entrypoint_exit,
 * entrypoint_signal. */
bool cause_is_entrypoint(const char *word);

#endif
