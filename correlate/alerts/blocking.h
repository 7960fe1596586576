/* From what alerts accuse addresses of to a list of what to block, without those that must not be. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/network/inventory.h"
#include "store/blocklist.h"
#include "util/arena.h"

/* Successful logins on so many days (UTC) make an address one of the regular users. */
#define BLOCKING_FAMILIAR_DAYS 2
/* Beyond so many accusations the rest, of the types that are least grave, is not read. */
#define BLOCKING_ACCUSATIONS_MAX 1000000

/* Why an accused address is not listed. */
enum block_guard { BLOCK_OWN, BLOCK_SPECIAL, BLOCK_ALLOWED, BLOCK_FAMILIAR, BLOCK_GUARDS };
/* "of own networks and resources", …: completes "3 ". */
extern const char *const block_guard_names[BLOCK_GUARDS];

struct blocking_request {
    const struct catalog *catalog;
    const struct inventory *inventory;
    const struct alert_type *const *types; /* NULL: all that accuse somebody */
    size_t type_count;
    int64_t now_us, ttl_us;
    size_t max; /* entries */
    int min_confidence;
};

struct block_guarded {
    struct block_entry entry;
    enum block_guard guard;
    int64_t days, first_login_us; /* BLOCK_FAMILIAR: logins on so many days, the first of them */
};

struct blocking {
    struct block_entry *entries; /* the gravest first, then the latest */
    size_t count;
    size_t over_max;               /* entries that were left out, the least grave */
    struct block_guarded *guarded; /* in order of address */
    size_t guarded_count, guard_counts[BLOCK_GUARDS];
    bool cut;           /* BLOCKING_ACCUSATIONS_MAX was reached */
    struct arena arena; /* holds the voices and their ids; types are the catalogue's */
};

/* Whether alerts of the type name an address to block, and where. Those of types in which our own
 * machine attacks do not, nor do visits to a sinkhole, which is on our side. */
bool blocking_accuses(const struct alert_type *type, enum accused_by *by);

/* What to block as of now_us: an entry lasts for ttl_us from its last evidence, and one whose time
 * is over is left out. blocking_done() in any case. */
bool blocking_make(struct store *s, const struct blocking_request *request, struct blocking *list,
    struct err *err);
void blocking_done(struct blocking *list);
