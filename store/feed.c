/* Threat feeds: an import replaces a feed's content and keeps the history of what it dropped. */
#include "store/indicator.h"
#include "store/internal.h"
#include "store/rows.h"
#include "util/arena.h"

#include <stdlib.h>

#define FINGERPRINT "indicators" /* its name in `state` */

const char *const indicator_category_names[INDICATOR_CATEGORIES] = {
    "", "c2", "malware", "sinkhole", "scanner", "blocklist"};

/* One entry as it stands in the table; NULL there is ALWAYS here. */
struct entry {
    struct str network, note;
    int64_t category, from_us, until_us;
};

/* An import under way. */
struct import {
    struct store *s;
    struct arena arena; /* holds the networks as text */
    struct entry *entries;
    size_t count;
    int64_t *gone; /* rows that the feed no longer has */
    size_t gone_count, gone_cap;
    int64_t feed; /* its row */
};

static const struct row_column entry_columns[] = {
    {"network", ROW_TEXT, offsetof(struct entry, network)},
    {"note", ROW_TEXT, offsetof(struct entry, note)},
    {"category", ROW_I64, offsetof(struct entry, category)},
    {"since", ROW_I64, offsetof(struct entry, from_us)},
    {"until", ROW_I64, offsetof(struct entry, until_us)},
};
static const struct row_shape entry_shape = {
    "new_indicator", sizeof(struct entry), entry_columns, 5};

static const struct row_column gone_columns[] = {{"id", ROW_I64, 0}};
static const struct row_shape gone_shape = {"gone_indicator", sizeof(int64_t), gone_columns, 1};

/* ------------------------------------------------------------------ what the feed says */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The order in which the table is read too. */
static int compare_entries(const struct entry *a, const struct entry *b)
{
    int order = str_cmp(a->network, b->network);
    order = order ? order : compare(a->category, b->category);
    order = order ? order : compare(a->from_us, b->from_us);
    return order ? order : compare(a->until_us, b->until_us);
}

static int compare_for_sort(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = compare_entries(x, y);
    return order ? order : str_cmp(x->note, y->note);
}

static bool take_indicator(struct import *in, const struct indicator *i)
{
    char network[CIDR_TEXT_SIZE];
    cidr_format(&i->net, network);
    size_t len = strlen(network);
    char *kept = arena_strdup(&in->arena, (struct str){network, len});
    if (!kept)
        return false;
    in->entries[in->count++] = (struct entry){
        .network = {kept, len},
        .note = i->note,
        .category = i->category,
        .from_us = i->from_us,
        .until_us = i->until_us,
    };
    return true;
}

/* Sorted, and each entry once: of several notes the first in order of bytes. */
static bool take_feed(struct import *in, const struct feed *feed)
{
    in->entries = malloc((feed->count ? feed->count : 1) * sizeof *in->entries);
    if (!in->entries)
        return false;
    for (size_t i = 0; i < feed->count; i++)
        if (!take_indicator(in, &feed->indicators[i]))
            return false;
    qsort(in->entries, in->count, sizeof *in->entries, compare_for_sort);
    size_t kept = 0;
    for (size_t i = 0; i < in->count; i++)
        if (kept == 0 || compare_entries(&in->entries[kept - 1], &in->entries[i]) != 0)
            in->entries[kept++] = in->entries[i];
    in->count = kept;
    return true;
}

/* ------------------------------------------------------------------ against what is stored */

static bool put_feed(struct import *in, const struct feed *feed, int64_t now_us, struct err *err)
{
    struct query *q = store_query(in->s, "feed",
        "INSERT INTO feed (name, format, imported) VALUES (:name, :format, :now)"
        " ON CONFLICT (name) DO UPDATE SET format = excluded.format, imported = excluded.imported"
        " RETURNING id");
    query_bind_s(q, ":name", str_of(feed->name));
    query_bind_s(q, ":format", str_of(feed->format));
    query_bind_i(q, ":now", now_us);
    if (query_step(q))
        in->feed = query_i(q, 0);
    return query_done(q, err);
}

static bool add_gone(struct import *in, int64_t row)
{
    if (in->gone_count == in->gone_cap) {
        size_t cap = in->gone_cap ? 2 * in->gone_cap : 256;
        int64_t *more = realloc(in->gone, cap * sizeof *more);
        if (!more)
            return false;
        in->gone = more;
        in->gone_cap = cap;
    }
    in->gone[in->gone_count++] = row;
    return true;
}

static const char stored_sql[] =
    "SELECT network, category, ifnull(since, :always), ifnull(until, :forever), id"
    " FROM indicator WHERE feed = :feed AND ended IS NULL ORDER BY 1, 2, 3, 4";

static struct entry stored_entry(struct query *q)
{
    return (struct entry){
        .network = query_s(q, 0),
        .category = query_i(q, 1),
        .from_us = query_i(q, 2),
        .until_us = query_i(q, 3),
    };
}

/* Walks both sorted lists side by side: what is in both is dropped from the entries, what is stored
 * alone is gone, and what remains is new. */
