/* Threat feeds: an import replaces a feed's content and keeps the history of what it dropped. */
#include "store/indicator.h"
#include "store/internal.h"
#include "store/rows.h"
#include "util/arena.h"

#include <stdlib.h>

/* One entry as it stands in the table; NULL there is ALWAYS here. A network is never written as a
 * domain is, so kind follows from network. */
struct entry {
    struct str network, note;
    int64_t kind, category, from_us, until_us;
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
    ROW_AT(ROW_TEXT, entry, network),
    ROW_AT(ROW_TEXT, entry, note),
    ROW_AT(ROW_I64, entry, kind),
    ROW_AT(ROW_I64, entry, category),
    ROW_AS(ROW_I64, entry, "since", from_us),
    ROW_AS(ROW_I64, entry, "until", until_us),
};
static const struct row_shape entry_shape = ROW_SHAPE("new_indicator", entry, entry_columns);

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

/* A domain is the feed's own text, which outlives the import. */
static bool keep_network(struct import *in, const struct indicator *i, struct str *kept)
{
    char network[CIDR_TEXT_SIZE];
    *kept = i->domain;
    if (i->kind == INDICATOR_DOMAIN)
        return true;
    cidr_format(&i->net, network);
    kept->len = strlen(network);
    kept->p = arena_strdup(&in->arena, (struct str){network, kept->len});
    return kept->p;
}

static bool take_indicator(struct import *in, const struct indicator *i)
{
    struct str network;
    if (!keep_network(in, i, &network))
        return false;
    in->entries[in->count++] = (struct entry){
        .network = network,
        .note = i->note,
        .kind = i->kind,
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
        "INSERT INTO indicator (feed, kind, network, category, since, until, note)"
        " SELECT :feed, kind, network, category, nullif(since, :always), nullif(until, :forever),"
        " ifnull(note, '') FROM new_indicator");
    query_bind_i(q, ":feed", in->feed);
    query_bind_i(q, ":always", INDICATOR_ALWAYS_FROM);
    query_bind_i(q, ":forever", INDICATOR_ALWAYS_UNTIL);
    query_step(q);
    bool done = query_done(q, err);
    store_rows_point(in->s, &entry_shape, NULL, 0);
    return done;
}

/* ------------------------------------------------------------------ import and removal */

static bool import_all(struct import *in, const struct feed *feed, int64_t now_us,
    struct feed_change *change, struct err *err)
{
    struct feed_change done = {0};
    if (!put_feed(in, feed, now_us, err) || !merge(in, &done.kept, err) ||
        !end_gone(in, now_us, err) || !add_new(in, err) ||
        !store_indicator_fingerprint_put(in->s, err))
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

static bool end_all(struct store *s, int64_t row, int64_t now_us, int64_t *ended, struct err *err)
{
    struct query *q = store_query(s, "indicators that ended",
        "UPDATE indicator SET ended = :now WHERE feed = :feed AND ended IS NULL RETURNING 1");
    int64_t count = 0;
    query_bind_i(q, ":now", now_us);
    query_bind_i(q, ":feed", row);
    while (query_step(q))
        count++;
    if (!query_done(q, err) || !store_indicator_fingerprint_put(s, err))
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
    if (!find_feed(s, name, &row, err) || !end_all(s, row, now_us, &count, err)) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, err))
        return false;
    *ended = count;
    return true;
}
