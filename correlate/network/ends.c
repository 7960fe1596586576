/* What an address id is. Of IPv6 addresses, which the store must be asked for, the last ones are
 * remembered, by a hash. */
#include "correlate/network/ends.h"

#include "correlate/network/standings.h"

#include <stdlib.h>

#define ENDS_SLOTS 16384

struct ends_cache {
    struct store *store;
    const struct inventory *inventory;
    struct end slots[ENDS_SLOTS]; /* id 0, which is none of IPv6: free */
};

struct ends_cache *ends_cache_new(struct store *s, const struct inventory *inventory)
{
    struct ends_cache *cache = calloc(1, sizeof *cache);
    if (cache) {
        cache->store = s;
        cache->inventory = inventory;
    }
    return cache;
}

void ends_cache_free(struct ends_cache *cache)
{
    free(cache);
}

static struct end end_of(int64_t id, struct ipaddr ip, const struct standing *at)
{
    return (struct end){id, ip, at->home, at->peer, at->global, at->resource};
}

static bool look_v6(struct ends_cache *cache, int64_t id, struct end *end, struct err *err)
{
    struct end *known = &cache->slots[(uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 50];
    if (known->id != id) {
        struct ipaddr ip;
        if (!store_address(cache->store, id, &ip, err))
            return false;
        const struct standing at = inventory_standing(cache->inventory, &ip);
        *known = end_of(id, ip, &at);
    }
    *end = *known;
    return true;
}

bool ends_look(struct ends_cache *cache, int64_t id, struct end *end, struct err *err)
{
    if (!store_id_is_v4(id))
        return look_v6(cache, id, end, err);
    uint32_t v4 = store_id_v4(id);
    *end = end_of(id, ip_from_v4(v4), standings_at(cache->inventory->standings, v4));
    return true;
}

int64_t ends_group(const struct end *own, const struct end *remote)
{
    if (own->resource && own->resource->group)
        return own->resource->group;
    return remote->resource ? -remote->resource->group : 0;
}

static bool is_backend(const struct end *client, const struct end *server)
{
    return client->resource && server->resource && client->resource->group != 0 &&
           client->resource->group == server->resource->group &&
           inventory_is_member(client->resource, server->resource);
}

enum ends_kind ends_kind(
    const struct ends_cache *cache, const struct end *client, const struct end *server)
{
    if (!client->peer || !server->peer || (!client->home && !server->home))
        return ENDS_TRANSIT;
    if (is_backend(client, server))
        return ENDS_BACKEND;
    if (client->home && server->home)
        return cache->inventory->ignore_internal ? ENDS_TRANSIT : ENDS_INTERNAL;
    return client->home ? ENDS_OUTGOING : ENDS_INCOMING;
}
