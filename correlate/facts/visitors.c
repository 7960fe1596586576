/* Lists of networks: merged, subtracted, packed. */
#include "correlate/facts/visitors.h"

static uint64_t read_bytes(const unsigned char *p, int count)
{
    uint64_t number = 0;
    for (int i = count; i-- > 0;)
        number = number << 8 | p[i];
    return number;
}

static void write_bytes(char *p, uint64_t number, int count)
{
    for (int i = 0; i < count; i++)
        p[i] = (char)(number >> 8 * i);
}

bool visitors_read(struct str bytes, struct visitors *list, struct err *err)
{
    bool good = bytes.len % VISITOR_BYTES == 0 && bytes.len / VISITOR_BYTES <= VISITORS_MAX;
    list->count = good ? bytes.len / VISITOR_BYTES : 0;
    for (size_t i = 0; i < list->count; i++) {
        const unsigned char *p = (const unsigned char *)bytes.p + i * VISITOR_BYTES;
        list->items[i] =
            (struct visitor){(int64_t)read_bytes(p, 8), (uint32_t)read_bytes(p + 8, 4)};
        good &= i == 0 || list->items[i - 1].net < list->items[i].net;
    }
    return good || err_set(err, ERR_DATA, "who came to a port is garbled");
}

struct str visitors_write(const struct visitors *list, char room[VISITORS_MAX * VISITOR_BYTES])
{
    for (size_t i = 0; i < list->count; i++) {
        write_bytes(room + i * VISITOR_BYTES, (uint64_t)list->items[i].net, 8);
        write_bytes(room + i * VISITOR_BYTES + 8, list->items[i].days, 4);
    }
    return (struct str){room, list->count * VISITOR_BYTES};
}

void visitors_merge(const struct visitors *a, const struct visitors *b, struct visitors *both)
{
    size_t i = 0, j = 0;
    both->count = 0;
    while (both->count < VISITORS_MAX && (i < a->count || j < b->count)) {
        struct visitor *next = &both->items[both->count++];
        bool from_a = j == b->count || (i < a->count && a->items[i].net <= b->items[j].net);
        *next = from_a ? a->items[i++] : b->items[j++];
        if (from_a && j < b->count && b->items[j].net == next->net)
            next->days |= b->items[j++].days;
    }
}

void visitors_subtract(
    const struct visitors *now, const struct visitors *before, struct visitors *fresh)
{
    fresh->count = 0;
    for (size_t i = 0, j = 0; i < now->count; i++) {
        struct visitor one = now->items[i];
        while (j < before->count && before->items[j].net < one.net)
            j++;
        if (j < before->count && before->items[j].net == one.net)
            one.days &= ~before->items[j].days;
        if (one.days)
            fresh->items[fresh->count++] = one;
    }
}

uint32_t visitors_days(const struct visitors *list, int64_t net)
{
    size_t from = 0, to = list->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (list->items[middle].net == net)
            return list->items[middle].days;
        if (list->items[middle].net < net)
            from = middle + 1;
        else
            to = middle;
    }
    return 0;
}
