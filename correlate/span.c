/* Spans of time by key. */
#include "correlate/span.h"

#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

int finding_key_cmp(const struct finding_key *a, const struct finding_key *b)
{
    int by = order(a->own, b->own);
    by = by ? by : order(a->remote, b->remote);
    by = by ? by : order(a->service, b->service);
    return by ? by : order(a->part, b->part);
}

/* Whether b, which does not begin before a, overlaps it or begins less than gap after its end. */
static bool joins(const struct span *a, const struct span *b, int64_t gap_us)
{
    return finding_key_cmp(&a->key, &b->key) == 0 && (b->t0 <= a->t1 || b->t0 - a->t1 < gap_us);
}

static void extend(struct span *a, const struct span *b)
{
    a->t0 = b->t0 < a->t0 ? b->t0 : a->t0;
    a->t1 = b->t1 > a->t1 ? b->t1 : a->t1;
}

bool span_add(struct span_list *list, const struct span *span, struct err *err)
{
    struct span *last = list->count ? &list->spans[list->count - 1] : NULL;
    if (last && span->t0 >= last->t0 && joins(last, span, 2)) {
        extend(last, span);
        return true;
    }
    if (!list_room(&list->spans, list->count, &list->cap, sizeof *list->spans, err))
        return false;
    list->spans[list->count++] = *span;
    return true;
}

bool span_add_outside(
    struct span_list *list, const struct span *span, int64_t lo, int64_t hi, struct err *err)
{
    struct span before = *span, after = *span;
    if (before.t1 >= lo)
        before.t1 = lo - 1;
    if (after.t0 <= hi)
        after.t0 = hi + 1;
    return (before.t0 > before.t1 || span_add(list, &before, err)) &&
           (after.t0 > after.t1 || span_add(list, &after, err));
}

bool span_add_inside(
    struct span_list *list, const struct span *span, int64_t lo, int64_t hi, struct err *err)
{
    struct span inside = *span;
    if (inside.t0 < lo)
        inside.t0 = lo;
    if (inside.t1 > hi)
        inside.t1 = hi;
    return inside.t0 > inside.t1 || span_add(list, &inside, err);
}

static int by_key_and_time(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    int by = finding_key_cmp(&x->key, &y->key);
    by = by ? by : order(x->t0, y->t0);
    return by ? by : order(x->t1, y->t1);
}

void span_join(struct span_list *list, int64_t gap_us)
{
    size_t kept = 0;
    if (list->count)
        qsort(list->spans, list->count, sizeof *list->spans, by_key_and_time);
    for (size_t i = 0; i < list->count; i++) {
        if (kept && joins(&list->spans[kept - 1], &list->spans[i], gap_us))
            extend(&list->spans[kept - 1], &list->spans[i]);
        else
            list->spans[kept++] = list->spans[i];
    }
    list->count = kept;
}

const struct span *span_at(const struct span_list *list, const struct finding_key *key, int64_t t)
{
    size_t lo = 0, hi = list->count; /* the first that begins after it */
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        const struct span *s = &list->spans[middle];
        int by = finding_key_cmp(&s->key, key);
        if (by < 0 || (by == 0 && s->t0 <= t))
            lo = middle + 1;
        else
            hi = middle;
    }
    const struct span *last = lo ? &list->spans[lo - 1] : NULL;
    return last && finding_key_cmp(&last->key, key) == 0 && last->t1 >= t ? last : NULL;
}

void span_clear(struct span_list *list)
{
    list->count = 0;
}

void span_done(struct span_list *list)
{
    free(list->spans);
    *list = (struct span_list){0};
}
