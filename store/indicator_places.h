/* Indicators by their keys: the order in which feeds are compared and stored. */
#pragma once

#include "store/indicator.h"
#include "util/radix.h"

/* Of each its key, and where it stands in the list, which has fewer than 2^32, in the order of keys, of
 * equal ones in the list's; mark: where in the list there is one of which the feed says the same. free()
 * gives them back. NULL without memory. */
struct radix_item *indicator_places(const struct indicator *indicators, size_t count);
