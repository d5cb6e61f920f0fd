#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "launcher/common/clock.h"
#include "tests/tap/tap.h"

static void test_bad_iso(void)
{
    static const char *const bad[] = {"",
                                      "now",
                                      "2026-11-21",
                                      "2026-11-21 08:25:02Z",
                                      "2026-11-21T08:25:02",
                                      "2026-11-21T08:25:02+00:00",
                                      "2026-11-21T08:25:02.5",
                                      "2026-13-21T08:25:02Z",
                                      "2026-11-21T25:25:02Z",
                                      "2026-11-21T08:25:02ZZ",
                                      "2026-11-21T08:25:02.1x2Z"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(clock_from_iso(bad[i]) < 0, "'%s' is no time", bad[i]);
}

static void test_iso(void)
{
    static const struct {
        double wall;
        const char *iso;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {0.001, "1970-01-01T00:00:00.001Z"},
        {951782400, "2000-02-29T00:00:00.000Z"},
        {1795249502.123, "2026-11-21T08:25:02.123Z"},
        {1.9996, "1970-01-01T00:00:02.000Z"}, /* rounds into the next second */
        {4102444799.999, "2099-12-31T23:59:59.999Z"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char iso[CLOCK_ISO_SIZE];
        clock_iso(cases[i].wall, iso);
        is_string(iso, cases[i].iso, "time as text");
        double back = clock_from_iso(iso);
        ok(back - cases[i].wall < 0.0011 && cases[i].wall - back < 0.0011, "and back");
    }
    ok(clock_from_iso("2026-11-21T08:25:02Z") > 1795249501.9 &&
           clock_from_iso("2026-11-21T08:25:02Z") < 1795249502.1,
       "without a fraction");
}

static void test_zone(void)
{
    char here[CLOCK_ISO_SIZE], there[CLOCK_ISO_SIZE];

    clock_iso(1795249502.5, here);
    setenv("TZ", "Asia/Kolkata", 1);
    tzset();
    clock_iso(1795249502.5, there);
    is_string(there, here, "the local zone does not matter");
    ok(clock_from_iso(there) > 1795249502.4 && clock_from_iso(there) < 1795249502.6,
       "nor for reading");
}

static void test_spans(void)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{-5, "0s"},       {0, "0s"},         {0.4, "0s"},
                 {0.6, "1s"},      {59.4, "59s"},     {59.6, "1m00s"},
                 {60, "1m00s"},    {3599, "59m59s"},  {3600, "1h00m"},
                 {7500, "2h05m"},  {86399, "23h59m"}, {86400, "1d00h"},
                 {97200, "1d03h"}, {1e18, "1157d09h"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[CLOCK_SPAN_SIZE];
        clock_span(cases[i].seconds, text);
        is_string(text, cases[i].text, "span");
    }
}

static void test_running(void)
{
    int64_t start = clock_monotonic_ms();

    ok(clock_monotonic_ms() >= start, "the monotonic clock never goes back");
    ok(clock_wall() > 1.7e9, "the wall clock counts from 1970");
}

int main(void)
{
    test_bad_iso();
    test_iso();
    test_zone();
    test_spans();
    test_running();
    return tap_done();
}
