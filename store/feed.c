/* Threat feeds: an import replaces a feed's content and keeps the history of what it dropped. */
#include "store/indicator.h"
#include "store/internal.h"
#include "store/rows.h"
#include "util/arena.h"
#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

/* One entry as it stands in the table; NULL there is ALWAYS here. A network is never written as a
 * domain is, so kind follows from network. */
struct entry {
    struct str network, note;
    int64_t key, from_us, until_us;
    uint8_t kind, category;
};

/* An import under way. */
struct import {
    struct store *s;
    struct arena arena; /* holds the networks as text */
    struct entry *entries;
    size_t count;
    int64_t *gone; /* rows that the feed no longer has */
    size_t gone_count, gone_cap;
    int64_t feed;         /* its row */
    uint64_t feed_hash;   /* of its name */
    uint64_t hash_change; /* of the fingerprint */
};

static const struct row_column entry_columns[] = {
    ROW_AT(ROW_TEXT, entry, network),
    ROW_AT(ROW_TEXT, entry, note),
    ROW_AT(ROW_I64, entry, key),
    ROW_AT(ROW_U8, entry, kind),
    ROW_AT(ROW_U8, entry, category),
    ROW_AS(ROW_I64, entry, "since", from_us),
    ROW_AS(ROW_I64, entry, "until", until_us),
};
static const struct row_shape entry_shape = ROW_SHAPE("new_indicator", entry, entry_columns);

static const struct row_column gone_columns[] = {{"id", ROW_I64, 0}};
static const struct row_shape gone_shape = {"gone_indicator", sizeof(int64_t), gone_columns, 1};

/* ------------------------------------------------------------------ what the feed says */

/* The order in which the table is read too. */
static int compare_entries(const struct entry *a, const struct entry *b)
{
    int by = order(a->key, b->key);
    by = by ? by : str_cmp(a->network, b->network);
    by = by ? by : order(a->category, b->category);
    by = by ? by : order(a->from_us, b->from_us);
    return by ? by : order(a->until_us, b->until_us);
}

static int compare_for_sort(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int by = compare_entries(x, y);
    return by ? by : str_cmp(x->note, y->note);
}

/* A domain is the feed's own text, which outlives the import. */
static bool keep_network(struct import *in, const struct indicator *i, struct str *kept)
{
    char network[CIDR_TEXT_SIZE];
    *kept = i->domain;
    if (i->kind != INDICATOR_NETWORK)
        return true;
    cidr_format(&i->net, network);
    kept->len = strlen(network);
    kept->p = arena_strdup(&in->arena, (struct str){network, kept->len});
    return kept->p;
}

static int64_t key_of(const struct indicator *i)
{
    if (i->kind == INDICATOR_NETWORK)
        return indicator_key_net(&i->net.ip, i->net.bits);
    return i->kind == INDICATOR_DOMAIN ? indicator_key_domain(i->domain)
                                       : indicator_key_print(i->domain);
}

