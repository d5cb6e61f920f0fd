#include "launcher/sweep/events.h"

#include <string.h>

static const struct {
    const char *name, *meaning;
} events[EVENT_COUNT] = {
#define EVENT_ROW(id, name, meaning) [EVENT_##id] = {name, meaning},
    EVENTS_TABLE(EVENT_ROW)
#undef EVENT_ROW
};

const char *event_name(enum event event)
{
    return events[event].name;
}

const char *event_meaning(enum event event)
{
    return events[event].meaning;
}

bool event_from_name(const char *name, enum event *ret_event)
{
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (strcmp(events[i].name, name) == 0) {
            *ret_event = (enum event)i;
            return true;
        }
    }
    return false;
}
