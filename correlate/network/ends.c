/* What an address id is. IPv6 addresses, which the store must be asked for, are remembered in a small
 * direct-mapped cache; what an IPv4 address is takes less time to work out than to remember. */
#include "correlate/network/ends.h"

#include <stdlib.h>

#define ENDS_SLOTS 16384

struct ends_cache {
    struct store *store;
    const struct inventory *inventory;
    struct end slots[ENDS_SLOTS];
    bool filled[ENDS_SLOTS];
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

static bool look(struct ends_cache *cache, int64_t id, struct end *end, struct err *err)
{
    end->id = id;
    if (!store_address(cache->store, id, &end->ip, err))
        return false;
    end->home = inventory_is_home(cache->inventory, &end->ip);
    end->peer = ip_is_peer(&end->ip);
    end->resource = inventory_find(cache->inventory, &end->ip);
    return true;
}

bool ends_look(struct ends_cache *cache, int64_t id, struct end *end, struct err *err)
{
    if (store_id_is_v4(id))
        return look(cache, id, end, err);
    uint64_t at = ((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15)) >> 50;
    if (!cache->filled[at] || cache->slots[at].id != id) {
        struct end fresh;
        if (!look(cache, id, &fresh, err))
            return false;
        cache->slots[at] = fresh;
        cache->filled[at] = true;
    }
    *end = cache->slots[at];
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
