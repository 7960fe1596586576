/* What the sensors did not see: their own reports summed up by the hour, and told with each alert. */
#pragma once

#include "correlate/alerts/description.h"
#include "correlate/span.h"

/* Whether there is anything that coverage_update() has not looked at. */
bool coverage_waiting(struct store *s, bool *yes, struct err *err);
/* Sums up what is new. `changed` receives the hours of which alerts may tell something else now, as
 * spans without a key. Inside a transaction. */
bool coverage_update(struct store *s, struct span_list *changed, struct err *err);
/* The living alerts of the type that meet the changed hours, as keys to look at. */
bool coverage_mark(struct store *s, int64_t type_id, const struct span_list *changed,
    struct span_list *dirty, struct err *err);
/* Adds to an alert how much of its time was seen; sets d->loss and d->unseen. */
bool describe_coverage(struct description *d, struct err *err);
