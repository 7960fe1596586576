/* Home networks as a few ranges of IPv4 addresses, for a first and quick look at who is where. */
#pragma once

#include "correlate/network/inventory.h"

#define HOME_RANGES 4

/* Where there is no room for all networks, nobody's place is sure. */
struct home_ranges {
    uint32_t lo[HOME_RANGES], hi[HOME_RANGES];
    int count;
    bool exact;
};

enum home_place { PLACE_UNSURE, PLACE_HOME, PLACE_OUTSIDE };

struct home_ranges home_ranges_of(const struct inventory *inventory);
/* IPv6 addresses are never sure. */
enum home_place home_ranges_place(const struct home_ranges *home, const struct ipaddr *ip);
