/* Lists of addresses with counts. */
#include "correlate/tally.h"

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

static void mask(struct ipaddr *ip)
{
    if (ip_is_v4(ip))
        ip->b[15] = 0;
    else
        memset(ip->b + 8, 0, 8);
}

const char *tally_networks(struct description *d, const struct tally_list *list, size_t max)
{
    struct tally_list networks = {
        malloc((list->count + 1) * sizeof(struct tally)), list->count, list->count + 1};
    struct buf text = {0};
    if (!networks.items)
        return NULL;
    for (size_t i = 0; i < list->count; i++) {
        networks.items[i] = list->items[i];
        networks.items[i].count = 1; /* addresses in it */
        networks.items[i].rank = 0;
        mask(&networks.items[i].ip);
    }
    tally_sort(&networks);
    for (size_t i = 0; i < networks.count && i < max; i++) {
        char net[IP_TEXT_SIZE];
        ip_format(&networks.items[i].ip, net);
        buf_printf(&text, "%s%s/%d [%lld]", i ? ", " : "", net,
            ip_is_v4(&networks.items[i].ip) ? 24 : 64, (long long)networks.items[i].count);
    }
    if (networks.count > max)
        buf_printf(&text, ", +%zu more", networks.count - max);
    tally_done(&networks);
    return finish(d, &text);
}

void tally_done(struct tally_list *list)
{
    free(list->items);
    *list = (struct tally_list){0};
}
