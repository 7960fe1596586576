/* Threat feeds: an import replaces a feed's content and keeps the history of what it dropped. */
#include "store/claims.h"
#include "store/indicator.h"
#include "store/indicator_filter.h"
#include "store/indicator_page_writer.h"
#include "store/internal.h"
#include "util/list.h"
#include "util/order.h"

#include <stdlib.h>

/* A page as it was stored. */
struct stored_page {
    int64_t row, first;
};

/* An import under way. */
struct import {
    struct store *s;
    const struct feed *feed;
    struct indicator_list *list; /* the feed's; mark becomes the claim's place */
    int64_t now_us;
    struct claims claims;
    size_t next;     /* entry to be merged */
    size_t fresh;    /* so many at the beginning of the list are new */
    struct str name; /* of the next one; STR_NONE: an IPv4 network, which its key tells */
    struct stored_page *pages;
    size_t page_count, page_cap;
    struct page_writer out;
    struct indicator_filling filling;
    uint64_t hash_change; /* of the fingerprint */
    struct feed_change change;
};

/* ------------------------------------------------------------------ what the feed says */

static bool find_claims(struct import *in, struct err *err)
{
    const struct indicator_list *list = in->list;
    uint32_t said = UINT32_MAX, claim = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].mark != said) {
            indicator_list_fetch_said(list, i);
            said = list->entries[i].mark;
            claim = claims_want(&in->claims, &list->said[said]);
            if (!claim)
                return err_nomem(err);
        }
        list->entries[i].mark = claim;
    }
    return true;
}

static bool take_feed(struct import *in, struct err *err)
{
    return indicator_list_sort(in->list, err) && find_claims(in, err);
}

/* ------------------------------------------------------------------ side by side */

/* The next entry of the feed, of a key before `end`; NULL: there is none. */
static const struct radix_item *next_entry(const struct import *in, int64_t end)
{
    bool any = in->next < in->list->count && in->list->entries[in->next].key < end;
    return any ? &in->list->entries[in->next] : NULL;
}

static void name_next(struct import *in)
{
    if (in->next == in->list->count)
        return;
    indicator_list_fetch_name(in->list, in->next);
    in->name = indicator_list_name(in->list, &in->list->entries[in->next]);
}

static bool add_fresh(struct import *in, struct err *err)
{
    const struct radix_item entry = in->list->entries[in->next++];
    struct claim *claim = &in->claims.list[entry.mark];
    claim->entries++;
    in->hash_change += claim_entry_hash(claim, entry.key);
    in->out.changed = true;
    if (!page_writer_add(&in->out, entry.key, in->name, claim->id, err))
        return false;
    if (in->fresh + 1 < in->next) /* else it stands there, and a thread may read it */
        in->list->entries[in->fresh] = entry;
    in->fresh++;
    name_next(in);
    return true;
}

/* So many addresses, no more than a page holds, come one after the other of which the feed says the same. */
static size_t alike_ahead(const struct import *in, int64_t end)
{
    const struct radix_item *next = &in->list->entries[in->next];
    size_t count = 0, left = in->list->count - in->next;
    while (count < left && count < PAGE_ADDRESSES && next[count].mark == next->mark &&
           ((unsigned)next[count].key & 0xFF) == PAGE_ADDRESS_FORM && next[count].key < end &&
           (count == 0 || next[count - 1].key < next[count].key))
        count++;
    return count;
}

/* Most of a long list: a page at once. *added: so many, or none. */
static bool add_page(struct import *in, int64_t end, size_t *added, struct err *err)
{
    struct radix_item *next = &in->list->entries[in->next];
    struct claim *claim = &in->claims.list[next->mark];
    if (!page_writer_add_page(&in->out, next, alike_ahead(in, end), claim->id, added, err))
        return false;
    for (size_t i = 0; i < *added; i++)
        in->hash_change += claim_entry_hash(claim, next[i].key);
    claim->entries += (int64_t)*added;
    if (in->fresh < in->next)
        memmove(&in->list->entries[in->fresh], next, *added * sizeof *next);
    in->fresh += *added;
    in->next += *added;
    name_next(in);
    return true;
}

