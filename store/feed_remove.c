/* The end of a feed: its entries stay as history, what is said of them ends. */
#include "store/claims.h"
#include "store/indicator.h"
#include "store/indicator_page.h"
#include "store/internal.h"

static bool find_feed(struct store *s, struct str name, int64_t *row, struct err *err)
{
    struct query *q = store_query(s, "feed of that name", "SELECT id FROM feed WHERE name = :name");
    query_bind_s(q, ":name", name);
    bool found = query_step(q);
    if (found)
        *row = query_i(q, 0);
    return query_done(q, err) &&
           (found || err_set(err, ERR_USAGE, "there is no such feed; see 'tocsin intel list'"));
}

/* What the end of all of them comes to. */
struct ending {
    const struct claims *claims;
    int64_t now_us, ended;
    uint64_t hash_change;
};

static void end_one(void *arg, const struct page_entry *e)
{
    struct ending *ending = arg;
    uint32_t place = claims_place(ending->claims, e->claim);
    if (!place)
        return;
    ending->ended++;
    ending->hash_change += claims_end_hash(
        ending->claims, &ending->claims->list[place], page_entry_key(e), ending->now_us);
}

static bool end_claims(struct store *s, int64_t feed, int64_t now_us, struct err *err)
{
    struct query *q = store_query(s, "claims that ended",
        "UPDATE claim SET ended = :now WHERE feed = :feed AND ended IS NULL");
    query_bind_i(q, ":now", now_us);
    query_bind_i(q, ":feed", feed);
    query_step(q);
    return query_done(q, err);
}

static bool end_all(
    struct store *s, struct str name, int64_t now_us, int64_t *ended, struct err *err)
{
    int64_t feed = 0;
    struct claims claims = {0};
    struct ending ending = {.claims = &claims, .now_us = now_us};
    bool done = find_feed(s, name, &feed, err) && claims_load(&claims, s, feed, name, err) &&
                page_each(s, feed, end_one, &ending, err) && end_claims(s, feed, now_us, err) &&
                store_indicator_fingerprint_add(s, ending.hash_change, err);
    claims_done(&claims);
    if (done)
        *ended = ending.ended;
    return done;
}

bool store_feed_remove(
    struct store *s, struct str name, int64_t now_us, int64_t *ended, struct err *err)
{
    int64_t count;
    if (!store_begin(s, err))
        return false;
    if (!end_all(s, name, now_us, &count, err)) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, err))
        return false;
    *ended = count;
    return true;
}
