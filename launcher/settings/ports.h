/* ports.h - the port rule: where on a node a user's jobs look for ports
 *
 * A range of ports, without the node's ephemeral ports (ip_local_port_range), is cut
 * into grains of 128 ports at multiples of 128. Sixteen grains are a slice; a user's
 * slice is number uid modulo the number of slices, and the last slice has what is left
 * over. A job takes as many grains in a row as hold 16 services and its workers; the
 * first port of each grain is the claim and is used for nothing else.
 *
 * templates/keeper/30-ports.py does this in the job, on each node. The two must give
 * the same ports: tests/unit/test_ports.c has rows computed by the keeper. Pure.
 */
#ifndef LAUNCHER_SETTINGS_PORTS_H
#define LAUNCHER_SETTINGS_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/error.h"
#include "launcher/common/text/text.h"

#define PORTS_LOWEST 1024L
#define PORTS_HIGHEST 65535L
#define PORTS_GRAIN 128L
#define PORTS_SLICE 2048L
#define PORTS_RESERVED 16L   /* of a job, for services */
#define PORTS_GRAINS_MAX 512 /* of 65,536 ports */
#define PORTS_AREA_SPANS 4
#define PORTS_SERVICES 11

struct ports_span {
    long first, last; /* inclusive; last < first: no port */
};

/* Ports that belong to one user; the ephemeral range may cut them in two. */
struct ports_area {
    struct ports_span spans[PORTS_AREA_SPANS];
    size_t count;
};

struct ports_grid {
    long bases[PORTS_GRAINS_MAX]; /* first port of each grain, ascending */
    size_t n_grains;
    size_t n_slices; /* at least 1, even if there is no grain */
};

/* The ports of one Ray node. */
struct ports_job {
    struct ports_span span; /* from the first grain's first port; 0…0: nothing fits */
    size_t n_grains;
    long services[PORTS_SERVICES]; /* ports_service_name() */
    struct ports_span workers;     /* without the claims that lie between */
    long n_workers;
};

/* A name and the ports that it takes, for ports_check_uses(). */
struct ports_use {
    const char *name; /* borrowed */
    struct ports_span span;
};

/* "12032-14079": ERROR_USAGE, beginning with `what`. */
int ports_span_parse(const char *text, const char *what, struct ports_span *ret_span,
                     struct error *err);

/* Ephemeral ports of this machine; Linux's default where /proc does not tell. */
struct ports_span ports_ephemeral(void);

void ports_grid_make(struct ports_span range, struct ports_span ephemeral,
                     struct ports_grid *ret_grid);

/* The slice of a uid, 0 … n_slices-1, and its ports. */
size_t ports_slice(const struct ports_grid *grid, unsigned long uid,
                   struct ports_area *ret_area);

/* Worker ports of a Ray node with so many CPUs: max(100, 8 × CPUs). */
long ports_workers(long cpus);

/* What a job of this user gets when no port is taken. `strict`: it never leaves the
 * slice. */
void ports_first_job(const struct ports_grid *grid, unsigned long uid, bool strict,
                     long n_workers, struct ports_job *ret_job);

const char *ports_service_name(size_t i); /* "gcs", "client", …, as the keeper says */

/* Ray's own rules (parameter.py, update_pre_selected_port): each port 1024 … 65535, the
 * worker range more than one port, and no port used by two components. ERROR_USAGE in
 * Ray's words. */
int ports_check_uses(const struct ports_use *uses, size_t count, struct error *err);

/* Append what a job's Ray node uses, for ports_check_uses(); room for
 * PORTS_SERVICES + 1. Returns how many. */
size_t ports_job_uses(const struct ports_job *job, struct ports_use *ret_uses);

/* The ports that Ray's documentation gives the k-th user of a node (community/slurm,
 * "multi-tenant"), k = 0 … 4, with the two ports that it leaves at Ray's defaults. Room
 * for PORTS_LAYOUT. */
#define PORTS_LAYOUT 8
#define PORTS_LAYOUT_WORKERS 5 /* which of them the worker ports are */
#define PORTS_LAYOUT_USERS 5
size_t ports_layout_uses(size_t k, struct ports_use *ret_uses);

/* Words for `ray start` that name what raylaunch itself chooses (ports, addresses, the
 * temp folder): they would collide with it, or be refused by Ray. Returns the option
 * ("--port"), borrowed, or NULL. */
const char *ports_owned_argument(const struct words *arguments);

#endif