/* One of a page. */
struct stored_entry {
    struct page_entry at;
    int64_t key;
    uint32_t claim; /* its place; 0: it ended before */
};

/* What ended before stands before the others of its name, and is passed by. */
static int compare_next(
    const struct import *in, const struct radix_item *next, struct stored_entry *stored)
{
    bool same = next && in->name.p && str_eq(in->name, stored->at.name);
    stored->key = same ? next->key : page_entry_key(&stored->at);
    int by = next ? order(next->key, stored->key) : 1;
    if (by == 0 && in->name.p && !same)
        by = str_cmp(in->name, stored->at.name);
    if (by != 0 || !stored->claim)
        return by ? by : 1;
    return claim_compare(&in->claims.list[next->mark], &in->claims.list[stored->claim]);
}

static bool end_entry(struct import *in, struct stored_entry *stored, struct err *err)
{
    const struct claim *claim = &in->claims.list[stored->claim];
    in->hash_change += claims_end_hash(&in->claims, claim, stored->key, in->now_us);
    uint32_t ended = claims_end(&in->claims, stored->claim, in->now_us);
    if (!ended)
        return err_nomem(err);
    in->out.changed |= ended != stored->claim;
    stored->at.claim = in->claims.list[ended].id;
    in->change.ended++;
    return true;
}

/* Writes what comes before a stored entry, then that, which the feed may have or have no longer. */
static bool merge_entry(
    struct import *in, struct stored_entry *stored, int64_t end, struct err *err)
{
    int by;
    while ((by = compare_next(in, next_entry(in, end), stored)) < 0)
        if (!add_fresh(in, err))
            return false;
    if (by > 0 && stored->claim && !end_entry(in, stored, err))
        return false;
    if (!page_writer_add(&in->out, stored->key, stored->at.name, stored->at.claim, err))
        return false;
    if (by == 0) {
        in->change.kept++;
        in->next++;
        name_next(in);
    }
    return true;
}

static bool add_all_before(struct import *in, int64_t end, struct err *err)
{
    size_t added = 1;
    while (added > 0 && next_entry(in, end))
        if (!add_page(in, end, &added, err))
            return false;
    while (next_entry(in, end))
        if (!add_fresh(in, err))
            return false;
    return true;
}

/* Walks the page and the feed's entries of its keys side by side: both are in order. */
static bool merge_entries(struct import *in, const struct page *page, int64_t end, struct err *err)
{
    struct page_reader reader = {0};
    struct stored_entry stored;
    bool damaged = false, good = true;
    page_reader_start(&reader, page);
    while (good && page_reader_next(&reader, &stored.at, &damaged)) {
        stored.claim = claims_place(&in->claims, stored.at.claim);
        good = merge_entry(in, &stored, end, err);
    }
    if (damaged)
        good = page_damaged(err);
    page_reader_done(&reader);
    return good && add_all_before(in, end, err) && page_writer_end(&in->out, err);
}

static bool merge_page(struct import *in, size_t page, struct err *err)
{
    int64_t end = page + 1 < in->page_count ? in->pages[page + 1].first : INT64_MAX;
    bool good = true;
    struct query *q = store_query(
        in->s, "page of indicators", "SELECT " PAGE_COLUMNS " FROM indicator_page WHERE id = :id");
    query_bind_i(q, ":id", in->pages[page].row);
    page_writer_start(&in->out, in->pages[page].row, in->pages[page].first);
    if (query_step(q)) {
        struct page stored = page_of(q, 0);
        good = merge_entries(in, &stored, end, err);
    }
    return query_done(q, good ? err : NULL) && good;
}

