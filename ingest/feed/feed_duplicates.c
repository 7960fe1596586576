/* Of entries of a feed that say the same the first stays. */
#include "ingest/feed/feed_format.h"
#include "store/indicator_places.h"
#include "util/order.h"

#include <stdlib.h>

static int compare_meanings(const struct indicator *a, const struct indicator *b)
{
    int by = (int)a->kind - (int)b->kind;
    if (by == 0 && a->kind != INDICATOR_NETWORK)
        by = str_cmp(a->domain, b->domain);
    else if (by == 0)
        by = ip_cmp(&a->net.ip, &b->net.ip);
    if (by == 0)
        by = a->net.bits - b->net.bits;
    if (by == 0)
        by = (int)a->category - (int)b->category;
    if (by == 0)
        by = order(a->from_us, b->from_us);
    return by != 0 ? by : order(a->until_us, b->until_us);
}

static int compare_places(const void *a_, const void *b_, void *indicators)
{
    const struct indicator *list = indicators;
    const struct radix_item *a = a_, *b = b_;
    int by = compare_meanings(&list[a->at], &list[b->at]);
    return by != 0 ? by : order(a->at, b->at); /* the first in the file comes first */
}

#define DUPLICATE 255 /* in net.bits, between finding and dropping */

/* Among entries of one key. */
static void mark_duplicates(struct indicator *list, struct radix_item *places, size_t count)
{
    qsort_r(places, count, sizeof *places, compare_places, list);
    const struct indicator *first = &list[places[0].at];
    for (size_t i = 1; i < count; i++) {
        struct indicator *next = &list[places[i].at];
        if (compare_meanings(first, next) == 0)
            next->net.bits = DUPLICATE;
        else
            first = next;
    }
}

static void drop_marked(struct feed *feed)
{
    size_t kept = 0;
    for (size_t i = 0; i < feed->count; i++)
        if (feed->indicators[i].net.bits != DUPLICATE)
            feed->indicators[kept++] = feed->indicators[i];
    feed->count = kept;
}

bool feed_drop_duplicates(struct feed_result *result, struct err *err)
{
    struct feed *feed = &result->feed;
    size_t count = feed->count, next;
    bool any = false;
    struct radix_item *places = indicator_places(feed->indicators, count);
    if (!places)
        return err_nomem(err);
    for (size_t i = 0; i < count; i = next) {
        for (next = i + 1; next < count && places[next].key == places[i].key;)
            next++;
        if (next - i > 1) {
            mark_duplicates(feed->indicators, places + i, next - i);
            any = true;
        }
    }
    if (any) {
        drop_marked(feed);
        free(places);
        places = NULL;
    }
    feed->places = places;
    result->duplicates = (int64_t)(count - feed->count);
    return true;
}
