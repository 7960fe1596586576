/* Load balancers and gateways with their members: who belongs together, who stands behind whom. */
#include "correlate/network/inventory.h"

bool inventory_is_member(const struct resource *pool, const struct resource *member)
{
    for (size_t i = 0; pool && i < pool->backend_count; i++)
        if (pool->backends[i] == member || inventory_is_member(pool->backends[i], member))
            return true;
    return false;
}

/* Gives all that hang together the least number among them; true when any changed. */
static bool spread_numbers(struct inventory *inv)
{
    bool changed = false;
    for (size_t i = 0; i < inv->resource_count; i++) {
        struct resource *pool = &inv->resources[i];
        for (size_t k = 0; k < pool->backend_count; k++) {
            struct resource *member = pool->backends[k];
            if (pool->group == member->group)
                continue;
            int64_t least = pool->group < member->group ? pool->group : member->group;
            pool->group = member->group = least;
            changed = true;
        }
    }
    return changed;
}

static bool has_companions(const struct inventory *inv, const struct resource *resource)
{
    if (resource->backend_count > 0)
        return true;
    for (size_t i = 0; i < inv->resource_count; i++)
        for (size_t k = 0; k < inv->resources[i].backend_count; k++)
            if (inv->resources[i].backends[k] == resource)
                return true;
    return false;
}

/* Facts hold the number, so it comes from a name and not from the order of files. */
static int64_t number_of(const struct inventory *inv, int64_t first)
{
    uint64_t hash = str_hash(str_of(inv->by_name[first]->name), STR_HASH_START);
    return (int64_t)(hash >> 33) | 1;
}

void inventory_group_pools(struct inventory *inv)
{
    for (size_t i = 0; i < inv->resource_count; i++)
        inv->by_name[i]->group = (int64_t)i;
    while (spread_numbers(inv))
        ;
    inv->any_pool = false;
    for (size_t i = 0; i < inv->resource_count; i++) {
        struct resource *resource = inv->by_name[i];
        bool grouped = has_companions(inv, resource);
        resource->group = grouped ? number_of(inv, resource->group) : 0;
        inv->any_pool |= grouped;
    }
}