static bool merge(struct import *in, int64_t *kept, struct err *err)
{
    size_t next = 0, fresh = 0;
    bool memory = true;
    struct query *q = store_query(in->s, "indicators of a feed", stored_sql);
    query_bind_i(q, ":feed", in->feed);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    while (memory && query_step(q)) {
        struct entry stored = stored_entry(q);
        while (next < in->count && compare_entries(&in->entries[next], &stored) < 0)
            in->entries[fresh++] = in->entries[next++];
        if (next < in->count && compare_entries(&in->entries[next], &stored) == 0)
            next++, ++*kept;
        else
            memory = add_gone(in, query_i(q, 4));
    }
    while (next < in->count)
        in->entries[fresh++] = in->entries[next++];
    in->count = fresh;
    return query_done(q, err) && (memory || err_nomem(err));
}

static bool end_gone(struct import *in, int64_t now_us, struct err *err)
{
    if (!store_rows_define(in->s, &gone_shape, err))
        return false;
    store_rows_point(in->s, &gone_shape, in->gone, in->gone_count);
    struct query *q = store_query(in->s, "indicators that ended",
        "UPDATE indicator SET ended = :now WHERE id IN (SELECT id FROM gone_indicator)");
    query_bind_i(q, ":now", now_us);
    query_step(q);
    bool done = query_done(q, err);
    store_rows_point(in->s, &gone_shape, NULL, 0);
    return done;
}

static bool add_new(struct import *in, struct err *err)
{
    if (!store_rows_define(in->s, &entry_shape, err))
        return false;
    store_rows_point(in->s, &entry_shape, in->entries, in->count);
    struct query *q = store_query(in->s, "new indicators",
        "INSERT INTO indicator (feed, network, category, since, until, note)"
        " SELECT :feed, network, category, nullif(since, :always), nullif(until, :forever),"
        " ifnull(note, '') FROM new_indicator");
    query_bind_i(q, ":feed", in->feed);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    query_step(q);
    bool done = query_done(q, err);
    store_rows_point(in->s, &entry_shape, NULL, 0);
    return done;
}

/* ------------------------------------------------------------------ the fingerprint */

/* The columns of both readers below; `in force` leaves out what ended before it began. */
#define IN_FORCE_COLUMNS                                                                           \
    "f.name, i.network, i.category, ifnull(i.since, :always) AS since,"                            \
    " min(ifnull(i.until, :forever), ifnull(i.ended, :forever)) AS until, i.note"

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
static bool put_fingerprint(struct store *s, struct err *err)
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

/* ------------------------------------------------------------------ doors */

static bool import_all(struct import *in, const struct feed *feed, int64_t now_us,
    struct feed_change *change, struct err *err)
{
    struct feed_change done = {0};
    if (!put_feed(in, feed, now_us, err) || !merge(in, &done.kept, err) ||
        !end_gone(in, now_us, err) || !add_new(in, err) || !put_fingerprint(in->s, err))
        return false;
    done.added = (int64_t)in->count;
    done.ended = (int64_t)in->gone_count;
    *change = done;
    return true;
}

bool store_feed_import(struct store *s, const struct feed *feed, int64_t now_us,
    struct feed_change *change, struct err *err)
{
    struct import in = {.s = s};
    struct feed_change counted;
    bool done = false;
    if (!take_feed(&in, feed)) {
        err_nomem(err);
        goto done;
    }
    if (!store_begin(s, err))
        goto done;
    if (!import_all(&in, feed, now_us, &counted, err)) {
        store_rollback(s);
        goto done;
    }
    done = store_commit(s, err);
    if (done)
        *change = counted;
done:
    free(in.entries);
    free(in.gone);
    arena_done(&in.arena);
    return done;
}

static const char each_sql[] =
    "SELECT " IN_FORCE_COLUMNS " FROM feed f CROSS JOIN indicator i ON i.feed = f.id"
    " ORDER BY f.name, i.network, i.category, 4, 5, i.ended IS NOT NULL, i.note";

static bool row_indicator(struct query *q, struct indicator *i)
{
    *i = (struct indicator){
        .category = (enum indicator_category)query_i(q, 2),
        .from_us = query_i(q, 3),
        .until_us = query_i(q, 4),
        .note = query_s(q, 5),
    };
    return cidr_parse(query_s(q, 1), &i->net) && i->from_us < i->until_us;
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

/* Counted by numbers first: grouping all rows by the feed's name takes twice as long. */
static const char feeds_sql[] =
    "SELECT f.name, f.format, f.imported, c.category, c.active, c.ended"
    " FROM feed f LEFT JOIN (SELECT feed, category,"
    "   count(*) FILTER (WHERE ifnull(since <= :now, 1) AND ifnull(until > :now, 1)"
    "                      AND ifnull(ended > :now, 1)) AS active,"
    "   count(*) FILTER (WHERE until <= :now OR ended <= :now) AS ended"
    "   FROM indicator GROUP BY feed, category) c ON c.feed = f.id"
    " ORDER BY f.name, c.category";

/* Adds the counts of one category. */
static void add_counts(struct feed_info *info, struct query *q)
{
    int64_t category = query_i(q, 3);
    if (query_null(q, 3) || category <= 0 || category >= INDICATOR_CATEGORIES)
        return;
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
