/* Indicators by their keys: the order in which feeds are compared and stored. */
#pragma once

#include "store/indicator.h"
#include "util/radix.h"

/* Of each its key, and where it stands in the list, which has fewer than 2^32; free() gives them back.
 * NULL without memory. */
struct radix_item *indicator_places(const struct indicator *indicators, size_t count);
/* Into the order of keys. False without memory. */
bool indicator_places_sort(struct radix_item **places, size_t count);
