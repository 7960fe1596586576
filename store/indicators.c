/* What the feeds hold, for readers: indicators in order, their fingerprint, the list of feeds. */
#include "store/indicator.h"
#include "store/internal.h"
#include "util/arena.h"

#define FINGERPRINT "indicators" /* its name in `state` */

const char *const indicator_category_names[INDICATOR_CATEGORIES] = {
    "", "c2", "malware", "sinkhole", "scanner", "blocklist", "allow"};
const char *const indicator_kind_names[INDICATOR_KINDS] = {"network", "domain"};

/* ------------------------------------------------------------------ the fingerprint */

/* The columns of both readers below; `in force` leaves out what ended before it began. */
#define IN_FORCE_COLUMNS                                                                           \
    "f.name, i.network, i.category, ifnull(i.since, :always) AS since,"                            \
    " min(ifnull(i.until, :forever), ifnull(i.ended, :forever)) AS until, i.note, i.kind"

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint64_t row_hash(struct query *q)
{
    uint64_t hash = str_hash(query_s(q, 0), STR_HASH_START);
    hash = str_hash(query_s(q, 1), mix(hash));
    for (int column = 2; column <= 4; column++)
        hash = mix(hash ^ (uint64_t)query_i(q, column));
    return hash;
}

/* A sum, so that the order does not matter. */
bool store_indicator_fingerprint_put(struct store *s, struct err *err)
{
    uint64_t sum = 0;
    struct query *q = store_query(s, "indicators",
        "SELECT " IN_FORCE_COLUMNS " FROM indicator i CROSS JOIN feed f ON f.id = i.feed"
        " WHERE ifnull(i.since, :always)"
        " < min(ifnull(i.until, :forever), ifnull(i.ended, :forever))");
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    while (query_step(q))
        sum += row_hash(q);
    return query_done(q, err) && store_state_set(s, FINGERPRINT, (int64_t)sum, err);
}

bool store_indicator_fingerprint(struct store *s, uint64_t *hash, struct err *err)
{
    int64_t value;
    if (!store_state_get(s, FINGERPRINT, 0, &value, err))
        return false;
    *hash = (uint64_t)value;
    return true;
}

/* ------------------------------------------------------------------ one after the other */

static const char each_sql[] =
    "SELECT " IN_FORCE_COLUMNS " FROM feed f CROSS JOIN indicator i ON i.feed = f.id"
    " ORDER BY f.name, i.network, i.category, 4, 5, i.ended IS NOT NULL, i.note";

static bool row_indicator(struct query *q, struct indicator *i)
{
    *i = (struct indicator){
        .kind = (enum indicator_kind)query_i(q, 6),
        .category = (enum indicator_category)query_i(q, 2),
        .from_us = query_i(q, 3),
        .until_us = query_i(q, 4),
        .note = query_s(q, 5),
    };
    if (i->kind == INDICATOR_DOMAIN) {
        i->domain = query_s(q, 1);
        i->net.bits = 128; /* "::", so that whoever overlooks the kind allows or blocks nothing */
    }
    return (i->kind == INDICATOR_DOMAIN || cidr_parse(query_s(q, 1), &i->net)) &&
           i->from_us < i->until_us;
}

bool store_indicator_each(struct store *s,
    bool (*visit)(void *arg, const char *feed, const struct indicator *indicator), void *arg,
    struct err *err)
{
    struct buf feed = {0};
    struct indicator i;
    struct query *q = store_query(s, "indicators in order", each_sql);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    while (!feed.failed && query_step(q)) {
        if (!feed.text || !str_eq(buf_str(&feed), query_s(q, 0))) {
            buf_clear(&feed);
            buf_add(&feed, query_s(q, 0));
        }
        if (!feed.failed && row_indicator(q, &i) && !visit(arg, feed.text, &i))
            break;
    }
    bool memory = !feed.failed;
    buf_done(&feed);
    return query_done(q, err) && (memory || err_nomem(err));
}

/* ------------------------------------------------------------------ the list of feeds */

/* Counted by numbers first: grouping all rows by the feed's name takes twice as long. */
static const char feeds_sql[] =
    "SELECT f.name, f.format, f.imported, c.category, c.active, c.ended, c.kind"
    " FROM feed f LEFT JOIN (SELECT feed, category, kind,"
    "   count(*) FILTER (WHERE ifnull(since <= :now, 1) AND ifnull(until > :now, 1)"
    "                      AND ifnull(ended > :now, 1)) AS active,"
    "   count(*) FILTER (WHERE until <= :now OR ended <= :now) AS ended"
    "   FROM indicator GROUP BY feed, category, kind) c ON c.feed = f.id"
    " ORDER BY f.name, c.category, c.kind";

/* Adds the counts of one category and kind. */
static void add_counts(struct feed_info *info, struct query *q)
{
    int64_t category = query_i(q, 3), kind = query_i(q, 6);
    if (query_null(q, 3) || category <= 0 || category >= INDICATOR_CATEGORIES || kind < 0 ||
        kind >= INDICATOR_KINDS)
        return;
    info->by_kind[kind] += query_i(q, 4);
    info->by_category[category] += query_i(q, 4);
    info->active += query_i(q, 4);
    info->ended += query_i(q, 5);
}

/* Forgets the last feed's strings. False without memory. */
static bool start_feed(struct feed_info *info, struct arena *arena, struct query *q)
{
    arena_reset(arena);
    *info = (struct feed_info){
        .name = arena_strdup(arena, query_s(q, 0)),
        .format = arena_strdup(arena, query_s(q, 1)),
        .imported_us = query_i(q, 2),
    };
    return info->name && info->format;
}

bool store_feed_each(struct store *s, int64_t now_us,
    void (*visit)(void *arg, const struct feed_info *info), void *arg, struct err *err)
{
    struct arena arena = {0};
    struct feed_info info = {0};
    bool memory = true;
    struct query *q = store_query(s, "feeds", feeds_sql);
    query_bind_i(q, ":now", now_us);
    while (memory && query_step(q)) {
        if (!info.name || !str_eq(str_of(info.name), query_s(q, 0))) {
            if (info.name)
                visit(arg, &info);
            memory = start_feed(&info, &arena, q);
        }
        if (memory)
            add_counts(&info, q);
    }
    bool done = query_done(q, err);
    if (done && memory && info.name)
        visit(arg, &info);
    arena_done(&arena);
    return done && (memory || err_nomem(err));
}
