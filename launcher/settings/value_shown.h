/* value_shown.h - what somebody typed, as a message may show it */
#ifndef LAUNCHER_SETTINGS_VALUE_SHOWN_H
#define LAUNCHER_SETTINGS_VALUE_SHOWN_H

/* Printable, at most 80 bytes and "...". Owned. */
char *value_shown(const char *text);

#endif
