#include "launcher/script/value_list.h"

#include <stdlib.h>

void value_list_release(struct value_list *values)
{
    for (size_t i = 0; i < values->count; i++)
        free(values->owned[i]);
    *values = (struct value_list){.count = 0};
}

void value_list_set(struct value_list *values, size_t index, const char *name,
                    char *taken)
{
    free(values->owned[index]);
    values->owned[index] = taken;
    values->items[index] = (struct template_value){name, taken};
}

void value_list_add(struct value_list *values, const char *name, char *taken)
{
    value_list_set(values, values->count, name, taken);
    values->count++;
}
