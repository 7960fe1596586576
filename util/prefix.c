/* A set of networks, asked which of them hold an address.
 *
 * Each family's networks stand in one array in order of (first address, widest first), and each
 * knows its parent, the narrowest other network around it. The last network that begins at or
 * before an address is either one that holds it or lies inside all that do, so an answer costs one
 * binary search and a walk up the parents, which come narrowest first by nature. A table over the
 * first 16 bits leaves the search only a few candidates in a big set. */
#include "util/prefix.h"

#include "util/list.h"

#include <stdlib.h>

#define SET_MAX    UINT32_C(0x7fffffff) /* networks of a set; positions are 32 bit */
#define NO_PARENT  UINT32_MAX
#define INDEX_BITS 16
#define INDEX_SIZE ((size_t)1 << INDEX_BITS)
#define INDEX_FROM 256 /* networks from which the index pays for the 256 KiB it takes */
#define V4_BITS    32
#define V6_BITS    128

/* An address left-aligned in 128 bits, IPv4 in the top 32. */
struct key {
    uint64_t head, tail;
};

struct node {
    uint64_t tail;
    uint32_t parent;
    uint32_t values; /* where its values begin; they end where the next node's begin */
    uint8_t bits;
};

/* heads stand apart from the nodes, so that the search touches as few cache lines as it can. */
struct family {
    uint64_t *heads;
    struct node *nodes; /* one more than count, as the end of the last one's values */
    uint32_t *values;
    uint32_t *index; /* INDEX_SIZE + 1: how many heads lie before each 16-bit start; or NULL */
    uint32_t count;
    bool v4;
};

struct addition {
    struct key key;
    uint32_t value;
    uint8_t bits;
    bool v4;
};

struct prefix_set {
    struct addition *additions; /* until it is frozen */
    size_t added, room;
    bool frozen;
    uint32_t count;
    struct family v4, v6;
};

static uint64_t read64(const uint8_t b[8])
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | b[i];
    return n;
}

static void write64(uint8_t b[8], uint64_t n)
{
    for (int i = 7; i >= 0; i--, n >>= 8)
        b[i] = (uint8_t)n;
}

static struct key key_of(const struct ipaddr *ip, bool v4)
{
    if (v4)
        return (struct key){(uint64_t)ip_v4(ip) << 32, 0};
    return (struct key){read64(ip->b), read64(ip->b + 8)};
}

/* The network part of a key. Shifting a 64-bit number by 64 is undefined, hence the cases. */
static struct key key_mask(struct key key, unsigned bits)
{
    struct key mask = {UINT64_MAX, UINT64_MAX};
    if (bits <= 64) {
        mask.head = bits == 0 ? 0 : UINT64_MAX << (64 - bits);
        mask.tail = 0;
    } else if (bits < V6_BITS) {
        mask.tail = UINT64_MAX << (V6_BITS - bits);
    }
    return (struct key){key.head & mask.head, key.tail & mask.tail};
}

struct prefix_set *prefix_set_new(void)
{
    struct prefix_set *set = calloc(1, sizeof *set);
    if (set)
        set->v4.v4 = true;
    return set;
}

static void family_done(struct family *f)
{
    free(f->heads);
    free(f->nodes);
    free(f->values);
    free(f->index);
}

void prefix_set_free(struct prefix_set *set)
{
    if (!set)
        return;
    family_done(&set->v4);
    family_done(&set->v6);
    free(set->additions);
    free(set);
}

bool prefix_set_add(struct prefix_set *set, const struct cidr *net, uint32_t value)
{
    if (set->frozen || set->added == SET_MAX)
        return false;
    if (!list_room(&set->additions, set->added, &set->room, sizeof *set->additions, NULL))
        return false;
    bool v4 = ip_is_v4(&net->ip);
    set->additions[set->added++] =
        (struct addition){.key = key_mask(key_of(&net->ip, v4), net->bits),
            .value = value,
            .bits = net->bits,
            .v4 = v4};
    return true;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_networks(const struct addition *a, const struct addition *b)
{
    int order = b->v4 - a->v4;
    if (order == 0)
        order = compare_u64(a->key.head, b->key.head);
    if (order == 0)
        order = compare_u64(a->key.tail, b->key.tail);
    return order != 0 ? order : a->bits - b->bits;
}

static int compare_additions(const void *a_, const void *b_)
{
    const struct addition *a = a_, *b = b_;
    int order = compare_networks(a, b);
    return order != 0 ? order : compare_u64(a->value, b->value);
}

/* Sorted additions without exact repetitions. */
static size_t drop_repetitions(struct addition *list, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_additions(&list[kept - 1], &list[i]) != 0)
            list[kept++] = list[i];
    return kept;
}

static bool node_holds(const struct family *f, uint32_t at, struct key key)
{
    key = key_mask(key, f->nodes[at].bits);
    return key.head == f->heads[at] && key.tail == f->nodes[at].tail;
}

