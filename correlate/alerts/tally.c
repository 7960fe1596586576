/* Lists of addresses with counts. */
#include "correlate/alerts/tally.h"

#include "store/counts.h"
#include "util/list.h"

#include <stdlib.h>

bool tally_add(struct description *d, struct tally_list *list, struct tally tally, struct err *err)
{
    if (!store_address(d->store, tally.id, &tally.ip, err))
        return false;
    if (!list_room(&list->items, list->count, &list->cap, sizeof *list->items, err))
        return false;
    list->items[list->count++] = tally;
    return true;
}

static int by_rank_count_and_address(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return ip_cmp(&x->ip, &y->ip);
}

static int by_address(const void *a, const void *b)
{
    return ip_cmp(&((const struct tally *)a)->ip, &((const struct tally *)b)->ip);
}

static void add_up(struct tally *sum, const struct tally *t)
{
    sum->count += t->count;
    sum->more += t->more;
    sum->rank += t->rank;
    sum->inside |= t->inside;
}

void tally_sort(struct tally_list *list)
{
    size_t kept = 0;
    if (list->count == 0)
        return;
    qsort(list->items, list->count, sizeof *list->items, by_address);
    for (size_t i = 0; i < list->count; i++) {
        if (kept && ip_eq(&list->items[kept - 1].ip, &list->items[i].ip))
            add_up(&list->items[kept - 1], &list->items[i]);
        else
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    qsort(list->items, list->count, sizeof *list->items, by_rank_count_and_address);
}

/* The parts of a heap below `at`: on top is what comes last in the order. */
static void sift(struct tally *heap, size_t count, size_t at)
{
    for (size_t below; (below = 2 * at + 1) < count; at = below) {
        if (below + 1 < count && by_rank_count_and_address(&heap[below], &heap[below + 1]) < 0)
            below++;
        if (by_rank_count_and_address(&heap[at], &heap[below]) >= 0)
            return;
        struct tally kept = heap[at];
        heap[at] = heap[below];
        heap[below] = kept;
    }
}

void tally_first(struct tally_list *list, size_t count)
{
    struct tally *items = list->items;
    count = count < list->count ? count : list->count;
    if (count == 0)
        return;
    for (size_t i = count / 2; i-- > 0;)
        sift(items, count, i);
    for (size_t i = count; i < list->count; i++) {
        if (by_rank_count_and_address(&items[i], &items[0]) >= 0)
            continue;
        struct tally kept = items[0];
        items[0] = items[i];
        items[i] = kept;
        sift(items, count, 0);
    }
    qsort(items, count, sizeof *items, by_rank_count_and_address);
}

static const char *finish(struct description *d, struct buf *text)
{
    const char *kept = text->failed ? NULL : arena_strdup(d->arena, buf_str(text));
    buf_done(text);
    return kept;
}

const char *tally_text(
    struct description *d, const struct tally_list *list, size_t max, enum tally_figure figure)
{
    struct buf text = {0};
    for (size_t i = 0; i < list->count && i < max; i++) {
        char ip[IP_TEXT_SIZE];
        const struct tally *t = &list->items[i];
        ip_format(&t->ip, ip);
        buf_printf(&text, "%s%s", i ? ", " : "", ip);
        if (figure != TALLY_PLAIN)
            buf_printf(&text, " [%lld]", (long long)(figure == TALLY_COUNT ? t->count : t->more));
    }
    if (list->count > max)
        buf_printf(&text, ", +%zu more", list->count - max);
    return finish(d, &text);
}

void tally_tell(struct description *d, const struct tally_list *list)
{
    d->outside = d->inside = 0;
    for (size_t i = 0; i < list->count; i++) {
        char ip[IP_TEXT_SIZE];
        ip_format(&list->items[i].ip, ip);
        if (i < ALERT_ENTITIES_MAX)
            describe_ip(d, describe_text(d, "%s", ip));
        *(list->items[i].inside ? &d->inside : &d->outside) += 1;
    }
}

/* ------------------------------------------------------------------ networks */

/* Addresses by network: IPv4 by the number of the /24, IPv6 by the first half of its bytes. */
struct networks {
    struct counts v4, v6;
};

static bool count_networks(struct networks *n, const struct tally_list *list)
{
    int64_t times = 0;
    for (size_t i = 0; i < list->count && times >= 0; i++) {
        const struct ipaddr *ip = &list->items[i].ip;
        int64_t half;
        memcpy(&half, ip->b, sizeof half);
        times = ip_is_v4(ip) ? counts_add(&n->v4, ip_v4(ip) >> 8, 1) : counts_add(&n->v6, half, 1);
    }
    return times >= 0;
}

static struct ipaddr network_v4(int64_t key)
{
    return ip_from_v4((uint32_t)key << 8);
}

static struct ipaddr network_v6(int64_t key)
{
    struct ipaddr ip = {{0}};
    memcpy(ip.b, &key, sizeof key);
    return ip;
}

static bool list_networks(
    struct tally_list *list, const struct counts *counts, struct ipaddr (*network)(int64_t key))
{
    for (size_t i = 0; i < counts->slots; i++) {
        if (counts->counts[i] <= 0)
            continue;
        if (!list_room(&list->items, list->count, &list->cap, sizeof *list->items, NULL))
            return false;
        list->items[list->count++] =
            (struct tally){.ip = network(counts->keys[i]), .count = counts->counts[i]};
    }
    return true;
}

static void add_networks(struct buf *text, const struct tally_list *networks, size_t max)
{
    for (size_t i = 0; i < networks->count && i < max; i++) {
        char net[IP_TEXT_SIZE];
        const struct tally *t = &networks->items[i];
        ip_format(&t->ip, net);
        buf_printf(text, "%s%s/%d [%lld]", i ? ", " : "", net, ip_is_v4(&t->ip) ? 24 : 64,
            (long long)t->count);
    }
    if (networks->count > max)
        buf_printf(text, ", +%zu more", networks->count - max);
}

const char *tally_networks(struct description *d, const struct tally_list *list, size_t max)
{
    struct networks n = {{0}, {0}};
    struct tally_list networks = {0};
    struct buf text = {0};
    text.failed = !count_networks(&n, list) || !list_networks(&networks, &n.v4, network_v4) ||
                  !list_networks(&networks, &n.v6, network_v6);
    tally_first(&networks, max);
    add_networks(&text, &networks, max);
    tally_done(&networks);
    counts_done(&n.v4);
    counts_done(&n.v6);
    return finish(d, &text);
}

void tally_done(struct tally_list *list)
{
    free(list->items);
    *list = (struct tally_list){0};
}
