/* Whether attempts come like clockwork: then somebody watches a service, rather than attacks it. */
#pragma once

#include "correlate/alerts/describe.h"

/* Ours. Shorter gaps are a program that guesses as fast as it may; how even gaps must be is as for
 * beacons (correlate/alerts/beacon.h). */
#define POLL_GAP_MIN_US  INT64_C(30000000)
#define POLL_SIZES_MIN   80 /* percent of the connections … */
#define POLL_SIZE_WITHIN 10 /* … whose payload is within so many percent of the median */

/* Adds lines of kind BASIS_PATTERN to an alert about one client and one server whose attempts are
 * such a poll: what is regular, and the role that would end it, as the inventory is written. It is
 * an alert all the same. After describe(). */
bool poll_tell(struct description *d, struct err *err);
