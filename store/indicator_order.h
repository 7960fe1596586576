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

/* One for each of a list, in the list's order, which holds fewer than 2^32; free() gives them back. NULL
 * without memory. */
struct indicator_place *indicator_places(const struct indicator *indicators, size_t count);
/* Into the order of keys, of equal ones in the order in which they stood. *places may move. False
 * without memory. */
bool indicator_places_sort(struct indicator_place **places, size_t count);
