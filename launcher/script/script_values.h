/* script_values.h - the values that a template's placeholders stand for
 *
 * Those of the settings are the same in every script of a sweep; those of an attempt
 * differ. All arrive quoted for where they stand.
 */
#ifndef LAUNCHER_SCRIPT_SCRIPT_VALUES_H
#define LAUNCHER_SCRIPT_SCRIPT_VALUES_H

#include "launcher/script/script.h"
#include "launcher/script/value_list.h"

/* Add the values of the settings. */
int script_values_add_same(struct value_list *values,
                           const struct script_request *request, struct error *err);

/* Add, or replace, those of the attempt (of an array: of any of its tasks). NULL: add
 * them open, for template_cut(). */
int script_values_set_attempt(struct value_list *values,
                              const struct script_request *request, struct error *err);

/* `export NAME=value` for each parameter of a point, with `end` behind each. */
void script_values_add_exports(const struct point *point, char end, struct text *text);

/* The parameters as one JSON object. */
void script_values_add_params(const struct point *point, struct text *text);

/* Which word of the command names the code that runs (entry.h): owned, may be "". */
char *script_values_code(const struct words *argv);

#endif
