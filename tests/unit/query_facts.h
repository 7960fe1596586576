/* Small random facts for the periodic queries, what a query finds among them, and what it should. */
#pragma once

#include "correlate/catalog/queries.h"
#include "correlate/span.h"
#include "tests/unit/records.h"

#include <stdarg.h>

#define ROUNDS    150
#define FACTS_MAX 120

/* One row of any of the three fact tables; what a table does not have stays 0. */
struct fact {
    int64_t own, remote, t, ident;
    int weight, kind, internal;             /* attempts */
    int port, proto, flags;                 /* probes and contacts */
    int64_t duration, pkts, bytes, subject; /* the same */
    bool is_flow;                           /* only a flow: it came to something */
};

struct world_of_facts {
    struct store *s;
    struct chance chance;
    struct fact list[FACTS_MAX];
    int count;
    int64_t window, lo, hi; /* what is touched */
};

/* ------------------------------------------------------------------ making facts */

/* Half of them lie on a raster, so that windows are met exactly. */
static inline int64_t fact_time(struct world_of_facts *w, int64_t raster)
{
    int64_t t = chance_in(&w->chance, -20, 20) * raster;
    return chance_percent(&w->chance, 50) ? t : t + chance_in(&w->chance, -raster, raster);
}

static inline struct world_of_facts facts_new(uint64_t seed, int64_t window)
{
    struct world_of_facts w = {.s = memory_open(), .chance = {seed}, .window = window};
    w.count = (int)chance_in(&w.chance, 1, FACTS_MAX);
    for (int i = 0; i < w.count; i++)
        w.list[i] = (struct fact){.own = chance_in(&w.chance, 1, 2),
            .remote = chance_in(&w.chance, 1, 3),
            .t = fact_time(&w, window / 4),
            .ident = i + 1};
    w.lo = chance_percent(&w.chance, 50) ? -40 * window : fact_time(&w, window / 4);
    w.hi = chance_percent(&w.chance, 50) ? 40 * window : w.lo + chance_in(&w.chance, 0, window * 4);
    return w;
}

static inline void run_sql(struct store *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void run_sql(struct store *s, const char *format, ...)
{
    char sql[1000];
    struct err err = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    cr_assert(store_script(s, "test", sql, &err), "%s", err.text);
}

static inline void put_all(
    struct world_of_facts *w, void (*put)(struct store *, const struct fact *))
{
    for (int i = 0; i < w->count; i++)
        put(w->s, &w->list[i]);
    run_sql(w->s, "CREATE TEMP TABLE touched (service INTEGER, own INTEGER, remote INTEGER, "
                  "lo INTEGER, hi INTEGER)");
}

static inline void touch(struct world_of_facts *w, int64_t service, int64_t own, int64_t remote)
{
    run_sql(w->s, "INSERT INTO touched VALUES (%lld, %lld, %lld, %lld, %lld)", (long long)service,
        (long long)own, (long long)remote, (long long)w->lo, (long long)w->hi);
}

/* ------------------------------------------------------------------ answers */

struct named_value {
    const char *name;
    int64_t value;
};

/* What the query finds, as the judge takes it: inside lo..hi, what overlaps or meets as one. */
static inline struct span_list ask_query(
    struct world_of_facts *w, const char *name, const struct named_value *values)
{
    struct span_list found = {0};
    struct err err = {0};
    struct query *q = store_query(w->s, name, query_text(name));
    query_bind_zeros(q);
    for (; values->name; values++)
        query_bind_i(q, values->name, values->value);
    query_bind_i(q, ":window", w->window);
    while (query_step(q)) {
        struct span span = {{query_i(q, 0), query_i(q, 1), query_i(q, 2), query_i(q, 3)},
            query_i(q, 4), query_i(q, 5)};
        cr_expect_eq(query_i(q, 6), w->lo);
        cr_expect_eq(query_i(q, 7), w->hi);
        cr_assert(span_add_inside(&found, &span, w->lo, w->hi, &err));
    }
    cr_assert(query_done(q, &err), "%s", err.text);
    span_join(&found, 2);
    return found;
}

static inline void want(struct world_of_facts *w, struct span_list *list, struct finding_key key,
    int64_t t0, int64_t t1)
{
    struct err err = {0};
    cr_assert(span_add_inside(list, &(struct span){key, t0, t1}, w->lo, w->hi, &err));
}

/* Returns how many spans were compared. */
static inline size_t expect_spans(
    struct world_of_facts *w, struct span_list *found, struct span_list *wanted, uint64_t seed)
{
    size_t count = wanted->count;
    span_join(wanted, 2);
    cr_expect_eq(found->count, wanted->count, "seed %llu: %zu spans, not %zu",
        (unsigned long long)seed, found->count, wanted->count);
    for (size_t i = 0; i < found->count && i < wanted->count; i++) {
        const struct span *f = &found->spans[i], *e = &wanted->spans[i];
        cr_expect(finding_key_cmp(&f->key, &e->key) == 0 && f->t0 == e->t0 && f->t1 == e->t1,
            "seed %llu, span %zu: %lld/%lld %lld..%lld, not %lld/%lld %lld..%lld",
            (unsigned long long)seed, i, (long long)f->key.own, (long long)f->key.part,
            (long long)f->t0, (long long)f->t1, (long long)e->key.own, (long long)e->key.part,
            (long long)e->t0, (long long)e->t1);
    }
    span_done(found);
    span_done(wanted);
    store_close(w->s);
    return count;
}

/* ------------------------------------------------------------------ sets of numbers */

struct set {
    int64_t items[FACTS_MAX * 2];
    int count;
};

static inline void set_add(struct set *set, int64_t item)
{
    for (int i = 0; i < set->count; i++)
        if (set->items[i] == item)
            return;
    set->items[set->count++] = item;
}

static inline int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static inline bool in_window(const struct world_of_facts *w, const struct fact *f, int64_t end)
{
    return f->t <= end && f->t > end - w->window;
}
