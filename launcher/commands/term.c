#include "launcher/commands/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool term_is(int fd)
{
    return isatty(fd) == 1;
}

bool term_has_colour(int fd)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (no_colour && *no_colour)
        return false;
    return term_is(fd) && term && strcmp(term, "dumb") != 0;
}

size_t term_columns(int fd)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");

    if (term_is(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return columns ? (size_t)strtoul(columns, NULL, 10) : 0;
}
