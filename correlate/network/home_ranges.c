/* From prefixes to ranges. */
#include "correlate/network/home_ranges.h"

struct home_ranges home_ranges_of(const struct inventory *inventory)
{
    struct home_ranges home = {.exact = true};
    for (size_t i = 0; i < inventory->home_count; i++) {
        const struct cidr *net = &inventory->home[i];
        if (!ip_is_v4(&net->ip))
            continue;
        if (home.count == HOME_RANGES)
            return (struct home_ranges){.exact = false};
        home.lo[home.count] = ip_v4(&net->ip);
        home.hi[home.count++] = ip_v4(&net->ip) | (uint32_t)(UINT64_C(0xFFFFFFFF) >> net->bits);
    }
    return home;
}

enum home_place home_ranges_place(const struct home_ranges *home, const struct ipaddr *ip)
{
    if (!home->exact || !ip_is_v4(ip))
        return PLACE_UNSURE;
    uint32_t address = ip_v4(ip);
    for (int i = 0; i < home->count; i++)
        if (home->lo[i] <= address && address <= home->hi[i])
            return PLACE_HOME;
    return PLACE_OUTSIDE;
}
