/* settings.h - values with their origin
 *
 * built-in < /etc/raylaunch/config.yaml < user ($XDG_CONFIG_HOME/raylaunch/config.yaml)
 * < project (raylaunch.yaml, searched upwards) < profile < sweep file (--file) <
 * environment (RAYLAUNCH_SET_<KEY>; SBATCH_* below it) < flags. Each value remembers
 * "file:line", "flag --nodes", "environment RAYLAUNCH_SET_NODES", "built-in". Unknown
 * keys are errors with the nearest name.
 */
#ifndef LAUNCHER_SETTINGS_SETTINGS_H
#define LAUNCHER_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"
#include "launcher/settings/keys.h"

enum setting {
#define SETTING_ENUM(id, ...) SETTING_##id,
    SETTINGS_TABLE(SETTING_ENUM)
#undef SETTING_ENUM
        SETTING_COUNT
};

struct settings; /* owned by the caller: settings_new(), settings_free() */

enum setting_rank { /* who wins: the higher one */
                    RANK_BUILT_IN,
                    RANK_SYSTEM,
                    RANK_USER,
                    RANK_PROJECT,
                    RANK_PROFILE,
                    RANK_SWEEP_FILE,
                    RANK_SBATCH_ENV,
                    RANK_ENVIRONMENT,
                    RANK_FLAG
};

struct settings *settings_new(void); /* the built-in values */
void settings_free(struct settings *settings);

/* The same values with the same origins; owned. */
struct settings *settings_copy(const struct settings *settings);

/* Description of a setting, from keys.h. */
struct setting_spec {
    const char *name;     /* "cpus_per_task" */
    const char *alias;    /* "slurm_cpus_per_task" or "" */
    const char *type;     /* "TEXT", "LIST", …, or the choices "a|b" */
    const char *fallback; /* built-in value or NULL */
    const char *argument; /* "N"; "" for a switch */
};
const struct setting_spec *setting_spec(enum setting key);
const char *setting_help(enum setting key); /* what it does, from help/settings.txt */
bool setting_runs_code(enum setting key);   /* SETTINGS_RUN_CODE of keys.h */
bool setting_from_name(const char *name,
                       enum setting *ret_key); /* name, alias, or either with '-' */

/* Set from text. For LIST and MAP: the first set of a new rank replaces what lower
 * ranks gave, more sets of the same rank append (SETUP by flag appends to lower ranks
 * too). A lower rank than the present one is ignored. The value is checked by the key's
 * type: ERROR_USAGE (rank flag) or ERROR_INPUT, naming key and origin. */
int settings_set(struct settings *settings, enum setting key, const char *value,
                 enum setting_rank rank, const char *origin, struct error *err);

/* Reading. Text is borrowed and never NULL ("" when not set). */
const char *settings_text(const struct settings *settings, enum setting key);
long long settings_integer(const struct settings *settings,
                           enum setting key); /* INTEGER, SECONDS; -1 when not set */
bool settings_chose(const struct settings *settings,
                    enum choice choice); /* is this the word of its setting? */
bool settings_switch(const struct settings *settings, enum setting key);
const struct words *settings_list(const struct settings *settings,
                                  enum setting key); /* LIST, MAP ("k=v") */
long long settings_minutes(const struct settings *settings,
                           enum setting key); /* TIME; rounded up; 0 = unlimited */
long long settings_mib(
    const struct settings *settings,
    enum setting key); /* MEMORY; 0 when not set; "0" is 0 too (ask settings_is_set) */
bool settings_is_set(const struct settings *settings,
                     enum setting key); /* has a text that is not empty, or items */
bool settings_is_asked(const struct settings *settings,
                       enum setting key); /* set by anything but built-in */

/* Where the value comes from, for people. Its beginning says nothing: "flags/x/
 * resolved.yaml:3" is a file. Programs ask for the rank: RANK_FLAG is what was typed.
 */
const char *settings_origin(const struct settings *settings, enum setting key);
enum setting_rank settings_rank(const struct settings *settings, enum setting key);

/* How memory is asked of Slurm. `mem` and `mem_per_cpu` exclude each other there, so
 * the one of the higher rank counts; with --exclusive and neither asked, the whole
 * node's memory is. */
enum memory_rule {
    MEMORY_PER_NODE,  /* settings_mib(SETTING_MEM); 0 is all of the node's */
    MEMORY_PER_CPU,   /* settings_mib(SETTING_MEM_PER_CPU) */
    MEMORY_WHOLE_NODE /* --mem=0 */
};
enum memory_rule settings_memory_rule(const struct settings *settings);

/* Seconds after which a job ends its entrypoint; 0 never. `timeout: auto` is the time
 * limit: it counts from the entrypoint's start, so what the scheduler does at the limit
 * comes first, and where nobody keeps the limit the job does. */
#define TIMEOUT_AUTO (-1) /* settings_integer(SETTING_TIMEOUT) of auto */
long long settings_timeout_s(const struct settings *settings);

/* Do Ray's head and the program run in srun steps (head_step)? `auto`: when `sbatch`
 * asks Pyxis for a container. Pyxis would put the batch script itself into it, and
 * there is no srun in there (Pyxis wiki, frequently asked questions). So its options go
 * to the steps. */
bool settings_head_step(const struct settings *settings);
bool settings_is_container_word(const char *word); /* "container-image=…" and such */

/* Profile in use ("" none) and what a profile adds besides settings. */
const char *settings_profile(const struct settings *settings);

/* What a sweep file may say besides settings. */
struct sweep_file {
    struct words command; /* command: list of words, or one string split as a shell
                             splits words */
    struct words grid;    /* "key=a,b" in the file's order (map `params:` or `grid:`) */
    struct words points;  /* `points:` file names, relative to the sweep file */
    bool no_split; /* `split: no`: commas in the command's words stay (of `run`) */
};
void sweep_file_release(struct sweep_file *file);

struct settings_request {
    const char
        *profile; /* --profile NAME, NULL: the configured `default_profile`, if any */
    const char *sweep_file; /* --file, NULL none */
    bool no_config;         /* --no-config: only built-in, environment and flags */
    struct words *warnings; /* NULL or the caller's: a line for each file that is read
                               although others could have written it */
};

/* Load every file layer and the environment into `settings` (flags come after by
 * settings_set). `ret_file` may be NULL. */
int settings_load(struct settings *settings, const struct settings_request *request,
                  struct sweep_file *ret_file, struct error *err);

/* After the flags: contradictions (mem with mem_per_cpu of the same rank, `sbatch`
 * options that raylaunch owns, …). */
int settings_check(const struct settings *settings, struct error *err);

/* What contradicts nothing but will surprise, one line each with what to do. Appends.
 */
void settings_warnings(const struct settings *settings, struct words *warnings);

/* Everything that is set, as YAML that `--file` accepts; each line ends in "# origin".
 * Appends. */
void settings_add_yaml(const struct settings *settings, bool with_origin,
                       struct text *text);

#endif
