/* The keys of all indicators as a filter of a few megabytes at most, beside the table: what is in no
 * feed, which is nearly everything, is known without a question to the table. */
#include "store/indicator_filter.h"

#include "store/indicator.h"
#include "store/indicator_page.h"
#include "store/internal.h"

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

static void add_keys(struct indicator_filling *f)
{
    bool forms[256] = {false};
    for (size_t i = 0, some; i < f->count; i += some) {
        uint64_t keys[BLOOM_MANY];
        for (some = 0; some < BLOOM_MANY && i + some < f->count; some++) {
            keys[some] = (uint64_t)f->entries[i + some].key;
            forms[keys[some] & 0xFF] = true;
        }
        bloom_add_many(&f->filter, keys, some);
    }
    for (unsigned form = 0; form < 256; form++)
        if (forms[form])
            bloom_add(&f->filter, form);
}

static void *fill(void *filling)
{
    add_keys(filling);
    return NULL;
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

/* A larger filter of all that is stored, but for one feed, with room for the new keys. */
static bool start_anew(struct indicator_filling *f, int64_t but_feed, struct err *err)
{
    struct bloom larger;
    int64_t stored;
    bool done = true;
    if (!count_stored(f->s, &stored, err))
        return false;
    f->keys = stored + (int64_t)f->count;
    if (!bloom_init(&larger, bloom_size((uint64_t)f->keys)))
        return err_nomem(err);
    bloom_done(&f->filter);
    f->filter = larger;
    struct query *q = store_query(f->s, "other feeds", "SELECT id FROM feed WHERE id <> :but");
    query_bind_i(q, ":but", but_feed);
    while (done && query_step(q))
        done = page_each(f->s, query_i(q, 0), add_stored, &f->filter, err);
    return query_done(q, done ? err : NULL) && done;
}

#define MANY_KEYS 50000 /* take longer than a thread to begin */

bool indicator_filling_begin(struct indicator_filling *f, struct store *s,
    const struct radix_item *entries, size_t count, int64_t whole_feed, struct err *err)
{
    *f = (struct indicator_filling){.s = s, .entries = entries, .count = count};
    if (count == 0)
        return true;
    if (!read_filter(s, &f->filter, &f->keys, err))
        return false;
    f->keys += (int64_t)count;
    if ((uint64_t)f->keys > bloom_room(f->filter.size) && !start_anew(f, whole_feed, err))
        return false;
    f->threaded = count >= MANY_KEYS && pthread_create(&f->thread, NULL, fill, f) == 0;
    if (!f->threaded)
        add_keys(f);
    return true;
}

static void wait_for(struct indicator_filling *f)
{
    if (f->threaded)
        pthread_join(f->thread, NULL);
    f->threaded = false;
}

bool indicator_filling_end(struct indicator_filling *f, struct err *err)
{
    wait_for(f);
    return f->count == 0 || write_filter(f->s, &f->filter, f->keys, err);
}

void indicator_filling_done(struct indicator_filling *f)
{
    wait_for(f);
    bloom_done(&f->filter);
}
