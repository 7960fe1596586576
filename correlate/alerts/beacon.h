/* Whether contacts keep time like a program that calls home. Pure arithmetic. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fewer contacts say nothing; shorter gaps are one page being loaded (Sentinel, network session
 * beaconing: 15 events, 80 % alike, over 10 s apart). */
#define BEACON_CONTACTS_MIN 15
#define BEACON_SHARE_MIN    80 /* percent of the gaps … */
#define BEACON_WITHIN       10 /* … within so many percent of the median gap */
#define BEACON_GAP_MIN_US   INT64_C(10000000)

struct beacon {
    bool regular;
    int64_t gap_us; /* the median gap */
    int share;      /* percent of the gaps within BEACON_WITHIN percent of it */
    size_t gaps;
};

/* times: of the contacts, ascending; overwritten. */
struct beacon beacon_of(int64_t *times, size_t count);
