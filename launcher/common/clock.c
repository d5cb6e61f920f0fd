#include "launcher/common/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t clock_monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

double clock_monotonic_s(void)
{
    return (double)clock_monotonic_ms() / 1000.0;
}

double clock_wall(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void clock_iso(double wall, char iso[CLOCK_ISO_SIZE])
{
    int64_t ms = (int64_t)(wall * 1000.0 + 0.5);
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;

    if (!gmtime_r(&seconds, &parts))
        memset(&parts, 0, sizeof parts);
    size_t used = strftime(iso, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(iso + used, CLOCK_ISO_SIZE - used, ".%03dZ", (int)(ms % 1000));
}

double clock_from_iso(const char *iso)
{
    struct tm parts = {0};
    double fraction = 0;
    const char *rest = strptime(iso, "%Y-%m-%dT%H:%M:%S", &parts);

    if (!rest)
        return -1;
    if (*rest == '.') {
        double scale = 0.1;
        for (rest++; *rest >= '0' && *rest <= '9'; rest++) {
            fraction += (*rest - '0') * scale;
            scale /= 10;
        }
    }
    if (strcmp(rest, "Z") != 0)
        return -1;
    return (double)timegm(&parts) + fraction;
}

void clock_time(double wall, char text[CLOCK_TIME_SIZE])
{
    time_t seconds = (time_t)wall;
    struct tm parts;

    if (!localtime_r(&seconds, &parts) ||
        strftime(text, CLOCK_TIME_SIZE, "%H:%M", &parts) == 0)
        text[0] = '\0';
}

void clock_date(double wall, char text[CLOCK_DATE_SIZE])
{
    time_t seconds = (time_t)wall;
    struct tm parts;

    if (!localtime_r(&seconds, &parts) ||
        strftime(text, CLOCK_DATE_SIZE, "%Y-%m-%d %H:%M", &parts) == 0)
        snprintf(text, CLOCK_DATE_SIZE, "?");
}

void clock_span(double seconds, char text[CLOCK_SPAN_SIZE])
{
    long whole = seconds > 0 ? (long)(seconds + 0.5) : 0;

    if (whole > 99999999)
        whole = 99999999;
    if (whole < 60)
        snprintf(text, CLOCK_SPAN_SIZE, "%lds", whole);
    else if (whole < 3600)
        snprintf(text, CLOCK_SPAN_SIZE, "%ldm%02lds", whole / 60, whole % 60);
    else if (whole < 86400)
        snprintf(text, CLOCK_SPAN_SIZE, "%ldh%02ldm", whole / 3600, whole % 3600 / 60);
    else
        snprintf(text, CLOCK_SPAN_SIZE, "%ldd%02ldh", whole / 86400,
                 whole % 86400 / 3600);
}
