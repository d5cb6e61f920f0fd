/* print.c - stderr for people, stdout for the product (command.h) */
#include <stdarg.h>
#include <stdio.h>

#include "launcher/commands/command.h"

void say(const struct invocation *in, const char *format, ...)
{
    va_list args;

    if (in->quiet)
        return;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

void warn_user(const char *format, ...)
{
    va_list args;

    fputs("raylaunch: warning: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

void warn_of(const struct words *warnings)
{
    for (size_t i = 0; i < warnings->count; i++)
        warn_user("%s", warnings->items[i]);
}

int print_text(const struct text *text, struct error *err)
{
    if (text->size > 0 && fwrite(text->bytes, 1, text->size, stdout) != text->size)
        return error_set_errno(err, ERROR_FILE, "cannot write to stdout");
    if (fflush(stdout) != 0)
        return error_set_errno(err, ERROR_FILE, "cannot write to stdout");
    return 0;
}
