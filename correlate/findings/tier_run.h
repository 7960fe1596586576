/* One tier of a type while it is judged: what the files that judge it share. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/catalog/queries.h"
#include "correlate/span.h"
#include "store/store.h"

struct tier_run {
    struct store *store;
    const struct alert_type *type;
    const struct tier *tier;
    struct periodic_query query;
    int64_t type_id, tier_id, window_us;
    enum which { ADDED, WITHDRAWN, ALL } which; /* of what changed: see changed_attempt */
    struct span_list stored;                    /* where facts were added: findings that are met */
    struct span_list pieces;                    /* findings as they will be */
    struct span_list replaced;                  /* where those take the place of what is stored */
    struct span_list *dirty;                    /* where alerts have something else to tell */
};

/* Makes ready what the query looks at that is no fact of its own. */
bool tier_prepare(const struct tier_run *r, struct err *err);
