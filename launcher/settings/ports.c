#include "launcher/settings/ports.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

#define PER_SLICE ((size_t)(PORTS_SLICE / PORTS_GRAIN))

static const char *const services[PORTS_SERVICES] = {
    "gcs",        "client",     "dash",    "node",   "object", "env_agent",
    "agent_grpc", "agent_http", "metrics", "auto_m", "dash_m"};

const char *ports_service_name(size_t i)
{
    return services[i];
}

/* A number of at most five digits at `*text`, which moves behind it; -1: there is none.
 */
static long take_number(const char **text)
{
    size_t digits = strspn(*text, "0123456789");
    long number = 0;

    if (digits == 0 || digits > 5)
        return -1;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (*text)[i] - '0';
    *text += digits;
    return number;
}

int ports_span_parse(const char *text, const char *what, struct ports_span *ret_span,
                     struct error *err)
{
    const char *at = text;
    long first = take_number(&at);
    long last = *at == '-' ? (at++, take_number(&at)) : -1;

    if (first < 0 || last < 0 || *at)
        return error_set(err, ERROR_USAGE, "%s: '%s' is no range like 12032-14079",
                         what, text);
    if (first < PORTS_LOWEST || last > PORTS_HIGHEST || last < first)
        return error_set(err, ERROR_USAGE,
                         "%s: '%s' is no range of ports: they go from 1024 to 65535, "
                         "the smaller one first",
                         what, text);
    *ret_span = (struct ports_span){first, last};
    return 0;
}

struct ports_span ports_ephemeral(void)
{
    struct ports_span span = {32768, 60999};
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (file_read_all("/proc/sys/net/ipv4/ip_local_port_range", 256, &bytes, &size,
                      NULL) < 0)
        return span;
    const char *at = bytes;
    long first = take_number(&at);
    at += strspn(at, " \t");
    long last = take_number(&at);
    return first >= 0 && last >= first ? (struct ports_span){first, last} : span;
}

static void add_grains(struct ports_grid *grid, struct ports_span piece)
{
    long base = (piece.first + PORTS_GRAIN - 1) / PORTS_GRAIN * PORTS_GRAIN;

    for (; base + PORTS_GRAIN - 1 <= piece.last && grid->n_grains < PORTS_GRAINS_MAX;
         base += PORTS_GRAIN)
        grid->bases[grid->n_grains++] = base;
}

void ports_grid_make(struct ports_span range, struct ports_span ephemeral,
                     struct ports_grid *ret_grid)
{
    struct ports_span below = {
        range.first, range.last < ephemeral.first ? range.last : ephemeral.first - 1};
    struct ports_span above = {
        range.first > ephemeral.last ? range.first : ephemeral.last + 1, range.last};

    *ret_grid = (struct ports_grid){.n_grains = 0};
    if (below.last >= below.first)
        add_grains(ret_grid, below);
    if (above.last >= above.first)
        add_grains(ret_grid, above);
    if (below.last < below.first && above.last < above.first)
        add_grains(ret_grid, (struct ports_span){PORTS_LOWEST, ephemeral.first - 1});
    ret_grid->n_slices = ret_grid->n_grains / PER_SLICE;
    if (ret_grid->n_slices == 0)
        ret_grid->n_slices = 1;
}

/* Index of the first grain of a slice, and of the first one behind it. */
static size_t slice_grains(const struct ports_grid *grid, unsigned long uid,
                           size_t *ret_end)
{
    size_t number = uid % grid->n_slices;

    *ret_end = number == grid->n_slices - 1 ? grid->n_grains : (number + 1) * PER_SLICE;
    return number * PER_SLICE;
}

size_t ports_slice(const struct ports_grid *grid, unsigned long uid,
                   struct ports_area *ret_area)
{
    size_t end;

    *ret_area = (struct ports_area){.count = 0};
    for (size_t i = slice_grains(grid, uid, &end); i < end; i++) {
        long base = grid->bases[i];
        struct ports_span *last =
            ret_area->count ? &ret_area->spans[ret_area->count - 1] : NULL;
        if (last && last->last + 1 == base)
            last->last += PORTS_GRAIN;
        else if (ret_area->count < PORTS_AREA_SPANS)
            ret_area->spans[ret_area->count++] =
                (struct ports_span){base, base + PORTS_GRAIN - 1};
    }
    return uid % grid->n_slices;
}

long ports_workers(long cpus)
{
    return cpus > 100 / 8 ? 8 * cpus : 100;
}

/* Is the row of `need` grains from `base` among the allowed ones? */
static bool has_row(const struct ports_grid *grid, size_t start, size_t end, long base,
                    size_t need)
{
    size_t found = 0;

    for (size_t i = start; i < end && found < need; i++)
        found += grid->bases[i] == base + PORTS_GRAIN * (long)found;
    return found == need;
}

static void fill_job(long base, size_t need, long n_workers, struct ports_job *ret_job)
{
    long port = base;
    long count = 0;

    *ret_job = (struct ports_job){.span = {base, base + PORTS_GRAIN * (long)need - 1},
                                  .n_grains = need};
    for (; count < PORTS_RESERVED + n_workers; port++) {
        if (port % PORTS_GRAIN == 0)
            continue;
        if (count < PORTS_SERVICES)
            ret_job->services[count] = port;
        if (count == PORTS_RESERVED)
            ret_job->workers.first = port;
        ret_job->workers.last = port;
        count++;
    }
    ret_job->n_workers = n_workers;
}

void ports_first_job(const struct ports_grid *grid, unsigned long uid, bool strict,
                     long n_workers, struct ports_job *ret_job)
{
    size_t need =
        (size_t)((PORTS_RESERVED + n_workers + PORTS_GRAIN - 2) / (PORTS_GRAIN - 1));
    size_t end;
    size_t start = slice_grains(grid, uid, &end);
    size_t low = strict ? start : 0;
    size_t high = strict ? end : grid->n_grains;

    *ret_job = (struct ports_job){.n_grains = 0};
    for (size_t i = 0; i < high - low; i++) {
        size_t at = start + i < high ? start + i : start + i - high;
        if (has_row(grid, low, high, grid->bases[at], need)) {
            fill_job(grid->bases[at], need, n_workers, ret_job);
            return;
        }
    }
}
