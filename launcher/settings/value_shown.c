#include "launcher/settings/value_shown.h"

#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "launcher/common/text/utf8.h"

#define SHOWN_BYTES 80

char *value_shown(const char *text)
{
    cleanup_text struct text shown = {0};
    size_t size = strlen(text);

    utf8_add_printable(&shown, text, size < SHOWN_BYTES ? size : SHOWN_BYTES);
    if (size > SHOWN_BYTES)
        text_add(&shown, "...");
    return shown.size ? text_take(&shown) : xstrdup("");
}
