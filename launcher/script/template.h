/* template.h - a script template: strict placeholders, nothing else
 *
 *   {{name}}            the value of that name
 *   {{include FILE}}    alone on a line: a built-in file of templates/
 *   {{if name}} {{else}} {{end}}
 *                       each alone on a line; the first part is taken when the value is
 *                       neither empty nor "0"
 *
 * An unknown name, an unknown file, or a block that does not close is ERROR_INPUT with
 * file and line. Values arrive already quoted for where they stand (script.c).
 */
#ifndef LAUNCHER_SCRIPT_TEMPLATE_H
#define LAUNCHER_SCRIPT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

struct template_value {
    const char *name;
    const char *value; /* borrowed; NULL: open (template_cut() only) */
};

struct template
{
    char *name;  /* owned: "ray.sbatch" or the file's path */
    char *bytes; /* owned */
    size_t size;
};

/* A built-in ("ray", "plain") or a file's path. */
int template_load(const char *name, struct template *ret_template, struct error *err);
/* The same, but of a built-in the form that holds all it needs (templates/whole/). */
int template_load_whole(const char *name, struct template *ret_template,
                        struct error *err);
/* Is it a built-in's? Then its name says enough about what a job runs. */
bool template_is_built_in(const struct template *template);
void template_release(struct template *template);

/* Append the filled template. */
int template_fill(const struct template *template, const struct template_value *values,
                  size_t n_values, struct text *text, struct error *err);

/* Append a filled file of templates/, whatever its name ("runtime/job.sh"). */
int template_fill_built_in(const char *name, const struct template_value *values,
                           size_t n_values, struct text *text, struct error *err);

/* A template with all but the open values filled in, to be filled often. */
struct template_form {
    struct text text; /* what stands between the open places */
    struct template_hole {
        size_t at;    /* in the text */
        size_t value; /* index of the value */
    } * holes;        /* owned */
    size_t n_holes, cap_holes;
};

/* 1: an {{if}} asks for an open value, so there is no such form. */
int template_cut(const struct template *template, const struct template_value *values,
                 size_t n_values, struct template_form *ret_form, struct error *err);

/* Append the text with the open values, given in the order of template_cut(); the
 * others are not read. */
void template_form_fill(const struct template_form *form,
                        const struct template_value *values, struct text *text);
void template_form_release(struct template_form *form);

#endif
