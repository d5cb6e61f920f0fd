/* memory.h - allocation that cannot fail, and scope cleanup
 *
 * Out of memory prints one line and exits 70: nothing in this program can do better,
 * and code without such branches can be read. (Also: static analysers report false
 * leaks for cleanup variables that are filled by malloc directly.)
 *
 * An owned local is a cleanup_* variable, initialised on its declaration line:
 *     cleanup_free char *path = NULL;
 * and is handed over with steal(&path). Comments use three words: owned, borrowed
 * (until when), taken (the callee frees).
 */
#ifndef LAUNCHER_COMMON_MEMORY_H
#define LAUNCHER_COMMON_MEMORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* All return owned memory, never NULL. Sizes are bytes. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size); /* zeroed; overflow of count*size exits 70 */
void *xrealloc(void *old, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xmemdup(const void *bytes, size_t size); /* adds a NUL behind the bytes */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args)
    __attribute__((format(printf, 1, 0)));

/* Put a copy of `text` (NULL: "") where `*owned` is, and free that; `text` may be a
 * part of it. Equal bytes stay where they are. */
void xreplace(char **owned, const char *text);

/* Make room for one more item of an array that doubles: `*cap` is the room, `count` the
 * use. Returns the (moved) array. */
void *xgrow(void *items, size_t count, size_t *cap, size_t item_size);

void memory_free_at(void *pointer_to_pointer);
void memory_close_at(int *fd);

#define cleanup_free __attribute__((cleanup(memory_free_at)))
#define cleanup_close \
    __attribute__((cleanup(memory_close_at))) /* int fd = -1; keeps errno */
#define cleanup_with(function) __attribute__((cleanup(function)))

/* Hand over the value of an owned variable and forget it there. */
#define steal(pointer_to_owned)                                             \
    __extension__({                                                         \
        __typeof__(*(pointer_to_owned)) steal_value_ = *(pointer_to_owned); \
        *(pointer_to_owned) = NULL;                                         \
        steal_value_;                                                       \
    })

#endif
