/* The marker search, at every place of a window and in hostile text. */
#include "collector/scan/marker.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

#define MARKER "TMGG_RESULT:"

static size_t find(const char *text, size_t size, size_t from)
{
    /* a copy of its own, so that the sanitizer sees any read outside */
    cleanup_free char *copy = xmalloc(size ? size : 1);

    memcpy(copy, text, size);
    return marker_find(copy, size, from);
}

static void every_place(void)
{
    int is_good = 1;

    for (size_t size = 0; size < 80; size++) {
        char text[96];
        memset(text, 'T', sizeof text);
        is_good &= find(text, size, 0) == MARKER_NONE;
        for (size_t at = 0; at + 12 <= size; at++) {
            memset(text, ':', sizeof text);
            memcpy(text + at, MARKER, 12);
            is_good &= find(text, size, 0) == at && find(text, size, at) == at &&
                       find(text, size, at + 1) == MARKER_NONE &&
                       find(text, at + 11, 0) == MARKER_NONE;
        }
    }
    ok(is_good, "a marker is found at every place, and not when cut");
}

static void decoys(void)
{
    static const char text[] =
        "TMGG_RESULX:TMGG_RESULTTMGG_RESULT;TTTTTTTTTTT:TMGG_RESULT:";

    is_number(find(text, sizeof text - 1, 0), sizeof text - 13,
              "decoys are passed over");
    is_number(find("tmgg_result:", 12, 0), MARKER_NONE, "case matters");
    is_number(find("", 0, 0), MARKER_NONE, "nothing in nothing");
    is_number(find(MARKER, 12, 99), MARKER_NONE, "a place behind the end");
    is_number(find("\0\0\0" MARKER, 15, 0), 3, "NUL bytes are no end");
}

static size_t find_start(const char *text, size_t from, int is_line_start)
{
    size_t size = strlen(text);
    cleanup_free char *copy = xmalloc(size ? size : 1);

    memcpy(copy, text, size);
    return marker_find_start(copy, size, from, is_line_start);
}

static void starts(void)
{
    is_number(find_start("raylaunch: start 2 of job 17\n", 0, 1), 0,
              "at the beginning");
    is_number(find_start("raylaunch: start 2 of job 17\n", 0, 0), MARKER_NONE,
              "at the beginning of a window in the middle of a line");
    is_number(find_start("x\nraylaunch: start 12 of job 17\n", 0, 0), 2,
              "behind a newline");
    is_number(find_start("x raylaunch: start 2 of job 17\n", 0, 1), MARKER_NONE,
              "in the middle of a line");
    is_number(find_start("raylaunch: start of job 17\n", 0, 1), MARKER_NONE,
              "no number");
    is_number(find_start("raylaunch: start 2 of jo", 0, 1), MARKER_NONE, "cut");
    is_number(find_start("raylaunch: start ", 0, 1), MARKER_NONE,
              "cut before the number");
    is_number(
        find_start("raylaunch: start 1 of job 7\nraylaunch: start 2 of job 7\n", 1, 1),
        28, "the next one");
}

int main(void)
{
    every_place();
    decoys();
    starts();
    return tap_done();
}
