/* value_list.h - named values for a template, most of them owned */
#ifndef LAUNCHER_SCRIPT_VALUE_LIST_H
#define LAUNCHER_SCRIPT_VALUE_LIST_H

#include "launcher/script/template.h"

#define VALUE_LIST_MAX 64

/* A zeroed one is valid and empty. */
struct value_list {
    struct template_value items[VALUE_LIST_MAX];
    char *owned[VALUE_LIST_MAX]; /* what the items point to, or NULL */
    size_t count;
    size_t n_same; /* the first so many are those of the settings */
};

/* Add one more, or replace the one at `index` (`count` stays); `taken` is its value,
 * NULL for an open one. */
void value_list_add(struct value_list *values, const char *name, char *taken);
void value_list_set(struct value_list *values, size_t index, const char *name,
                    char *taken);
void value_list_release(struct value_list *values);

#endif