/* Found before any is written: a page that is cut in two would be met twice. */
static bool find_pages(struct import *in, struct err *err)
{
    bool memory = true;
    struct query *q = store_query(in->s, "pages of a feed",
        "SELECT id, first FROM indicator_page WHERE feed = :feed ORDER BY first");
    query_bind_i(q, ":feed", in->out.feed);
    while (memory && query_step(q)) {
        memory = list_room(&in->pages, in->page_count, &in->page_cap, sizeof *in->pages, NULL);
        if (memory)
            in->pages[in->page_count++] = (struct stored_page){query_i(q, 0), query_i(q, 1)};
    }
    return query_done(q, err) && (memory || err_nomem(err));
}

static bool merge(struct import *in, struct err *err)
{
    name_next(in);
    for (size_t i = 0; i < in->page_count; i++)
        if (!merge_page(in, i, err))
            return false;
    if (in->page_count > 0)
        return true;
    page_writer_start(&in->out, 0, INDICATOR_PAGE_FIRST);
    return add_all_before(in, INT64_MAX, err) && page_writer_end(&in->out, err);
}

/* ------------------------------------------------------------------ import */

static bool put_feed(
    struct store *s, const struct feed *feed, int64_t now_us, int64_t *row, struct err *err)
{
    struct query *q = store_query(s, "feed",
        "INSERT INTO feed (name, format, imported) VALUES (:name, :format, :now)"
        " ON CONFLICT (name) DO UPDATE SET format = excluded.format, imported = excluded.imported"
        " RETURNING id");
    query_bind_s(q, ":name", str_of(feed->name));
    query_bind_s(q, ":format", str_of(feed->format));
    query_bind_i(q, ":now", now_us);
    if (query_step(q))
        *row = query_i(q, 0);
    return query_done(q, err);
}

/* A feed without old pages has none but new entries, which are made known meanwhile. */
static bool merge_and_announce(struct import *in, struct err *err)
{
    const struct radix_item *entries = in->list->entries;
    bool whole = in->page_count == 0;
    if (whole &&
        !indicator_filling_begin(&in->filling, in->s, entries, in->list->count, in->out.feed, err))
        return false;
    return merge(in, err) &&
           (whole || indicator_filling_begin(&in->filling, in->s, entries, in->fresh, 0, err));
}

static bool import_all(struct import *in, struct err *err)
{
    int64_t row = 0;
    if (!put_feed(in->s, in->feed, in->now_us, &row, err) ||
        !claims_load(&in->claims, in->s, row, str_of(in->feed->name), err))
        return false;
    in->out = (struct page_writer){.s = in->s, .feed = row};
    if (!take_feed(in, err) || !find_pages(in, err) || !merge_and_announce(in, err) ||
        !claims_save(&in->claims, err) || !indicator_filling_end(&in->filling, err) ||
        !store_indicator_fingerprint_add(in->s, in->hash_change, err))
        return false;
    in->change.added = (int64_t)in->fresh;
    return true;
}

static bool import_at_once(struct import *in, struct err *err)
{
    if (!store_begin(in->s, err))
        return false;
    if (import_all(in, err))
        return store_commit(in->s, err);
    store_rollback(in->s);
    return false;
}

/* An import goes through its pages once, in order: those behind it need not stay in memory. */
#define FEW_PAGES  "PRAGMA cache_size = -1024"
#define MANY_PAGES "PRAGMA cache_size = -" STORE_CACHE_KIB

bool store_feed_import(
    struct store *s, struct feed *feed, int64_t now_us, struct feed_change *change, struct err *err)
{
    struct import in = {.s = s, .feed = feed, .list = &feed->list, .now_us = now_us};
    bool done = store_script(s, "cache", FEW_PAGES, err) && import_at_once(&in, err);
    store_script(s, "cache", MANY_PAGES, NULL);
    if (done)
        *change = in.change;
    indicator_filling_done(&in.filling);
    page_writer_done(&in.out);
    claims_done(&in.claims);
    free(in.pages);
    return done;
}
