/* Brings the alerts up to date with what is stored: a pure function of the stored records, the
 * catalogue, the inventory, the indicators and now. */
#pragma once

#include "correlate/usual/drift.h"
#include "store/alert.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct catalog;
struct inventory;
struct sampling;

struct correlate_input {
    const struct catalog *catalog;
    const struct inventory *inventory;
    int64_t now_us; /* stamps on alerts; records later than now + 1 h wait until it has passed */
    const struct sampling *sampling; /* which logs hold one of N; NULL: none */
};

struct correlate_totals {
    int64_t records;       /* new flows, logins and signatures looked at */
    bool facts_rebuilt;    /* home or inventory changed: all flows were read again */
    bool network_changed;  /* since the last run: home or inventory, not only the login services */
    bool sampling_changed; /* of a log that was read before */
    int types_rejudged;    /* entries or feeds that changed, so judged over the whole span */
    int64_t alerts_new, alerts_changed, alerts_superseded, alerts_withdrawn, alerts_living;
    int64_t new_by_severity[SEVERITIES];
    int64_t beliefs_changed; /* indicators that are not believed any more, or again */
    struct drift_news drifts;
    int64_t transit; /* records that touch no home address */
};

/* Two transactions: the facts, then what they mean. A run that ends in between leaves alerts as they
 * were, and the next one makes up for it. The store must be open for writing. */
bool correlate_run(struct store *s, const struct correlate_input *input,
    struct correlate_totals *totals, struct err *err);

/* Checks what catalog_check_text() cannot: each query prepares, is read-only, and its parameters
 * are those of each tier. */
bool correlate_check(const struct catalog *catalog, struct err *err);
