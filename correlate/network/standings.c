/* The whole of IPv4, cut wherever a network begins or ends. */
#include "correlate/network/standings.h"

#include <stdlib.h>

struct standings {
    uint32_t *starts; /* of the ranges, the first is 0 */
    struct standing *ranges;
    size_t count;
    struct {
        uint32_t first, last; /* ranges that hold addresses with that first byte */
    } bytes[256];
};

/* ------------------------------------------------------------------ building */

static int compare_starts(const void *a_, const void *b_)
{
    uint32_t a = *(const uint32_t *)a_, b = *(const uint32_t *)b_;
    return (a > b) - (a < b);
}

/* A range begins with the network, and another behind it. */
static void cut_at(struct standings *all, const struct cidr *net)
{
    if (!ip_is_v4(&net->ip))
        return;
    uint32_t first = ip_v4(&net->ip), last = first | (uint32_t)(UINT64_C(0xFFFFFFFF) >> net->bits);
    all->starts[all->count++] = first;
    if (last < UINT32_MAX)
        all->starts[all->count++] = last + 1;
}

static void cut_all(struct standings *all, const struct inventory *inv)
{
    struct cidr net;
    all->starts[all->count++] = 0;
    for (size_t i = 0; ip_special_v4(i, &net); i++)
        cut_at(all, &net);
    for (size_t i = 0; i < inv->home_count; i++)
        cut_at(all, &inv->home[i]);
    for (size_t i = 0; i < inv->resource_count; i++)
        for (size_t j = 0; j < inv->resources[i].address_count; j++)
            cut_at(all, &inv->resources[i].addresses[j]);
    qsort(all->starts, all->count, sizeof *all->starts, compare_starts);
}

static size_t count_networks(const struct inventory *inv)
{
    struct cidr net;
    size_t count = inv->home_count;
    for (size_t i = 0; ip_special_v4(i, &net); i++)
        count++;
    for (size_t i = 0; i < inv->resource_count; i++)
        count += inv->resources[i].address_count;
    return count;
}

static bool alike(const struct standing *a, const struct standing *b)
{
    return a->resource == b->resource && a->home == b->home && a->peer == b->peer &&
           a->global == b->global;
}

/* Neighbours that are alike become one. */
static void judge_ranges(struct standings *all, const struct inventory *inv)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct ipaddr ip = ip_from_v4(all->starts[i]);
        const struct standing one = inventory_work_out(inv, &ip);
        if (kept > 0 && alike(&one, &all->ranges[kept - 1]))
            continue;
        all->starts[kept] = all->starts[i];
        all->ranges[kept++] = one;
    }
    all->count = kept;
}

static void index_bytes(struct standings *all)
{
    uint32_t at = 0;
    for (uint32_t byte = 0; byte < 256; byte++) {
        while (at + 1 < all->count && all->starts[at + 1] <= byte << 24)
            at++;
        all->bytes[byte].first = at;
        while (at + 1 < all->count && all->starts[at + 1] <= (byte << 24 | 0xFFFFFF))
            at++;
        all->bytes[byte].last = at;
    }
}

struct standings *standings_new(const struct inventory *inv)
{
    struct standings *all = calloc(1, sizeof *all);
    size_t room = 2 * count_networks(inv) + 1;
    if (!all)
        return NULL;
    all->starts = malloc(room * sizeof *all->starts);
    all->ranges = malloc(room * sizeof *all->ranges);
    if (!all->starts || !all->ranges) {
        standings_free(all);
        return NULL;
    }
    cut_all(all, inv);
    judge_ranges(all, inv);
    index_bytes(all);
    return all;
}

void standings_free(struct standings *all)
{
    if (!all)
        return;
    free(all->starts);
    free(all->ranges);
    free(all);
}

/* ------------------------------------------------------------------ asking */

const struct standing *standings_at(const struct standings *all, uint32_t v4)
{
    uint32_t from = all->bytes[v4 >> 24].first, to = all->bytes[v4 >> 24].last;
    while (from < to) {
        uint32_t middle = to - (to - from) / 2;
        if (all->starts[middle] <= v4)
            from = middle;
        else
            to = middle - 1;
    }
    return &all->ranges[from];
}
