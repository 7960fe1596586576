/* The inventory as a whole: names and addresses checked, backends found, then asked by address. */
#include "correlate/network/inventory.h"

#include "correlate/network/standings.h"

#include <stdlib.h>

#define POOL_MAX_DEPTH 8 /* a pool of pools of … */

static int compare_by_name(const void *a_, const void *b_)
{
    const struct resource *a = *(struct resource *const *)a_, *b = *(struct resource *const *)b_;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a > b) - (a < b); /* the one declared first comes first */
}

static bool sort_resources(struct inventory *inv, struct err *err)
{
    size_t count = inv->resource_count;
    if (count == 0)
        return true;
    inv->by_name = malloc(count * sizeof *inv->by_name);
    if (!inv->by_name)
        return err_nomem(err);
    for (size_t i = 0; i < count; i++)
        inv->by_name[i] = &inv->resources[i];
    qsort(inv->by_name, count, sizeof *inv->by_name, compare_by_name);
    for (size_t i = 1; i < count; i++) {
        const struct resource *first = inv->by_name[i - 1], *again = inv->by_name[i];
        if (strcmp(first->name, again->name) == 0)
            return err_set(err, ERR_CONFIG, "%s:%d: resource '%s' was declared at %s:%d already",
                again->file, again->line, again->name, first->file, first->line);
    }
    return true;
}

