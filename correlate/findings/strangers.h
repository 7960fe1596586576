/* Sources that are not among the usual ones of a port: out of the visits, by a tier's parameters.
 *
 *   learned_window   so long before a day (at most 32 days) its usual sources are looked for
 *   learned_days     networks that came on so many days of it are usual
 *   min_history      the port must have answered somebody so long before
 *   min_learned      … and have so many usual networks: a port that nobody uses regularly, such as one
 *                    for the data of FTP, has no rule that could be broken
 *   public_sources   a port with more usual networks is open to the world: nobody is a stranger
 *   crowd_sources    … likewise with more networks, usual or not
 *
 * A network is an IPv4 /24 or an IPv6 /64, a day one of UTC; the day itself is not learned from. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/facts/facts.h"
#include "correlate/network/inventory.h"
#include "store/store.h"

/* The subject of contacts that are about strangers. */
#define STRANGERS_SUBJECT "unlearned"

/* Whether a parameter is one of those above. */
bool strangers_know(const char *parameter);
/* The tier of a type that is about strangers; NULL. */
const struct tier *strangers_tier(const struct alert_type *type);

struct strangers_input {
    const struct alert_type *type;
    const struct inventory *inventory;
    int64_t flows_after, horizon_us; /* flows behind this row, and not later than this, are new */
    bool everywhere;                 /* judge all visits, not only where they are new */
};

/* Brings the type's contacts with strangers up to date with the visits; after facts_update(), before
 * judge_type(). What changed is added to the temporary table changed_contact. */
bool strangers_update(struct store *s, const struct strangers_input *input, struct err *err);
