/* limits.h - the ceiling of everything that comes from outside, in one place */
#ifndef LAUNCHER_COMMON_LIMITS_H
#define LAUNCHER_COMMON_LIMITS_H

#define LIMIT_MIB (1024UL * 1024UL)

#define LIMIT_CONFIG_BYTES (4UL * LIMIT_MIB) /* one YAML or JSON file of settings */
#define LIMIT_POINTS_FILE_BYTES (1024UL * LIMIT_MIB) /* --points FILE, points.jsonl */
#define LIMIT_JOURNAL_BYTES (1024UL * LIMIT_MIB)
#define LIMIT_SITE_BYTES (16UL * LIMIT_MIB) /* kept answers of a site */
#define LIMIT_VERDICT_BYTES (1UL * LIMIT_MIB)
#define LIMIT_SCRIPT_BYTES (4UL * LIMIT_MIB) /* Slurm's default max_script_size */
#define LIMIT_TEMPLATE_BYTES (1UL * LIMIT_MIB)
#define LIMIT_RESULT_BYTES (64UL * LIMIT_MIB)  /* one JSON value behind a marker */
#define LIMIT_CHILD_OUTPUT (512UL * LIMIT_MIB) /* stdout of squeue, sacct, … */
#define LIMIT_CHILD_STDERR (64UL * 1024UL)
#define LIMIT_WORD_BYTES (128UL * 1024UL) /* one argument: Linux MAX_ARG_STRLEN */
#define LIMIT_POINT_SLUG 64               /* readable part of a point's id */
#define LIMIT_DEPTH 128 /* nesting of YAML and JSON read as settings */
#define LIMIT_YAML_ALIASES 1000
#define LIMIT_TREE_NODES 200000      /* values in one such file, aliases written out */
#define LIMIT_POINTS_DEFAULT 10000UL /* --max-points */
#define LIMIT_ARRAY_TASKS 4000001LL  /* Slurm's own ceiling of MaxArraySize */
#define LIMIT_LANES 100000           /* --max-concurrent as chains of jobs */
#define LIMIT_PATH_BYTES 4096UL      /* Linux PATH_MAX */
#define LIMIT_ROW_PARAMETERS 10000UL /* parameters in one row of a points file */
#define LIMIT_PARAMETER_VALUES 1000000UL /* values of one parameter in a grid */

#define LIMIT_ARCHIVE_FILES 2000000UL /* members of one archive */
#define LIMIT_ARCHIVE_BYTES \
    (512ULL * 1024ULL * LIMIT_MIB) /* of all its members, unpacked */
/* What `collect ARCHIVE` writes to the temp folder: so much, and for each byte of the
 * archive so many. Logs shrink to a tenth, a bomb to a ten thousandth. */
#define LIMIT_COLLECT_BYTES (32ULL * LIMIT_MIB)
#define LIMIT_COLLECT_RATIO 200ULL
#define LIMIT_EARLIER_BYTES (4096ULL * LIMIT_MIB) /* results.jsonl, read back */
#define LIMIT_EARLIER_LINE (192UL * LIMIT_MIB)    /* a row of it: result and metrics */
#define LIMIT_MANIFEST_BYTES (512UL * LIMIT_MIB)
#define LIMIT_LOG_MEMBERS 100000UL          /* of one archive of Ray's logs */
#define LIMIT_LOG_BYTES (256UL * LIMIT_MIB) /* of all its members, unpacked */
#define LIMIT_LOG_FILES 4096UL              /* archives or log files of one attempt */
#define LIMIT_NAME_BYTES 4095UL /* a member's name: Linux PATH_MAX without the NUL */

#endif
