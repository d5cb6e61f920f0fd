/* yaml_out.h - one text as a YAML value that tree_parse() gives back unchanged */
#ifndef LAUNCHER_SETTINGS_YAML_OUT_H
#define LAUNCHER_SETTINGS_YAML_OUT_H

#include "launcher/common/text/text.h"

/* Bare where that is safe, else in double quotes. `value` is UTF-8. */
void yaml_add_value(struct text *text, const char *value);

#endif
