/* The networks that came to one port in one block of days: in order, and packed as table `visit` keeps
 * them, so that a port is one row however many come. */
#pragma once

#include "util/err.h"
#include "util/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Those with the lowest addresses: a port with so many is open to everybody, and who else came does not
 * matter. */
#define VISITORS_MAX 4096

#define VISITOR_BYTES 12 /* of each: its id in 8, the days in 4, the lowest byte first */

struct visitor {
    int64_t net;   /* id of its first address */
    uint32_t days; /* bit i: it came on day i of the block */
};

struct visitors {
    size_t count;
    struct visitor items[VISITORS_MAX]; /* in order of net, each once */
};

/* False (ERR_DATA) for bytes that visitors_write() does not write. */
bool visitors_read(struct str bytes, struct visitors *list, struct err *err);
/* The text lasts until `room` is used again. */
struct str visitors_write(const struct visitors *list, char room[VISITORS_MAX * VISITOR_BYTES]);
/* Who came by either list, which is neither of them. */
void visitors_merge(const struct visitors *a, const struct visitors *b, struct visitors *both);
/* Whom, and which days of theirs, `now` has and `before` has not. */
void visitors_subtract(
    const struct visitors *now, const struct visitors *before, struct visitors *fresh);
/* The days of a network; 0: it did not come. */
uint32_t visitors_days(const struct visitors *list, int64_t net);