static struct resource *resource_named(const struct inventory *inv, const char *name)
{
    size_t from = 0, to = inv->resource_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(inv->by_name[middle]->name, name);
        if (order == 0)
            return inv->by_name[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static bool resolve_backends(struct inventory *inv, struct resource *pool, struct err *err)
{
    pool->backends = arena_alloc(&inv->arena, pool->backend_count * sizeof *pool->backends);
    if (!pool->backends)
        return err_nomem(err);
    for (size_t i = 0; i < pool->backend_count; i++) {
        const char *name = pool->backend_names[i];
        pool->backends[i] = resource_named(inv, name);
        if (!pool->backends[i])
            return err_set(err, ERR_CONFIG,
                "%s:%d: backend '%s' of resource '%s' is not declared: add [resource %s]",
                pool->file, pool->line, name, pool->name, name);
    }
    return true;
}

/* Whoever follows backends relies on their end. checked[i]: the depth to which resource i was
 * followed already, so that pools that share members are not followed again and again. */
static bool check_depth(const struct inventory *inv, const struct resource *pool, int depth,
    uint8_t *checked, struct err *err)
{
    uint8_t *reached = &checked[pool - inv->resources];
    if (depth > POOL_MAX_DEPTH)
        return err_set(err, ERR_CONFIG,
            "%s:%d: resource '%s' is its own backend, or in a pool nested more than %d deep",
            pool->file, pool->line, pool->name, POOL_MAX_DEPTH);
    if (depth < *reached)
        return true;
    *reached = (uint8_t)(depth + 1);
    for (size_t i = 0; i < pool->backend_count; i++)
        if (!check_depth(inv, pool->backends[i], depth + 1, checked, err))
            return false;
    return true;
}

static bool finish_pools(struct inventory *inv, struct err *err)
{
    uint8_t *checked = calloc(inv->resource_count + 1, 1);
    bool ok = checked ? true : err_nomem(err);
    for (size_t i = 0; ok && i < inv->resource_count; i++)
        ok = resolve_backends(inv, &inv->resources[i], err);
    for (size_t i = 0; ok && i < inv->resource_count; i++)
        ok = check_depth(inv, &inv->resources[i], 0, checked, err);
    if (ok)
        inventory_group_pools(inv);
    free(checked);
    return ok;
}

/* One address of one resource. */
struct claim {
    const struct cidr *address;
    const struct resource *resource;
};

static int compare_claims(const void *a_, const void *b_)
{
    const struct claim *a = a_, *b = b_;
    int order = ip_cmp(&a->address->ip, &b->address->ip);
    if (order == 0)
        order = a->address->bits - b->address->bits;
    if (order == 0)
        order = (a->resource > b->resource) - (a->resource < b->resource);
    return order;
}

static bool check_claims(struct claim *claims, size_t count, struct err *err)
{
    if (count > 0)
        qsort(claims, count, sizeof *claims, compare_claims);
    for (size_t i = 1; i < count; i++) {
        const struct claim *first = &claims[i - 1], *again = &claims[i];
        if (!ip_eq(&first->address->ip, &again->address->ip) ||
            first->address->bits != again->address->bits)
            continue;
        char text[CIDR_TEXT_SIZE];
        cidr_format(again->address, text);
        return err_set(err, ERR_CONFIG,
            "%s:%d: %s of resource '%s' belongs to '%s' (%s:%d) already", again->resource->file,
            again->resource->line, text, again->resource->name, first->resource->name,
            first->resource->file, first->resource->line);
    }
    return true;
}

static bool check_addresses(const struct inventory *inv, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < inv->resource_count; i++)
        count += inv->resources[i].address_count;
    struct claim *claims = malloc((count + 1) * sizeof *claims);
    if (!claims)
        return err_nomem(err);
    count = 0;
    for (size_t i = 0; i < inv->resource_count; i++)
        for (size_t j = 0; j < inv->resources[i].address_count; j++)
            claims[count++] = (struct claim){&inv->resources[i].addresses[j], &inv->resources[i]};
    bool ok = check_claims(claims, count, err);
    free(claims);
    return ok;
}

static bool build_home_set(struct inventory *inv)
{
    prefix_set_free(inv->home_set);
    inv->home_set = prefix_set_new();
    bool ok = inv->home_set;
    for (size_t i = 0; ok && i < inv->home_count; i++)
        ok = prefix_set_add(inv->home_set, &inv->home[i], (uint32_t)i);
    return ok && prefix_set_freeze(inv->home_set);
}

static bool build_resource_set(struct inventory *inv)
{
    inv->resource_set = prefix_set_new();
    bool ok = inv->resource_set;
    for (size_t i = 0; ok && i < inv->resource_count; i++)
        for (size_t j = 0; ok && j < inv->resources[i].address_count; j++)
            ok = prefix_set_add(inv->resource_set, &inv->resources[i].addresses[j], (uint32_t)i);
    return ok && prefix_set_freeze(inv->resource_set);
}

static bool build_standings(struct inventory *inv)
{
    standings_free(inv->standings);
    return (inv->standings = standings_new(inv)) != NULL;
}

bool inventory_finish(struct inventory *inv, struct err *err)
{
    if (!sort_resources(inv, err) || !finish_pools(inv, err) || !check_addresses(inv, err))
        return false;
    return (build_home_set(inv) && build_resource_set(inv) && build_standings(inv)) ||
           err_nomem(err);
}

bool inventory_change_home(struct inventory *inv, struct str list, struct err *err)
{
    return inventory_set_home(inv, list, err) &&
           ((build_home_set(inv) && build_standings(inv)) || err_nomem(err));
}

void inventory_home_format(const struct inventory *inv, struct buf *out)
{
    char text[CIDR_TEXT_SIZE];
    for (size_t i = 0; i < inv->home_count; i++) {
        cidr_format(&inv->home[i], text);
        buf_printf(out, "%s%s", i > 0 ? "," : "", text);
    }
}

/* ------------------------------------------------------------------ by address */

static bool take_first(void *arg, const struct cidr *net, uint32_t value)
{
    (void)net;
    *(uint32_t *)arg = value;
    return false;
}

struct standing inventory_work_out(const struct inventory *inv, const struct ipaddr *ip)
{
    uint32_t found = UINT32_MAX;
    prefix_set_find(inv->resource_set, ip, take_first, &found);
    return (struct standing){
        .resource = found == UINT32_MAX ? NULL : &inv->resources[found],
        .home = prefix_set_has(inv->home_set, ip),
        .peer = ip_is_peer(ip),
        .global = ip_classify(ip) == IP_GLOBAL,
    };
}

struct standing inventory_standing(const struct inventory *inv, const struct ipaddr *ip)
{
    return ip_is_v4(ip) ? *standings_at(inv->standings, ip_v4(ip)) : inventory_work_out(inv, ip);
}

bool inventory_is_home(const struct inventory *inv, const struct ipaddr *ip)
{
    return inventory_standing(inv, ip).home;
}

const struct resource *inventory_find(const struct inventory *inv, const struct ipaddr *ip)
{
    return inventory_standing(inv, ip).resource;
}

/* ------------------------------------------------------------------ its fingerprint */

static uint64_t hash_cidr(const struct cidr *net, uint64_t seed)
{
    char text[CIDR_TEXT_SIZE];
    cidr_format(net, text);
    return str_hash(str_of(text), seed);
}

static uint64_t hash_number(unsigned n, uint64_t seed)
{
    char byte[4] = {(char)n, (char)(n >> 8), (char)(n >> 16), (char)(n >> 24)};
    return str_hash((struct str){byte, sizeof byte}, seed);
}

/* Sums of hashes, since the order of addresses and backends says nothing. */
static uint64_t hash_resource(const struct resource *resource)
{
    uint64_t hash = str_hash(str_of(resource->name), STR_HASH_START);
    hash = hash_number(resource->roles, hash_number(resource->type, hash));
    uint64_t sum = 0;
    for (size_t i = 0; i < resource->address_count; i++)
        sum += hash_cidr(&resource->addresses[i], hash);
    for (size_t i = 0; i < resource->backend_count; i++)
        sum += str_hash(str_of(resource->backends[i]->name), hash_number('b', hash));
    return hash + sum;
}

uint64_t inventory_fingerprint(const struct inventory *inv)
{
    uint64_t sum = hash_number(inv->ignore_internal, STR_HASH_START);
    for (size_t i = 0; i < inv->home_count; i++)
        sum += hash_cidr(&inv->home[i], hash_number('h', STR_HASH_START));
    for (size_t i = 0; i < inv->resource_count; i++)
        sum += hash_number('r', hash_resource(&inv->resources[i]));
    return sum;
}
