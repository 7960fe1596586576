/* Remembers which figures of what is usual drift, so that each is told when it begins. */
#pragma once

#include "correlate/usual/usual.h"

struct drift_news {
    int64_t count;      /* figures that drift since this run */
    struct usual first; /* of them */
};

/* Looks at the addresses whose sums rollup_update() just made anew. Inside its transaction. */
bool drift_update(
    struct store *s, const struct catalog *catalog, struct drift_news *news, struct err *err);
