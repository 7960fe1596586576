/* A connection through a load balancer or gateway may be logged twice: on its way to the balancer, and
 * from there to a member. Both legs count once, for the balancer. */
#pragma once

#include "correlate/network/inventory.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* Why a fact does not count for itself. Order is stored. */
enum leg {
    LEG_NONE,    /* it counts */
    LEG_MATCHED, /* a member's half of a connection whose other half counts for its pool */
    LEG_BACKEND, /* opened by the pool itself: told by its ends alone */
};

/* How far apart the two halves may begin: ours, as for two sensors (correlate/facts/twins.h). */
#define LEGS_TOLERANCE_US (2 * INT64_C(1000000))

/* Finds the halves among the facts that changed (the temporary tables that facts_update() made), and
 * marks them. Keys whose facts count otherwise now are added to those tables. Inside a transaction. */
bool legs_update(struct store *s, const struct inventory *inventory, struct err *err);
/* Once more for contacts alone, some of which came since. */
bool legs_update_contacts(struct store *s, const struct inventory *inventory, struct err *err);
