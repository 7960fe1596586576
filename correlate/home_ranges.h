/* Home networks as ranges of address ids, for a first choice of flows in SQL: IPv4 alone. */
#pragma once

#include "correlate/inventory.h"

struct query;

#define HOME_RANGES 4

/* More networks than there is room for become wider ranges; then `exact` is 0, and they only tell who
 * may be at home. */
struct home_ranges {
    int64_t lo[HOME_RANGES], hi[HOME_RANGES];
    int count, exact;
};

/* SQL: whether the column of an address id lies in one of them; home_ranges_bind() gives the values. */
#define IN_HOME_RANGE(id, n) id " BETWEEN :lo" n " AND :hi" n
#define IN_HOME_RANGES(id)                                                                         \
    "(" IN_HOME_RANGE(id, "0") " OR " IN_HOME_RANGE(id, "1") " OR " IN_HOME_RANGE(                 \
        id, "2") " OR " IN_HOME_RANGE(id, "3") ")"

struct home_ranges home_ranges_of(const struct inventory *inventory);
/* Parameters :lo0 :hi0 and so on, and :exact. Those that the statement does not have are left. */
void home_ranges_bind(const struct home_ranges *home, struct query *q);
