#include "launcher/common/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void mark_cut(char *text, size_t size, int length)
{
    if (length >= 0 && (size_t)length >= size)
        memcpy(text + size - 4, "...", 4);
}

__attribute__((format(printf, 3, 0))) static void
set_text(struct error *err, enum error_kind kind, const char *format, va_list args)
{
    err->kind = kind;
    mark_cut(err->text, sizeof err->text,
             vsnprintf(err->text, sizeof err->text, format, args));
}

static void add_words(struct error *err, const char *words)
{
    size_t used = strlen(err->text);

    mark_cut(err->text, sizeof err->text,
             snprintf(err->text + used, sizeof err->text - used, ": %s", words) +
                 (int)used);
}

int error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    int saved = errno;

    if (err) {
        va_list args;
        va_start(args, format);
        set_text(err, kind, format, args);
        va_end(args);
    }
    errno = saved;
    return -1;
}

int error_set_errno(struct error *err, enum error_kind kind, const char *format, ...)
{
    int saved = errno;

    if (err) {
        va_list args;
        va_start(args, format);
        set_text(err, kind, format, args);
        va_end(args);
        add_words(err, strerror(saved));
    }
    errno = saved;
    return -1;
}

int error_prefix(struct error *err, const char *format, ...)
{
    int saved = errno;

    if (err) {
        char old[ERROR_TEXT_MAX];
        va_list args;

        memcpy(old, err->text, sizeof old);
        va_start(args, format);
        set_text(err, err->kind, format, args);
        va_end(args);
        add_words(err, old);
    }
    errno = saved;
    return -1;
}

const char *error_kind_name(enum error_kind kind)
{
    switch (kind) {
    case ERROR_NONE:
        return "none";
    case ERROR_USAGE:
        return "usage";
    case ERROR_INPUT:
        return "input";
    case ERROR_SCHEDULER:
        return "scheduler";
    case ERROR_WAIT:
        return "wait";
    case ERROR_FILE:
        return "file";
    case ERROR_POLICY:
        return "policy";
    case ERROR_BUG:
        return "bug";
    case ERROR_INTERRUPT:
        return "interrupt";
    }
    return "bug";
}
