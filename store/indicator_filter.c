/* The keys of all indicators as a filter of a few megabytes at most, beside the table: what is in no
 * feed, which is nearly everything, is known without a question to the table. */
#include "store/indicator.h"
#include "store/indicator_page.h"
#include "store/internal.h"
#include "util/radix.h"

#include <string.h>

bool indicator_filter_has_form(const struct bloom *filter, unsigned form)
{
    return bloom_has(filter, form);
}

/* ------------------------------------------------------------------ in the database */

/* *keys: so many were put in. */
static bool read_filter(struct store *s, struct bloom *filter, int64_t *keys, struct err *err)
{
    struct bloom read = {0};
    bool memory = true;
    *keys = 0;
    struct query *q =
        store_query(s, "filter of indicators", "SELECT keys, bits FROM indicator_filter");
    if (query_step(q)) {
        struct str bits = query_s(q, 1);
        memory = bloom_init(&read, bits.len);
        if (memory && bits.len > 0)
            memcpy(read.bits, bits.p, bits.len);
        *keys = query_i(q, 0);
    }
    if (!query_done(q, err) || (!memory && !err_nomem(err))) {
        bloom_done(&read);
        return false;
    }
    *filter = read;
    return true;
}

bool store_indicator_filter(struct store *s, struct bloom *filter, struct err *err)
{
    int64_t keys;
    return read_filter(s, filter, &keys, err);
}

static bool write_filter(struct store *s, const struct bloom *filter, int64_t keys, struct err *err)
{
    struct query *q = store_query(s, "filter of indicators",
        "INSERT OR REPLACE INTO indicator_filter (id, keys, bits) VALUES (1, :keys, :bits)");
    query_bind_i(q, ":keys", keys);
    query_bind_blob(q, ":bits", filter->bits, filter->size);
    query_step(q);
    return query_done(q, err);
}

/* The form stands for itself, too: a width that no indicator has need not be asked for. */
static void add_key(struct bloom *filter, int64_t key)
{
    bloom_add(filter, (uint64_t)key);
    bloom_add(filter, (uint64_t)key & 0xFF);
}

static void add_keys(struct bloom *filter, const struct radix_item *places, size_t count)
{
    bool forms[256] = {false};
    for (size_t i = 0, some; i < count; i += some) {
        uint64_t keys[BLOOM_MANY];
        for (some = 0; some < BLOOM_MANY && i + some < count; some++) {
            keys[some] = (uint64_t)places[i + some].key;
            forms[keys[some] & 0xFF] = true;
        }
        bloom_add_many(filter, keys, some);
    }
    for (unsigned form = 0; form < 256; form++)
        if (forms[form])
            bloom_add(filter, form);
}

static void add_stored(void *filter, const struct page_entry *e)
{
    add_key(filter, page_entry_key(e));
}

static bool count_stored(struct store *s, int64_t *keys, struct err *err)
{
    struct query *q = store_query(s, "indicators",
        "SELECT sum(entries) FROM claim /* scans claim: to make the filter anew */");
    *keys = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

/* A larger filter of all that is stored, but for one feed. */
static bool start_anew(
    struct store *s, struct bloom *filter, int64_t but_feed, int64_t *keys, struct err *err)
{
    struct bloom larger;
    bool done = true;
    if (!count_stored(s, keys, err))
        return false;
    if (!bloom_init(&larger, bloom_size((uint64_t)*keys)))
        return err_nomem(err);
    bloom_done(filter);
    *filter = larger;
    struct query *q = store_query(s, "other feeds", "SELECT id FROM feed WHERE id <> :but");
    query_bind_i(q, ":but", but_feed);
    while (done && query_step(q))
        done = page_each(s, query_i(q, 0), add_stored, filter, err);
    return query_done(q, done ? err : NULL) && done;
}

bool store_indicator_filter_add(struct store *s, const struct radix_item *places, size_t count,
    int64_t whole_feed, struct err *err)
{
    struct bloom filter = {0};
    int64_t before;
    if (count == 0)
        return true;
    bool done = read_filter(s, &filter, &before, err);
    int64_t now = before + (int64_t)count;
    if (done && (uint64_t)now > bloom_room(filter.size))
        done = start_anew(s, &filter, whole_feed, &now, err);
    if (done)
        add_keys(&filter, places, count);
    done = done && write_filter(s, &filter, now, err);
    bloom_done(&filter);
    return done;
}
