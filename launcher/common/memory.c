#include "launcher/common/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *need(void *memory)
{
    if (!memory) {
        static const char text[] = "raylaunch: out of memory\n";
        ssize_t ignored = write(2, text, sizeof text - 1);
        (void)ignored;
        _exit(70);
    }
    return memory;
}

void *xmalloc(size_t size)
{
    return need(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return need(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
    return need(realloc(old, size ? size : 1));
}

void *xreallocarray(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return need(NULL);
    return xrealloc(old, count * size);
}

char *xstrdup(const char *text)
{
    return need(strdup(text));
}

char *xmemdup(const void *bytes, size_t size)
{
    char *copy = xmalloc(size + 1);

    if (size)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

void xreplace(char **owned, const char *text)
{
    const char *wanted = text ? text : "";

    if (*owned && strcmp(*owned, wanted) == 0)
        return;
    char *copy = xstrdup(wanted);
    free(*owned);
    *owned = copy;
}

char *xvasprintf(const char *format, va_list args)
{
    char *text = NULL;

    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    return need(text);
}

char *xasprintf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = xvasprintf(format, args);
    va_end(args);
    return text;
}

void *xgrow(void *items, size_t count, size_t *cap, size_t item_size)
{
    if (count < *cap)
        return items;
    size_t wanted = *cap ? *cap * 2 : 16;
    void *grown = xreallocarray(items, wanted, item_size);
    *cap = wanted;
    return grown;
}

void memory_free_at(void *pointer_to_pointer)
{
    void *memory;

    memcpy(&memory, pointer_to_pointer, sizeof memory);
    free(memory);
}

void memory_close_at(int *fd)
{
    if (*fd >= 0) {
        int saved = errno;
        close(*fd);
        errno = saved;
    }
}
