/* Remembers which figures of what is usual drift, so that each is told when it begins. */
#pragma once

#include "correlate/usual/usual.h"

struct drift_news {
    int64_t count;      /* figures that drift since this run */
    struct usual first; /* of them */
};

/* Looks at the addresses whose sums rollup_update() made anew in this run, or at all of them. Inside a
 * transaction. */
bool drift_update(struct store *s, const struct catalog *catalog, bool everything,
    struct drift_news *news, struct err *err);
