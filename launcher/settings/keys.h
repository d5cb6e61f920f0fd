/* keys.h - every setting, in one table
 *
 * SETTING(enum, name, alias, type, default, argument):
 *
 *   name      the key in YAML. The option is the same with '-' for '_' and '.'; where
 *             sbatch has the option, it is sbatch's name.
 *   alias     a second key, with which older launchers of this kind (a SlurmConfig in
 *             Python, Hydra's launcher files) or raylaunch itself said the same; ""
 *             for none
 *   type      TEXT LIST INTEGER SWITCH TIME MEMORY SECONDS MAP, or the words of
 *             choices.h, "a|b|c"
 *   default   the built-in value as text; NULL: not set
 *   argument  what --help calls the option's value; "" for a switch
 *
 * What each does stands in launcher/help/settings.txt. A nearer origin's list replaces
 * a farther one's; --setup appends. A SWITCH has an option --no-NAME, too.
 */
#ifndef LAUNCHER_SETTINGS_KEYS_H
#define LAUNCHER_SETTINGS_KEYS_H

#include "launcher/settings/choices.h"

#define SETTINGS_TABLE(SETTING)                                                       \
    /* what Slurm is asked */                                                         \
    SETTING(JOB_NAME, "job_name", "slurm_job_name", TEXT, NULL, "NAME")               \
    SETTING(PARTITION, "partition", "slurm_partition", TEXT, "gpu", "NAME")           \
    SETTING(NODES, "nodes", "slurm_nodes", INTEGER, "4", "N")                         \
    SETTING(CPUS_PER_TASK, "cpus_per_task", "slurm_cpus_per_task", INTEGER, "8", "N") \
    SETTING(GPUS_PER_TASK, "gpus_per_task", "slurm_gpus_per_task", INTEGER, "1", "N") \
    SETTING(GPU_TYPE, "gpu_type", "", TEXT, NULL, "TYPE")                             \
    SETTING(GPU_SYNTAX, "gpu_syntax", "", CHOICE_WORDS(GPU_SYNTAX), "gpus-per-task",  \
            "WORD")                                                                   \
    SETTING(MEM, "mem", "slurm_mem", MEMORY, NULL, "SIZE")                            \
    SETTING(MEM_PER_CPU, "mem_per_cpu", "slurm_mem_per_cpu", MEMORY, "4GB", "SIZE")   \
    SETTING(TIME, "time", "slurm_time_limit", TIME, "08:00:00", "LIMIT")              \
    SETTING(ACCOUNT, "account", "slurm_account", TEXT, NULL, "NAME")                  \
    SETTING(QOS, "qos", "slurm_qos", TEXT, NULL, "NAME")                              \
    SETTING(CONSTRAINT, "constraint", "slurm_constraint", TEXT, NULL, "LIST")         \
    SETTING(RESERVATION, "reservation", "", TEXT, NULL, "NAME")                       \
    SETTING(DEPENDENCY, "dependency", "", TEXT, NULL, "SPEC")                         \
    SETTING(NODELIST, "nodelist", "", TEXT, NULL, "NODES")                            \
    SETTING(EXCLUDE, "exclude", "", TEXT, NULL, "NODES")                              \
    SETTING(MAIL_TYPE, "mail_type", "", TEXT, NULL, "EVENTS")                         \
    SETTING(MAIL_USER, "mail_user", "", TEXT, NULL, "ADDRESS")                        \
    SETTING(COMMENT, "comment", "", TEXT, NULL, "TEXT")                               \
    SETTING(EXCLUSIVE, "exclusive", "slurm_exclusive", SWITCH, "yes", "")             \
    SETTING(REQUEUE, "requeue", "", SWITCH, "no", "")                                 \
    SETTING(SBATCH, "sbatch", "", LIST, NULL, "NAME[=VALUE]")                         \
    /* the environment of a job */                                                    \
    SETTING(SETUP, "setup", "slurm_setup_commands", LIST, NULL, "LINE")               \
    SETTING(MODULES, "modules", "", LIST, NULL, "NAME")                               \
    SETTING(VENV, "venv", "", TEXT, NULL, "FOLDER")                                   \
    SETTING(CONDA, "conda", "", TEXT, NULL, "NAME")                                   \
    SETTING(ENV, "env", "", MAP, NULL, "NAME=VALUE")                                  \
    SETTING(WRAP, "wrap", "", TEXT, NULL, "WORDS")                                    \
    SETTING(TIMEOUT, "timeout", "timeout_seconds", SECONDS, "auto", "SECONDS|auto")   \
    SETTING(WARN_SIGNAL, "warn_signal", "", CHOICE_WORDS(WARN_SIGNAL), "none",        \
            "SIGNAL")                                                                 \
    SETTING(TEMPLATE, "template", "", TEXT, TEMPLATE_RAY, "NAME|FILE")                \
    SETTING(STYLE, "style", "", CHOICE_WORDS(STYLE), "overrides", "WORD")             \
    SETTING(HYDRA, "hydra", "", SWITCH, "no", "")                                     \
    SETTING(REQUIRE_RESULT, "require_result", "", SWITCH, "yes", "")                  \
    /* Ray */                                                                         \
    SETTING(BOOTSTRAP, "bootstrap", "", CHOICE_WORDS(BOOTSTRAP), "auto", "WORD")      \
    SETTING(RAY_CPUS, "ray_cpus", "", TEXT, "task", "task|all|N")                     \
    SETTING(RAY_LOGS, "ray_logs", "", CHOICE_WORDS(RAY_LOGS), "failed", "WORD")       \
    SETTING(OBJECT_STORE_MEMORY, "object_store_memory", "object_store", MEMORY, NULL, \
            "SIZE")                                                                   \
    SETTING(RAY_START_ARGS, "ray_start_args", "", LIST, NULL, "ARG")                  \
    SETTING(START_TIMEOUT, "start_timeout", "", SECONDS, "600", "SECONDS")            \
    SETTING(INTERFACE, "interface", "", TEXT, NULL, "NAME|SUBNET")                    \
    SETTING(HEAD_STEP, "head_step", "", CHOICE_WORDS(HEAD_STEP), "auto", "WORD")      \
    SETTING(TEMP_DIR, "temp_dir", "temp_folder", TEXT, "/tmp", "FOLDER")              \
    SETTING(RAY_TLS, "ray_tls", "", CHOICE_WORDS(RAY_TLS), "auto", "WORD")            \
    SETTING(ALLOW_OPEN, "allow_open", "", SWITCH, "no", "")                           \
    SETTING(HIDE_GPUS, "hide_gpus", "", SWITCH, "yes", "")                            \
    SETTING(PORTS_FIRST, "ports.first", "", INTEGER, "10000", "PORT")                 \
    SETTING(PORTS_LAST, "ports.last", "", INTEGER, "31999", "PORT")                   \
    SETTING(PORTS_STRICT, "ports.strict", "", SWITCH, "no", "")                       \
    /* the sweep */                                                                   \
    SETTING(SCHEDULER, "scheduler", "", "TEXT", "auto", "NAME")                       \
    SETTING(OUTPUT_DIR, "output_dir", "", TEXT, "slurm_outputs", "FOLDER")            \
    SETTING(NAME, "name", "", TEXT, NULL, "NAME")                                     \
    SETTING(MAX_POINTS, "max_points", "", INTEGER, "10000", "N")                      \
    SETTING(SUBMIT_ANYWAY, "submit_anyway", "", SWITCH, "no", "")                     \
    SETTING(ALLOW_DUPLICATES, "allow_duplicates", "", SWITCH, "no", "")               \
    SETTING(MODE, "mode", "", CHOICE_WORDS(MODE), "jobs", "WORD")                     \
    SETTING(MAX_CONCURRENT, "max_concurrent", "", INTEGER, "0", "N")                  \
    SETTING(THROTTLE, "throttle", "", CHOICE_WORDS(THROTTLE), "auto", "WORD")         \
    SETTING(MAX_ACTIVE_JOBS, "max_active_jobs", "", INTEGER, "0", "N")                \
    SETTING(FAIL_FAST, "fail_fast", "", INTEGER, "0", "N")                            \
    SETTING(RETRIES, "retries", "", INTEGER, "0", "N")                                \
    SETTING(RETRY_DELAY, "retry_delay", "", SECONDS, "60", "SECONDS")                 \
    SETTING(MAX_RATE, "max_rate", "", INTEGER, "50", "N")                             \
    SETTING(IN_FLIGHT, "in_flight", "", INTEGER, "4", "N")                            \
    SETTING(POLL, "poll", "poll_interval", SECONDS, NULL, "SECONDS")                  \
    SETTING(FS_GRACE, "fs_grace", "", SECONDS, NULL, "SECONDS")                       \
    SETTING(METRIC, "metric", "", TEXT, NULL, "NAME")                                 \
    SETTING(DIRECTION, "direction", "goal", CHOICE_WORDS(DIRECTION), "min", "WORD")   \
    SETTING(PICK, "pick", "", CHOICE_WORDS(PICK), "last", "WORD")                     \
    SETTING(ARCHIVE, "archive", "", SWITCH, "yes", "")                                \
    SETTING(WAIT_TIMEOUT, "wait_timeout", "", SECONDS, NULL, "SECONDS")

/* Those with which whoever writes them has code run as the user: he names what runs
 * (setup, wrap, template, a container or `export` by sbatch), where programs are found
 * (modules, venv, conda, env), how Ray starts (ray_start_args), where its sockets lie
 * (temp_dir), or lets others in (ray_tls, allow_open). In a file that others can write
 * they are refused (trust.h), so a new setting of this kind belongs here, too. */
#define SETTINGS_RUN_CODE(SETTING) \
    SETTING(SETUP)                 \
    SETTING(MODULES)               \
    SETTING(VENV)                  \
    SETTING(CONDA)                 \
    SETTING(ENV)                   \
    SETTING(WRAP)                  \
    SETTING(TEMPLATE)              \
    SETTING(SBATCH)                \
    SETTING(RAY_START_ARGS)        \
    SETTING(TEMP_DIR)              \
    SETTING(RAY_TLS)               \
    SETTING(ALLOW_OPEN)

#endif
