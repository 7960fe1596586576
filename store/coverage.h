/* How much of the traffic a sensor saw, hour by hour: in which minutes, and with what loss. */
#pragma once

#include "store/store.h"

#define COVERAGE_TORN 10 /* ours: of a torn connection a tenth of the payload or more is missing */

struct coverage {
    const char *sensor;
    int64_t minutes;     /* of the span; a begun one counts */
    int64_t seen;        /* so many of them with records or reports */
    int64_t torn;        /* so many with connections that the sensor cut short or saw in part */
    int64_t whole, lost; /* as the sensor reports; whole 0: it does not */
    int64_t emergencies; /* its flow table was full: so often */
    bool reports;        /* it reports of itself, so that minutes without anything were not seen */
};

/* Visits each sensor that has anything in the hours of the span; which hours count is by their
 * minutes, what was lost is of whole hours. */
bool store_coverage_each(struct store *s, int64_t t0, int64_t t1,
    bool (*visit)(void *arg, const struct coverage *coverage), void *arg, struct err *err);
/* Whether any sensor tells of itself, or has torn connections, in an hour from t0's to t1's: if none does,
 * nothing can be said of what was not seen. */
bool store_coverage_told(struct store *s, int64_t t0, int64_t t1, bool *yes, struct err *err);
/* The last hour of all, as its beginning; *found false: there is none. */
bool store_coverage_last(struct store *s, int64_t *hour_us, bool *found, struct err *err);
/* "observed in 118 of 120 minutes, loss 0.3 %" */
void coverage_format(const struct coverage *coverage, struct buf *out);
/* Loss in thousandths; -1: not told. */
int coverage_loss(const struct coverage *coverage);
