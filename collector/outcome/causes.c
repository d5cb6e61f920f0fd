#include "collector/outcome/causes.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    enum state state;
    const char *meaning, *advice;
} causes[CAUSE_COUNT] = {[CAUSE_NONE] = {"", STATE_COMPLETED, "", NULL},
#define CAUSE_ROW(id, name, state, meaning, advice) \
    [CAUSE_##id] = {name, STATE_##state, meaning, advice},
                         CAUSES_TABLE(CAUSE_ROW)
#undef CAUSE_ROW
};

const char *cause_name(enum cause cause)
{
    return causes[cause].name;
}

const char *cause_meaning(enum cause cause)
{
    return causes[cause].meaning;
}

enum state cause_state(enum cause cause)
{
    return causes[cause].state;
}

const char *cause_advice(enum cause cause)
{
    return causes[cause].advice;
}

enum cause cause_from_name(const char *word)
{
    for (int i = CAUSE_NONE + 1; word && i < CAUSE_COUNT; i++) {
        if (strcmp(causes[i].name, word) == 0)
            return (enum cause)i;
    }
    return CAUSE_NONE;
}

bool cause_is(const char *word, enum cause cause)
{
    return word && strcmp(word, causes[cause].name) == 0;
}

bool cause_is_reported(const char *word)
{
    return cause_is(word, CAUSE_REPORTED_FAILED) ||
           cause_is(word, CAUSE_REPORTED_TIMEOUT);
}

bool cause_is_entrypoint(const char *word)
{
    return cause_is(word, CAUSE_ENTRYPOINT_EXIT) ||
           cause_is(word, CAUSE_ENTRYPOINT_SIGNAL);
}
