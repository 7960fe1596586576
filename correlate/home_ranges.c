/* From prefixes to ranges of ids, which are in the order of the addresses. */
#include "correlate/home_ranges.h"

#include "store/query.h"

/* The nearest two become one where there is no room for another. */
static void add_range(struct home_ranges *home, int64_t lo, int64_t hi)
{
    int at = home->count;
    if (at == HOME_RANGES) {
        int64_t best = INT64_MAX;
        for (int i = 0; i < HOME_RANGES; i++) {
            int64_t from = home->lo[i] < lo ? home->lo[i] : lo;
            int64_t to = home->hi[i] > hi ? home->hi[i] : hi;
            if (to - from < best) {
                best = to - from;
                at = i;
            }
        }
        home->exact = 0;
        lo = home->lo[at] < lo ? home->lo[at] : lo;
        hi = home->hi[at] > hi ? home->hi[at] : hi;
    } else {
        home->count++;
    }
    home->lo[at] = lo;
    home->hi[at] = hi;
}

struct home_ranges home_ranges_of(const struct inventory *inventory)
{
    struct home_ranges home = {.exact = 1};
    for (size_t i = 0; i < inventory->home_count; i++) {
        const struct cidr *net = &inventory->home[i];
        if (!ip_is_v4(&net->ip))
            continue;
        int64_t lo = (int64_t)ip_v4(&net->ip) - (INT64_C(1) << 31); /* store_address_id() */
        add_range(&home, lo, lo + (INT64_C(1) << (32 - net->bits)) - 1);
    }
    return home;
}

void home_ranges_bind(const struct home_ranges *home, struct query *q)
{
    query_bind_i_if(q, ":exact", home->exact);
    for (int i = 0; i < HOME_RANGES; i++) {
        char lo[] = {':', 'l', 'o', (char)('0' + i), '\0'},
             hi[] = {':', 'h', 'i', (char)('0' + i), '\0'};
        query_bind_i_if(q, lo, i < home->count ? home->lo[i] : 1);
        query_bind_i_if(q, hi, i < home->count ? home->hi[i] : 0);
    }
}