static bool take_indicator(struct import *in, const struct indicator *i)
{
    struct str network;
    if (!keep_network(in, i, &network))
        return false;
    in->entries[in->count++] = (struct entry){
        .network = network,
        .note = i->note,
        .key = key_of(i),
        .kind = (uint8_t)i->kind,
        .category = (uint8_t)i->category,
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

/* ------------------------------------------------------------------ the fingerprint */

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* What an entry that counts until then adds to the fingerprint; 0: it never counts. */
static uint64_t entry_hash(uint64_t feed_hash, const struct entry *e, int64_t until_us)
{
    if (e->from_us >= until_us)
        return 0;
    uint64_t hash = str_hash(e->network, mix(feed_hash));
    hash = mix(hash ^ (uint64_t)e->category);
    hash = mix(hash ^ (uint64_t)e->from_us);
    return mix(hash ^ (uint64_t)until_us);
}

/* What its end at that moment adds. */
static uint64_t end_hash(uint64_t feed_hash, const struct entry *e, int64_t ended_us)
{
    if (ended_us >= e->until_us)
        return 0;
    return entry_hash(feed_hash, e, ended_us) - entry_hash(feed_hash, e, e->until_us);
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

static bool add_gone(struct import *in, const struct entry *e, int64_t row, int64_t now_us)
{
    if (!list_room(&in->gone, in->gone_count, &in->gone_cap, sizeof *in->gone, NULL))
        return false;
    in->gone[in->gone_count++] = row;
    in->hash_change += end_hash(in->feed_hash, e, now_us);
    return true;
}

#define ENTRY_COLUMNS "key, network, category, ifnull(since, :always), ifnull(until, :forever)"

static const char stored_sql[] = "SELECT " ENTRY_COLUMNS ", id FROM indicator"
                                 " WHERE feed = :feed AND ended IS NULL ORDER BY 1, 2, 3, 4, 5";

static struct entry stored_entry(struct query *q)
{
    return (struct entry){
        .key = query_i(q, 0),
        .network = query_s(q, 1),
        .category = (uint8_t)query_i(q, 2),
        .from_us = query_i(q, 3),
        .until_us = query_i(q, 4),
    };
}

/* Walks both sorted lists side by side: what is in both is dropped from the entries, what is stored
 * alone is gone, and what remains is new. */
static bool merge(struct import *in, int64_t now_us, int64_t *kept, struct err *err)
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
            memory = add_gone(in, &stored, query_i(q, 5), now_us);
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
        "INSERT INTO indicator (feed, key, kind, network, category, since, until, note)"
        " SELECT :feed, key, kind, network, category, nullif(since, :always), nullif(until, :forever),"
        " ifnull(note, '') FROM new_indicator");
    query_bind_i(q, ":feed", in->feed);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    query_step(q);
    bool done = query_done(q, err);
    store_rows_point(in->s, &entry_shape, NULL, 0);
    return done;
}

/* Makes the new entries known to those who ask. */
static bool announce(struct import *in, struct err *err)
{
    int64_t *keys = malloc((in->count ? in->count : 1) * sizeof *keys);
    if (!keys)
        return err_nomem(err);
    for (size_t i = 0; i < in->count; i++) {
        const struct entry *e = &in->entries[i];
        keys[i] = e->key;
        in->hash_change += entry_hash(in->feed_hash, e, e->until_us);
    }
    bool done = store_indicator_filter_add(in->s, keys, in->count, err) &&
                store_indicator_fingerprint_add(in->s, in->hash_change, err);
    free(keys);
    return done;
}

/* ------------------------------------------------------------------ import and removal */

static bool import_all(struct import *in, const struct feed *feed, int64_t now_us,
    struct feed_change *change, struct err *err)
{
    struct feed_change done = {0};
    if (!put_feed(in, feed, now_us, err) || !merge(in, now_us, &done.kept, err) ||
        !end_gone(in, now_us, err) || !add_new(in, err) || !announce(in, err))
        return false;
    done.added = (int64_t)in->count;
    done.ended = (int64_t)in->gone_count;
    *change = done;
    return true;
}

bool store_feed_import(struct store *s, const struct feed *feed, int64_t now_us,
    struct feed_change *change, struct err *err)
{
    struct import in = {.s = s, .feed_hash = str_hash(str_of(feed->name), STR_HASH_START)};
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

static bool end_all(
    struct store *s, struct str name, int64_t row, int64_t now_us, int64_t *ended, struct err *err)
{
    struct query *q = store_query(s, "indicators that ended",
        "UPDATE indicator SET ended = :now WHERE feed = :feed AND ended IS NULL"
        " RETURNING " ENTRY_COLUMNS);
    uint64_t change = 0, feed_hash = str_hash(name, STR_HASH_START);
    int64_t count = 0;
    query_bind_i(q, ":now", now_us);
    query_bind_i(q, ":feed", row);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    for (; query_step(q); count++) {
        struct entry e = stored_entry(q);
        change += end_hash(feed_hash, &e, now_us);
    }
    if (!query_done(q, err) || !store_indicator_fingerprint_add(s, change, err))
        return false;
    *ended = count;
    return true;
}

bool store_feed_remove(
    struct store *s, struct str name, int64_t now_us, int64_t *ended, struct err *err)
{
    int64_t row = 0, count;
    if (!store_begin(s, err))
        return false;
    if (!find_feed(s, name, &row, err) || !end_all(s, name, row, now_us, &count, err)) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, err))
        return false;
    *ended = count;
    return true;
}
