#include "collector/scan/marker.h"

#include <stdbool.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "collector/scan/scan.h"

#define MARKER_SIZE (sizeof SCAN_MARKER - 1)
#define START_SIZE (sizeof SCAN_START_MARKER - 1)
#define DISTANCE (MARKER_SIZE - 1) /* from its first byte to its last */

static bool is_marker(const char *bytes)
{
    return memcmp(bytes, SCAN_MARKER, MARKER_SIZE) == 0;
}

#ifdef __SSE2__
/* Look at 16 places a step. Returns a marker, or the first place not looked at. */
static size_t find_wide(const char *bytes, size_t end, size_t at, bool *ret_is_found)
{
    const __m128i first = _mm_set1_epi8(SCAN_MARKER[0]);
    const __m128i last = _mm_set1_epi8(SCAN_MARKER[DISTANCE]);

    for (; at + 16 <= end; at += 16) {
        __m128i heads = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        __m128i tails =
            _mm_loadu_si128((const __m128i *)(const void *)(bytes + at + DISTANCE));
        __m128i both =
            _mm_and_si128(_mm_cmpeq_epi8(heads, first), _mm_cmpeq_epi8(tails, last));
        unsigned places = (unsigned)_mm_movemask_epi8(both);
        for (; places != 0; places &= places - 1) {
            size_t place = at + (size_t)__builtin_ctz(places);
            if (is_marker(bytes + place)) {
                *ret_is_found = true;
                return place;
            }
        }
    }
    return at;
}
#else
static size_t find_wide(const char *bytes, size_t end, size_t at, bool *ret_is_found)
{
    (void)bytes;
    (void)end;
    *ret_is_found = false;
    return at;
}
#endif

size_t marker_find(const char *bytes, size_t size, size_t from)
{
    bool is_found = false;

    if (size < MARKER_SIZE || from > size - MARKER_SIZE)
        return MARKER_NONE;
    size_t end = size - DISTANCE; /* places where a whole marker fits */
    size_t at = find_wide(bytes, end, from, &is_found);
    if (is_found)
        return at;
    for (; at < end; at++) {
        if (bytes[at] == SCAN_MARKER[0] &&
            bytes[at + DISTANCE] == SCAN_MARKER[DISTANCE] && is_marker(bytes + at))
            return at;
    }
    return MARKER_NONE;
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
