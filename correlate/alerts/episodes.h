/* Findings to alerts: findings of one key that lie close are one episode, and an episode is one
 * alert, cut every seven days. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/correlate.h"
#include "correlate/span.h"
#include "store/store.h"

#define EPISODE_MAX_US (7 * TIME_US_DAY)

/* Brings the alerts of the dirty keys up to date. changes_known: the temporary table changed_attempt has
 * all that changed since they were. Inside a transaction; adds to *totals. */
bool episodes_update(struct store *s, const struct correlate_input *input,
    const struct alert_type *type, const struct span_list *dirty, bool changes_known,
    struct correlate_totals *totals, struct err *err);
