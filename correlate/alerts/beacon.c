/* Regular contacts. */
#include "correlate/alerts/beacon.h"

#include "util/order.h"

#include <stdlib.h>

struct beacon beacon_of(int64_t *times, size_t count)
{
    struct beacon b = {0};
    size_t alike = 0;
    if (count < BEACON_CONTACTS_MIN)
        return b;
    b.gaps = count - 1;
    for (size_t i = 0; i < b.gaps; i++)
        times[i] = times[i + 1] - times[i];
    qsort(times, b.gaps, sizeof *times, order_i64);
    b.gap_us = times[b.gaps / 2];
    for (size_t i = 0; i < b.gaps; i++) {
        int64_t off = times[i] > b.gap_us ? times[i] - b.gap_us : b.gap_us - times[i];
        alike += off <= b.gap_us / 100 * BEACON_WITHIN;
    }
    b.share = (int)(alike * 100 / b.gaps);
    b.regular = b.share >= BEACON_SHARE_MIN && b.gap_us > BEACON_GAP_MIN_US;
    return b;
}
