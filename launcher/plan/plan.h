/* plan.h - a command and a grid become points
 *
 * Pure: the only files read are those named by --points. 100,000 points in a quarter of
 * a second. Which words are parameters: entry.h and docs/formats.md.
 */
#ifndef LAUNCHER_PLAN_PLAN_H
#define LAUNCHER_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/limits.h"
#include "launcher/common/text/text.h"
#include "launcher/common/trees/json_write.h"

/* "slug-0123456789ab" and a NUL. */
#define POINT_ID_SIZE (LIMIT_POINT_SLUG + 1 + 12 + 1)

/* How parameters reach the entrypoint (--style). */
enum plan_style {
    PLAN_STYLE_OVERRIDES, /* key=value words, as Hydra takes them */
    PLAN_STYLE_FLAGS      /* --key value */
};

/* What quotes mean in an element. Commas inside them never split. */
enum plan_quotes {
    PLAN_QUOTES_KEPT, /* words of the command: they belong to the program, all stays as
                         typed */
    PLAN_QUOTES_REMOVED, /* --grid and sweep files: 'a,b' is the value a,b; inside, a
                          * backslash before the same quote makes it an ordinary
                          * character */
    PLAN_QUOTES_HYDRA    /* Hydra 1.3's grammar, checked; the text stays as typed */
};

struct parameter {
    char *key;   /* owned, as typed, with leading + or ~ */
    char *value; /* owned; any bytes but NUL */
};

struct point {
    size_t index;             /* order of first appearance in the sweep's folder */
    char id[POINT_ID_SIZE];   /* safe as a file name */
    struct parameter *params; /* owned, in the command's order, swept or not */
    size_t n_params;
    struct words argv; /* the entrypoint's words, placeholders filled */
    unsigned copy;     /* 1 for the second equal point under --allow-duplicates, … */
};

struct plan {
    struct point *points; /* owned */
    size_t count;
    struct words literal; /* the command's words that are not parameters, in order */
    char
        *entry_name; /* owned: "train" of `python dir/train.py`, for the sweep's name */
    char *entry_file;   /* owned or NULL: the script file, for its SHA-256 */
    char *entry_module; /* owned or NULL: the name behind `python -m` */
    struct words swept; /* keys that have more than one value */
    bool no_split;      /* the command's commas stayed, as in `run` */
    size_t n_rows;      /* of points files; 0: none was named */
    size_t n_own;       /* parameters of a point before those of its row */
    size_t n_axes;      /* parameters of a point that are not its row's */
};

struct plan_request {
    struct words command; /* everything behind the options (first "--" removed) */
    struct words grids; /* "k=v,…" of --grid, outermost first after the command's own */
    struct words points_files; /* JSONL or CSV, by name; "-" is standard input; rows are
                                  joined */
    enum plan_style style;
    bool no_split; /* `run`: commas stay */
    bool hydra;    /* --hydra: values are Hydra's grammar, quotes kept */
    bool allow_duplicates;
    size_t max_points; /* more is ERROR_USAGE that names the number and --max-points */
};

/* Make the points: rows of the points files outermost, then the command's parameters,
 * then the grids. A key stands in one of the three only, and once; a key with a leading
 * + (an append of Hydra's) may come again in the command and the grids.
 *
 * `{key}` in a word that is not a parameter is replaced by the value, and that
 * parameter is then not appended; `{{key}}` gives {key}; `${key}` and unknown names
 * stay. Words after a second "--" are literal, and the "--" is passed on; keys of grids
 * and files go before it.
 *
 * Errors: ERROR_USAGE (empty grid, equal points, too many, a key twice, a bad word),
 * ERROR_INPUT (content of a points file) or ERROR_FILE (it cannot be read). */
int plan_make(const struct plan_request *request, struct plan *ret_plan,
              struct error *err);
void plan_release(struct plan *plan);
void point_release(struct point *point);
void point_copy(const struct point *from,
                struct point *to); /* `to` is owned by the caller */
bool point_has_same_keys(const struct point *a, const struct point *b); /* in order */
void plan_request_release(struct plan_request *request);

/* Values of one sweep element: "1e-3,1e-2", "range(0,5)", "range(0,10,step=2)",
 * "choice(a,b)", "a". Appends to `values`; on failure too (the caller releases them).
 * Quotes and brackets ([1,2] {a:1} (x,y)) are not split. A single value stays byte for
 * byte; in a list, blanks beside its commas are dropped. No value between two commas,
 * an empty range or a bracket that stays open are ERROR_USAGE. `key` names the
 * parameter in messages. A range of floats is counted in decimals: range(0,1,0.1) has
 * 0.7, not 0.7000000000000001. */
int plan_split_values(const char *key, const char *element, enum plan_quotes quotes,
                      struct words *values, struct error *err);

/* The rows of the points files as JSON lines that --points reads to the same points;
 * nothing where there are none. Appends. */
void plan_add_rows(const struct plan *plan, struct text *lines);

/* Default name of a sweep: entry name + "-" + 8 hex over the words that are not
 * parameters. Owned. */
char *plan_sweep_name(const struct plan *plan);

/* RAYLAUNCH_PARAM_<KEY>: upper case, leading + and ~ dropped, what is not a letter or
 * digit becomes '_'. Owned. (a.b and a_b get the same name, which plan_warnings() says:
 * RAYLAUNCH_PARAMS_FILE is exact.) */
char *plan_env_name(const char *key);

/* What will surprise, a line each: parameters that become one variable; with `is_hydra`
 * points without a folder of their own. Appends. */
void plan_warnings(const struct plan *plan, bool is_hydra, struct words *warnings);

/* One line of points.jsonl without its newline: {"index","point","params","argv"}, with
 * "copy" when it is not 0; values of a key that comes twice are a list; and back.
 * ERROR_INPUT: "<source> line <number>: …". */
void point_add_json(const struct point *point, struct text *line);
void point_add_members(const struct point *point, struct json_writer *json);
int point_from_json(const char *line, size_t size, const char *source, size_t number,
                    struct point *ret_point, struct error *err);

#endif
