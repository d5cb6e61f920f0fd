/* identity.h - what a point is called: a readable slug and 48 bits of SHA-256
 *
 * The hash is over the words that are not parameters, the parameters in order, and the
 * copy number, each as its size, ':' and its bytes, so that no two lists give the same
 * text. Nothing else counts: not the rest of the grid, the style or the place of the
 * words.
 */
#ifndef LAUNCHER_PLAN_IDENTITY_H
#define LAUNCHER_PLAN_IDENTITY_H

#include "launcher/plan/plan.h"

#define POINT_ID_CHARACTERS \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._=,-"

/* What the points of one command share; not shared between threads. */
struct identity;

struct identity *identity_new(const struct words *literal); /* owned */
void identity_free(struct identity *identity);

/* The id of a point: slug of its parameters + 12 hex of SHA-256 over literal words and
 * parameters (length-prefixed, in order) and the copy number. */
void identity_of_point(struct identity *identity, const struct parameter *params,
                       size_t n_params, unsigned copy, char id[POINT_ID_SIZE]);

#endif
