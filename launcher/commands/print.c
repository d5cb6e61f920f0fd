/* print.c - stderr for people, stdout for the product (command.h) */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "launcher/commands/command.h"
#include "launcher/commands/term.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

/* Names of files, words of logs and of schedulers stand in it: hostile ones, too. */
__attribute__((format(printf, 2, 0))) static void
print_talk(const char *prefix, const char *format, va_list args)
{
    cleanup_free char *line = xvasprintf(format, args);
    cleanup_text struct text shown = {0};

    text_add(&shown, prefix);
    utf8_add_printable_lines(&shown, line, strlen(line));
    text_add_char(&shown, '\n');
    fputs(text_string(&shown), stderr);
}

void say(const struct invocation *in, const char *format, ...)
{
    va_list args;

    if (in->quiet)
        return;
    va_start(args, format);
    print_talk("", format, args);
    va_end(args);
}

void warn_user(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_talk("raylaunch: warning: ", format, args);
    va_end(args);
}

void warn_of(const struct words *warnings)
{
    for (size_t i = 0; i < warnings->count; i++)
        warn_user("%s", warnings->items[i]);
}

int print_lines(const struct text *text, struct error *err)
{
    cleanup_text struct text shown = {0};

    utf8_add_printable_lines(&shown, text_string(text), text->size);
    return print_text(&shown, err);
}

/* What others wrote stands in CSV and JSON as it is: a file may have it, a terminal
 * not. */
int print_text(const struct text *text, struct error *err)
{
    cleanup_text struct text shown = {0};

    if (!term_is(1))
        return print_own(text, err);
    utf8_add_terminal(&shown, text_string(text), text->size);
    return print_own(&shown, err);
}

int print_own(const struct text *text, struct error *err)
{
    if (text->size > 0 && fwrite(text->bytes, 1, text->size, stdout) != text->size)
        return error_set_errno(err, ERROR_FILE, "cannot write to stdout");
    if (fflush(stdout) != 0)
        return error_set_errno(err, ERROR_FILE, "cannot write to stdout");
    return 0;
}
