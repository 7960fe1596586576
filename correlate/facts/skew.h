/* How far the two sensors' clocks are apart, by UTC day: the median difference between when each saw
 * a connection begin, over tuples that each saw once that day. Of all tuples those with the lowest
 * hashes are kept, the same for both sensors, so that neither the order nor the portions in which
 * records come make a difference and a day costs little. */
#pragma once

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* All ours: enough that a median is steady, and more than clocks without NTP are apart. */
#define SKEW_SAMPLE    256 /* tuples kept of each day and sensor */
#define SKEW_PAIRS_MIN 20  /* tuples that both saw: with fewer nothing is known */
#define SKEW_MAX_US    (INT64_C(300) * 1000000) /* times further apart are of two connections */
#define SKEW_STEP_US   INT64_C(100000) /* what is taken off is a multiple: it seldom changes */

struct skew;

/* NULL on failure. Holds on to its argument. */
struct skew *skew_new(struct store *s, struct err *err);
void skew_free(struct skew *skew);

/* A connection that began at t0 (microseconds); tuple is the hash of its ends, ident its name. */
bool skew_see(
    struct skew *skew, int sensor, uint64_t tuple, int64_t t0, int64_t ident, struct err *err);
/* Writes what was seen and reckons the days of it anew. The days whose skew is another now are added
 * to the temporary table changed_skew, which this makes anew. */
bool skew_settle(struct skew *skew, struct err *err);
/* What is to be taken off Suricata's times of the day (days since 1970, UTC); 0 where nothing is known. */
bool skew_of_day(struct store *s, int64_t day, int64_t *skew_us, struct err *err);