/* From `at` upwards the first network that holds the key, or NO_PARENT. */
static uint32_t climb(const struct family *f, uint32_t at, struct key key)
{
    while (at != NO_PARENT && !node_holds(f, at, key))
        at = f->nodes[at].parent;
    return at;
}

static bool family_alloc(struct family *f, size_t count)
{
    f->heads = malloc(count * sizeof *f->heads);
    f->nodes = malloc((count + 1) * sizeof *f->nodes);
    f->values = malloc(count * sizeof *f->values);
    if (count >= INDEX_FROM)
        f->index = calloc(INDEX_SIZE + 1, sizeof *f->index);
    return f->heads && f->nodes && f->values && (count < INDEX_FROM || f->index);
}

/* Counts the heads of each 16-bit start, then adds up. */
static void family_index(struct family *f)
{
    for (uint32_t i = 0; i < f->count; i++)
        f->index[(f->heads[i] >> (64 - INDEX_BITS)) + 1]++;
    for (size_t i = 0; i < INDEX_SIZE; i++)
        f->index[i + 1] += f->index[i];
}

/* In this order a network's parent is the node before it or one of that node's ancestors. */
static bool family_build(struct family *f, const struct addition *list, size_t count)
{
    if (count == 0)
        return true;
    if (!family_alloc(f, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct addition *a = &list[i];
        f->values[i] = a->value;
        if (i > 0 && compare_networks(a, a - 1) == 0)
            continue;
        uint32_t before = f->count > 0 ? f->count - 1 : NO_PARENT;
        f->heads[f->count] = a->key.head;
        f->nodes[f->count] = (struct node){.tail = a->key.tail,
            .parent = climb(f, before, a->key),
            .values = (uint32_t)i,
            .bits = a->bits};
        f->count++;
    }
    f->nodes[f->count] = (struct node){.values = (uint32_t)count};
    if (f->index)
        family_index(f);
    return true;
}

bool prefix_set_freeze(struct prefix_set *set)
{
    if (set->frozen)
        return true;
    if (set->added > 0)
        qsort(set->additions, set->added, sizeof *set->additions, compare_additions);
    size_t count = drop_repetitions(set->additions, set->added);
    size_t v4 = 0;
    while (v4 < count && set->additions[v4].v4)
        v4++;
    bool ok = count == 0 || (family_build(&set->v4, set->additions, v4) &&
                                family_build(&set->v6, set->additions + v4, count - v4));
    free(set->additions);
    set->additions = NULL;
    set->count = ok ? (uint32_t)count : 0;
    set->frozen = true;
    return ok;
}

/* The last network that begins at or before the key, or NO_PARENT. */
static uint32_t search(const struct family *f, struct key key)
{
    uint32_t from = 0, to = f->count;
    if (f->index) {
        from = f->index[key.head >> (64 - INDEX_BITS)];
        to = f->index[(key.head >> (64 - INDEX_BITS)) + 1];
    }
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        uint64_t head = f->heads[middle];
        bool after = head > key.head || (head == key.head && f->nodes[middle].tail > key.tail);
        if (after)
            to = middle;
        else
            from = middle + 1;
    }
    return from > 0 ? from - 1 : NO_PARENT;
}

static const struct family *family_for(const struct prefix_set *set, const struct ipaddr *ip)
{
    return ip_is_v4(ip) ? &set->v4 : &set->v6;
}

bool prefix_set_has(const struct prefix_set *set, const struct ipaddr *ip)
{
    const struct family *f = family_for(set, ip);
    struct key key = key_of(ip, f->v4);
    return climb(f, search(f, key), key) != NO_PARENT;
}

static struct cidr node_cidr(const struct family *f, uint32_t at)
{
    struct cidr net = {.bits = f->nodes[at].bits};
    if (f->v4) {
        net.ip = ip_from_v4((uint32_t)(f->heads[at] >> 32));
    } else {
        write64(net.ip.b, f->heads[at]);
        write64(net.ip.b + 8, f->nodes[at].tail);
    }
    return net;
}

void prefix_set_find(const struct prefix_set *set, const struct ipaddr *ip,
    bool (*visit)(void *arg, const struct cidr *net, uint32_t value), void *arg)
{
    const struct family *f = family_for(set, ip);
    struct key key = key_of(ip, f->v4);
    /* Whatever is around a network that holds the key holds it too. */
    for (uint32_t at = climb(f, search(f, key), key); at != NO_PARENT; at = f->nodes[at].parent) {
        struct cidr net = node_cidr(f, at);
        for (uint32_t i = f->nodes[at].values; i < f->nodes[at + 1].values; i++)
            if (!visit(arg, &net, f->values[i]))
                return;
    }
}

uint32_t prefix_set_count(const struct prefix_set *set)
{
    return set->count;
}
