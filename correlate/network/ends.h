/* Whose end is whose: which of the two addresses of a record is ours, and what address an id is. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/network/inventory.h"
#include "store/store.h"

struct ends_cache;

/* NULL without memory. Holds on to both arguments. */
struct ends_cache *ends_cache_new(struct store *s, const struct inventory *inventory);
void ends_cache_free(struct ends_cache *cache);

enum ends_kind {
    ENDS_TRANSIT,  /* neither end is ours, or an end is no machine (multicast, …) */
    ENDS_INCOMING, /* client outside, server ours */
    ENDS_OUTGOING, /* client ours, server outside */
    ENDS_INTERNAL, /* both ours: judged by the outgoing rules */
    ENDS_BACKEND,  /* a load balancer or gateway to its member: the other half of a connection that
                    * counts where it came in, or a health probe */
};

/* One end: its id, address, and what it is. */
struct end {
    int64_t id;
    struct ipaddr ip;
    bool home;
    bool peer, global;               /* see struct standing */
    const struct resource *resource; /* NULL without one */
};

/* What that address is. */
bool ends_look(struct ends_cache *cache, int64_t id, struct end *end, struct err *err);
/* The group of pools that a fact belongs to by our end; by the other end, negative, where that alone
 * is in one, as for traffic between ours. 0: no pool has to do with it. */
int64_t ends_group(const struct end *own, const struct end *remote);
/* Internal traffic counts as transit where the inventory says to ignore it. */
enum ends_kind ends_kind(
    const struct ends_cache *cache, const struct end *client, const struct end *server);
