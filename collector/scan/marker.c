#include "collector/scan/marker.h"

#include <stdbool.h>
#include <string.h>

#define MARKER_SIZE (sizeof SCAN_MARKER - 1)
#define START_SIZE (sizeof SCAN_START_MARKER - 1)

size_t marker_find(const char *bytes, size_t size, size_t from)
{
    if (from >= size)
        return MARKER_NONE;
    const char *hit = memmem(bytes + from, size - from, SCAN_MARKER, MARKER_SIZE);
    return hit ? (size_t)(hit - bytes) : MARKER_NONE;
}

/* "K of job J" behind the words. */
static bool is_start_tail(const char *bytes, size_t size)
{
    static const char middle[] = " of job ";
    size_t digits = 0;

    while (digits < size && digits < 10 && bytes[digits] >= '0' && bytes[digits] <= '9')
        digits++;
    return digits > 0 && size - digits >= sizeof middle - 1 &&
           memcmp(bytes + digits, middle, sizeof middle - 1) == 0;
}

size_t marker_find_start(const char *bytes, size_t size, size_t from, int is_line_start)
{
    while (from < size && size - from >= START_SIZE) {
        const char *hit =
            memmem(bytes + from, size - from, SCAN_START_MARKER, START_SIZE);
        if (!hit)
            return MARKER_NONE;
        size_t at = (size_t)(hit - bytes);
        bool begins_line = at == 0 ? is_line_start != 0 : bytes[at - 1] == '\n';
        if (begins_line && is_start_tail(hit + START_SIZE, size - at - START_SIZE))
            return at;
        from = at + 1;
    }
    return MARKER_NONE;
}
