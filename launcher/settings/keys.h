/* keys.h - every setting, in one table
 *
 * SETTING(enum, name, alias, type, default, argument, help)
 *   name     the key in YAML; the flag is the same with '-' for '_' (sbatch's own
 * names) alias    the name in seed 001 / TMGG launcher files (S1-15, S1-16), "" for
 * none type     TEXT LIST INTEGER SWITCH TIME MEMORY SECONDS MAP or a choice list
 * "a|b|c" (CHOICE) default  the built-in value as text, NULL = not set Lists are
 * replaced by a nearer origin; --setup appends. A SWITCH has --no-NAME too.
 */
#ifndef LAUNCHER_SETTINGS_KEYS_H
#define LAUNCHER_SETTINGS_KEYS_H

#define SETTINGS_TABLE(SETTING)                                                       \
    /* what Slurm is asked */                                                         \
    SETTING(JOB_NAME, "job_name", "slurm_job_name", TEXT, NULL, "NAME",               \
            "first part of the job's name (default: the sweep's name)")               \
    SETTING(PARTITION, "partition", "slurm_partition", TEXT, "gpu", "NAME",           \
            "partition to submit to")                                                 \
    SETTING(NODES, "nodes", "slurm_nodes", INTEGER, "4", "N", "nodes for each point") \
    SETTING(CPUS_PER_TASK, "cpus_per_task", "slurm_cpus_per_task", INTEGER, "8", "N", \
            "CPUs on each node")                                                      \
    SETTING(GPUS_PER_TASK, "gpus_per_task", "slurm_gpus_per_task", INTEGER, "1", "N", \
            "GPUs on each node, 0 for none")                                          \
    SETTING(GPU_TYPE, "gpu_type", "", TEXT, NULL, "TYPE",                             \
            "type of GPU, as the site names it (h100)")                               \
    SETTING(GPU_SYNTAX, "gpu_syntax", "", "gpus-per-task|gpus-per-node|gres",         \
            "gpus-per-task", "WORD", "how GPUs are asked of Slurm")                   \
    SETTING(MEM, "mem", "slurm_mem", MEMORY, NULL, "SIZE",                            \
            "memory of each node (4G, 4GB, 4096)")                                    \
    SETTING(MEM_PER_CPU, "mem_per_cpu", "slurm_mem_per_cpu", MEMORY, "4GB", "SIZE",   \
            "memory for each CPU")                                                    \
    SETTING(TIME, "time", "slurm_time_limit", TIME, "08:00:00", "LIMIT",              \
            "time limit of a job (90, 1:30:00, 1-12)")                                \
    SETTING(ACCOUNT, "account", "slurm_account", TEXT, NULL, "NAME",                  \
            "account to charge")                                                      \
    SETTING(QOS, "qos", "slurm_qos", TEXT, NULL, "NAME", "quality of service")        \
    SETTING(CONSTRAINT, "constraint", "slurm_constraint", TEXT, NULL, "LIST",         \
            "node features that are needed")                                          \
    SETTING(RESERVATION, "reservation", "", TEXT, NULL, "NAME",                       \
            "reservation to run in")                                                  \
    SETTING(DEPENDENCY, "dependency", "", TEXT, NULL, "SPEC",                         \
            "start only after other jobs (afterok:123)")                              \
    SETTING(NODELIST, "nodelist", "", TEXT, NULL, "NODES", "nodes that must be used") \
    SETTING(EXCLUDE, "exclude", "", TEXT, NULL, "NODES",                              \
            "nodes that must not be used")                                            \
    SETTING(MAIL_TYPE, "mail_type", "", TEXT, NULL, "EVENTS",                         \
            "when Slurm sends mail (END,FAIL)")                                       \
    SETTING(MAIL_USER, "mail_user", "", TEXT, NULL, "ADDRESS", "who gets it")         \
    SETTING(COMMENT, "comment", "", TEXT, NULL, "TEXT", "comment of the jobs")        \
    SETTING(EXCLUSIVE, "exclusive", "slurm_exclusive", SWITCH, "yes", "",             \
            "whole nodes for each job")                                               \
    SETTING(REQUEUE, "requeue", "", SWITCH, "no", "",                                 \
            "let Slurm start a job again after a node failure")                       \
    SETTING(SBATCH, "sbatch", "", LIST, NULL, "NAME[=VALUE]",                         \
            "any other sbatch option (repeatable)")                                   \
    /* the environment of a job */                                                    \
    SETTING(SETUP, "setup", "slurm_setup_commands", LIST, NULL, "LINE",               \
            "shell line run first in the job (repeatable)")                           \
    SETTING(MODULES, "modules", "", LIST, NULL, "NAME",                               \
            "module to load after the setup lines (repeatable)")                      \
    SETTING(VENV, "venv", "", TEXT, NULL, "FOLDER", "Python venv to activate")        \
    SETTING(CONDA, "conda", "", TEXT, NULL, "NAME", "conda environment to activate")  \
    SETTING(ENV, "env", "", MAP, NULL, "NAME=VALUE",                                  \
            "environment variable for the job (repeatable)")                          \
    SETTING(WRAP, "wrap", "", TEXT, NULL, "WORDS",                                    \
            "words before every program of the job (apptainer exec …)")               \
    SETTING(TIMEOUT, "timeout", "timeout_seconds", SECONDS, "28800", "SECONDS",       \
            "end the entrypoint after this time, 0 never")                            \
    SETTING(WARN_SIGNAL, "warn_signal", "", "none|USR1|TERM", "none", "SIGNAL",       \
            "sent to the entrypoint before the time limit")                           \
    SETTING(TEMPLATE, "template", "", TEXT, "ray", "NAME|FILE",                       \
            "script template: ray, plain, or a file")                                 \
    SETTING(STYLE, "style", "", "overrides|flags", "overrides", "WORD",               \
            "parameters as key=value or as --key value")                              \
    SETTING(HYDRA, "hydra", "", SWITCH, "no", "",                                     \
            "read the grid with Hydra's grammar")                                     \
    SETTING(REQUIRE_RESULT, "require_result", "", SWITCH, "yes", "",                  \
            "a point without a result line is failed")                                \
    /* Ray */                                                                         \
    SETTING(BOOTSTRAP, "bootstrap", "", "auto|symmetric|direct", "auto", "WORD",      \
            "how Ray is started")                                                     \
    SETTING(RAY_CPUS, "ray_cpus", "", TEXT, "task", "task|all|N",                     \
            "CPUs that Ray may use on each node")                                     \
    SETTING(RAY_LOGS, "ray_logs", "", "failed|all|none", "failed", "WORD",            \
            "whose Ray logs are kept")                                                \
    SETTING(OBJECT_STORE, "object_store", "", MEMORY, NULL, "SIZE",                   \
            "Ray's object store on each node")                                        \
    SETTING(RAY_START_ARGS, "ray_start_args", "", LIST, NULL, "ARG",                  \
            "more arguments for ray start (repeatable)")                              \
    SETTING(START_TIMEOUT, "start_timeout", "", SECONDS, "600", "SECONDS",            \
            "most time for Ray to come up")                                           \
    SETTING(INTERFACE, "interface", "", TEXT, NULL, "NAME|SUBNET",                    \
            "network of Ray's head address (ib0, 10.1.0.0/16)")                       \
    SETTING(HEAD_STEP, "head_step", "", "auto|yes|no", "auto", "WORD",                \
            "head and program in srun steps (auto: with --sbatch container-image=…)") \
    SETTING(TEMP_FOLDER, "temp_folder", "", TEXT, "/tmp", "FOLDER",                   \
            "node-local folder for Ray's files")                                      \
    SETTING(ALLOW_OPEN, "allow_open", "", SWITCH, "no", "",                           \
            "allow a Ray without tokens on shared nodes")                             \
    SETTING(PORTS_FIRST, "ports.first", "", INTEGER, "10000", "PORT",                 \
            "first port of the range")                                                \
    SETTING(PORTS_LAST, "ports.last", "", INTEGER, "31999", "PORT",                   \
            "last port of the range")                                                 \
    SETTING(PORTS_STRICT, "ports.strict", "", SWITCH, "no", "",                       \
            "never leave the user's own slice of the range")                          \
    /* the sweep */                                                                   \
    SETTING(SCHEDULER, "scheduler", "", "auto|slurm|local", "auto", "NAME",           \
            "slurm or local (auto: slurm, where sbatch is)")                          \
    SETTING(OUTPUT_DIR, "output_dir", "", TEXT, "slurm_outputs", "FOLDER",            \
            "where sweep folders lie")                                                \
    SETTING(NAME, "name", "", TEXT, NULL, "NAME", "name of the sweep")                \
    SETTING(MAX_POINTS, "max_points", "", INTEGER, "10000", "N",                      \
            "refuse a larger grid")                                                   \
    SETTING(ALLOW_DUPLICATES, "allow_duplicates", "", SWITCH, "no", "",               \
            "equal points are numbered, not refused")                                 \
    SETTING(MODE, "mode", "", "jobs|array", "jobs", "WORD",                           \
            "a job for each point, or job arrays of many points")                     \
    SETTING(MAX_CONCURRENT, "max_concurrent", "", INTEGER, "0", "N",                  \
            "jobs at once, 0 no limit")                                               \
    SETTING(THROTTLE, "throttle", "", "auto|array|lanes|window", "auto", "WORD",      \
            "how --max-concurrent is kept (auto: from the mode)")                     \
    SETTING(MAX_ACTIVE_JOBS, "max_active_jobs", "", INTEGER, "0", "N",                \
            "submit nothing beside N other jobs of yours in the queue, and with "     \
            "fewer no more at once than are left of N; 0 no limit")                   \
    SETTING(FAIL_FAST, "fail_fast", "", INTEGER, "0", "N",                            \
            "submit no more when N points failed the same way, 0 never")              \
    SETTING(RETRIES, "retries", "", INTEGER, "0", "N",                                \
            "while waiting, try a point again so many times after oom, timeout, "     \
            "preemption or a node's failure")                                         \
    SETTING(RETRY_DELAY, "retry_delay", "", SECONDS, "60", "SECONDS",                 \
            "before the first of these retries; five and ten times as long before "   \
            "the next")                                                               \
    SETTING(MAX_RATE, "max_rate", "", INTEGER, "50", "N",                             \
            "submissions a second, 0 no limit")                                       \
    SETTING(IN_FLIGHT, "in_flight", "", INTEGER, "4", "N",                            \
            "sbatch calls at the same time")                                          \
    SETTING(POLL, "poll", "poll_interval", SECONDS, NULL, "SECONDS",                  \
            "between two looks at the queue (default: adaptive)")                     \
    SETTING(FS_GRACE, "fs_grace", "", SECONDS, NULL, "SECONDS",                       \
            "how long a network file system may hide a file (default: 90, 0 on a "    \
            "local one)")                                                             \
    SETTING(METRIC, "metric", "", TEXT, NULL, "NAME", "metric that orders the table") \
    SETTING(GOAL, "goal", "", "min|max", "min", "WORD",                               \
            "which end of the metric is best")                                        \
    SETTING(PICK, "pick", "", "last|first|all", "last", "WORD",                       \
            "which result line of a file counts")                                     \
    SETTING(ARCHIVE, "archive", "", SWITCH, "yes", "", "archive a finished sweep")    \
    SETTING(WAIT_TIMEOUT, "wait_timeout", "", SECONDS, NULL, "SECONDS",               \
            "stop waiting after this time (exit 5)")

#endif
