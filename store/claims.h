/* What one feed says of its entries, during an import: everything it says is one claim, however many
 * entries it says it of. They refer to it by number. */
#pragma once

#include "store/indicator_list.h"

#include <stddef.h>

struct claim {
    int64_t id; /* counted for each feed, from 1 */
    int64_t from_us, until_us;
    int64_t ended_us;        /* INDICATOR_ALWAYS_UNTIL: has not */
    int64_t entries, stored; /* so many refer to it: now, and before */
    struct str note;
    uint64_t hash;    /* of the feed, the category and the dates */
    uint32_t ends_as; /* the claim of those entries that end now; 0: none yet */
    uint8_t kind, category;
    bool wanted; /* by the new content of the feed */
};

/* Claims are told apart by their place in the list, which stays; what list[] points to does not. */
struct claims {
    struct store *s;
    int64_t feed;
    uint64_t feed_hash;
    struct claim *list; /* list[0] is none */
    size_t count, cap;
    uint32_t *by_id; /* places of those that were stored and not ended; 0: ended, or none */
    size_t ids;
    int64_t last_id;
    uint32_t *by_content; /* places, by hash of what they say; 0: free */
    size_t slots;
    uint32_t last_found;
    struct arena notes;
};

/* Those of a feed that have not ended. claims_done() gives back, also after a failure. */
bool claims_load(
    struct claims *c, struct store *s, int64_t feed, struct str feed_name, struct err *err);
void claims_done(struct claims *c);

/* The place of what a feed says, which is made if need be; note stays the saying's. 0 without
 * memory. */
uint32_t claims_want(struct claims *c, const struct saying *said);
/* The place of a claim that an entry refers to; 0: one that ended. */
uint32_t claims_place(const struct claims *c, int64_t id);
/* Takes an entry from a claim and gives it to the one that ended now; returns that one's place, which may
 * be the same. 0 without memory. */
uint32_t claims_end(struct claims *c, uint32_t place, int64_t now_us);
/* Writes what has changed. */
bool claims_save(struct claims *c, struct err *err);

/* In the order in which a name's entries stand: by category and dates. The note does not tell them
 * apart. */
int claim_compare(const struct claim *a, const struct claim *b);
/* What an entry of that key adds to the fingerprint, and what its end at that moment adds then. */
uint64_t claim_entry_hash(const struct claim *claim, int64_t key);
uint64_t claims_end_hash(
    const struct claims *c, const struct claim *claim, int64_t key, int64_t now_us);
