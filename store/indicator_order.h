/* The order in which the feeds' entries are kept, compared and searched: by key. */
#pragma once

#include "store/indicator.h"

#include <stddef.h>

/* One of a list of indicators, by its key. */
struct indicator_place {
    int64_t key;
    uint32_t at;   /* in the list */
    uint32_t mark; /* 0; the owner's */
};

/* A list in order of keys, of equal ones in the list's own order; free() gives it back. The list holds
 * fewer than 2^32. NULL without memory. */
struct indicator_place *indicator_order(
    const struct indicator *indicators, size_t count, struct err *err);
