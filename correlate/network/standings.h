/* What each IPv4 address is by the inventory: ranges of addresses that are alike, in order. */
#pragma once

#include "correlate/network/inventory.h"

struct standings;

/* Of what inventory_work_out() says now. NULL without memory. */
struct standings *standings_new(const struct inventory *inventory);
void standings_free(struct standings *all);

const struct standing *standings_at(const struct standings *all, uint32_t v4);
