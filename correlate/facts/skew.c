/* Samples of tuples by day and sensor, and the difference of clocks that they show. */
#include "correlate/facts/skew.h"

#include "store/query.h"
#include "store/rows.h"
#include "util/order.h"
#include "util/timefmt.h"

#include <stdlib.h>
#include <string.h>

#define DAYS_OPEN 64 /* days of a sensor in memory at once */

/* One row of table `skew_sample`. */
struct sample {
    int64_t day, tuple, t0, ident;
    uint8_t sensor, often;
};

/* The lowest tuples of one day and sensor: a heap, the highest first. */
struct day {
    bool open, changed;
    int sensor, count;
    int64_t day;
    struct sample list[SKEW_SAMPLE];
};

struct skew {
    struct store *store;
    struct day *days;   /* DAYS_OPEN, by day and sensor */
    struct day *newest; /* the one that was asked for last */
};

static const struct row_column sample_columns[] = {
    ROW_AT(ROW_I64, sample, day),
    ROW_AT(ROW_U8, sample, sensor),
    ROW_AT(ROW_I64, sample, tuple),
    ROW_AT(ROW_I64, sample, t0),
    ROW_AT(ROW_I64, sample, ident),
    ROW_AT(ROW_U8, sample, often),
};

static const struct row_shape sample_rows = ROW_SHAPE("new_skew_sample", sample, sample_columns);

static const char fresh_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS sampled_day (day INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS changed_skew (day INTEGER PRIMARY KEY);"
    "DELETE FROM sampled_day; DELETE FROM changed_skew;";

struct skew *skew_new(struct store *s, struct err *err)
{
    struct skew *k = calloc(1, sizeof *k);
    if (k) {
        k->store = s;
        k->days = calloc(DAYS_OPEN, sizeof *k->days);
    }
    if ((k && k->days) || err_nomem(err))
        if (store_rows_define(s, &sample_rows, err) &&
            store_script(s, "days of samples", fresh_tables, err))
            return k;
    skew_free(k);
    return NULL;
}

void skew_free(struct skew *k)
{
    if (k)
        free(k->days);
    free(k);
}

/* ------------------------------------------------------------------ the heap */

static bool higher(const struct sample *a, const struct sample *b)
{
    return (uint64_t)a->tuple > (uint64_t)b->tuple;
}

static void swap(struct sample *a, struct sample *b)
{
    struct sample kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_up(struct day *d, int at)
{
    for (; at > 0 && higher(&d->list[at], &d->list[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&d->list[at], &d->list[(at - 1) / 2]);
}

static void sift_down(struct day *d)
{
    for (int at = 0, child; (child = 2 * at + 1) < d->count; at = child) {
        if (child + 1 < d->count && higher(&d->list[child + 1], &d->list[child]))
            child++;
        if (!higher(&d->list[child], &d->list[at]))
            return;
        swap(&d->list[at], &d->list[child]);
    }
}

/* What once fell out of the sample never comes back, so that each tuple in it was counted from its
 * first connection on. The same record again is no other connection; of several the least is kept. */
static void add(struct day *d, const struct sample *s)
{
    if (d->count == SKEW_SAMPLE && higher(s, &d->list[0]))
        return;
    for (int i = 0; i < d->count; i++) {
        struct sample *known = &d->list[i];
        if (known->tuple != s->tuple)
            continue;
        bool same = known->t0 == s->t0 && known->ident == s->ident;
        bool less = s->t0 < known->t0 || (s->t0 == known->t0 && s->ident < known->ident);
        d->changed |= !same && (less || !known->often);
        uint8_t often = known->often | s->often | !same;
        if (less)
            *known = *s;
        known->often = often;
        return;
    }
    d->changed = true;
    if (d->count == SKEW_SAMPLE) {
        d->list[0] = *s;
        sift_down(d);
    } else {
        d->list[d->count++] = *s;
        sift_up(d, d->count - 1);
    }
}

/* ------------------------------------------------------------------ days */

static bool load(struct skew *k, struct day *d, int64_t day, int sensor, struct err *err)
{
    *d = (struct day){.open = true, .day = day, .sensor = sensor};
    struct query *q = store_query(k->store, "sample of a day",
        "SELECT tuple, t0, ident, often FROM skew_sample WHERE day = :day AND sensor = :sensor");
    query_bind_i(q, ":day", day);
    query_bind_i(q, ":sensor", sensor);
    while (query_step(q))
        add(d, &(struct sample){day, query_i(q, 0), query_i(q, 1), query_i(q, 2), (uint8_t)sensor,
                   query_i(q, 3) != 0});
    d->changed = false;
    return query_done(q, err);
}

/* The stored sample gives way to the one in memory. */
static bool save(struct skew *k, struct day *d, struct err *err)
{
    if (!d->open || !d->changed)
        return true;
    struct query *q = store_query(
        k->store, "forget sample", "DELETE FROM skew_sample WHERE day = :day AND sensor = :sensor");
    query_bind_i(q, ":day", d->day);
    query_bind_i(q, ":sensor", d->sensor);
    query_step(q);
    if (!query_done(q, err))
        return false;
    store_rows_point(k->store, &sample_rows, d->list, (size_t)d->count);
    bool done =
        store_do(k->store, "sample",
            "INSERT INTO skew_sample (day, sensor, tuple, t0, ident, often) "
            "SELECT * FROM new_skew_sample",
            err) &&
        store_do(k->store, "sampled day",
            "INSERT OR IGNORE INTO sampled_day SELECT day FROM new_skew_sample LIMIT 1", err);
    store_rows_point(k->store, &sample_rows, NULL, 0);
    d->changed = false;
    return done;
}

bool skew_see(
    struct skew *k, int sensor, uint64_t tuple, int64_t t0, int64_t ident, struct err *err)
{
    struct day *d = k->newest;
    int64_t day = time_day(t0);
    if (!d || d->day != day || d->sensor != sensor) {
        d = &k->days[((uint64_t)day * 2 + (sensor == 1)) % DAYS_OPEN];
        if ((!d->open || d->day != day || d->sensor != sensor) &&
            (!save(k, d, err) || !load(k, d, day, sensor, err)))
            return false;
        k->newest = d;
    }
    add(d, &(struct sample){day, (int64_t)tuple, t0, ident, (uint8_t)sensor, 0});
    return true;
}

/* ------------------------------------------------------------------ the difference */

/* Each tuple that both saw once; :day. */
static const char pairs_of_day[] =
    "SELECT s.t0 - z.t0 FROM skew_sample AS z CROSS JOIN skew_sample AS s "
    "ON s.day = z.day AND s.sensor = 2 AND s.tuple = z.tuple "
    "WHERE z.day = :day AND z.sensor = 1 AND z.often = 0 AND s.often = 0 "
    "AND s.t0 - z.t0 BETWEEN -:most AND :most";

static int64_t median(int64_t *list, int count)
{
    qsort(list, (size_t)count, sizeof *list, order_i64);
    return count == 0       ? 0
           : count % 2 == 1 ? list[count / 2]
                            : (list[count / 2 - 1] + list[count / 2]) / 2;
}

static int64_t rounded(int64_t us)
{
    int64_t half = us < 0 ? -SKEW_STEP_US / 2 : SKEW_STEP_US / 2;
    return (us + half) / SKEW_STEP_US * SKEW_STEP_US;
}

static bool reckon(struct skew *k, int64_t day, struct err *err)
{
    int64_t list[SKEW_SAMPLE], before;
    int count = 0;
    struct query *q = store_query(k->store, "pairs of a day", pairs_of_day);
    query_bind_i(q, ":day", day);
    query_bind_i(q, ":most", SKEW_MAX_US);
    while (count < SKEW_SAMPLE && query_step(q))
        list[count++] = query_i(q, 0);
    if (!query_done(q, err) || !skew_of_day(k->store, day, &before, err))
        return false;
    int64_t measured = median(list, count);
    int64_t skew_us = count >= SKEW_PAIRS_MIN ? rounded(measured) : 0;
    q = store_query(k->store, "skew",
        "INSERT OR REPLACE INTO skew (day, skew, median, pairs) "
        "VALUES (:day, :skew, :median, :pairs)");
    query_bind_i(q, ":day", day);
    query_bind_i(q, ":skew", skew_us);
    query_bind_i(q, ":median", measured);
    query_bind_i(q, ":pairs", count);
    query_step(q);
    if (!query_done(q, err) || skew_us == before)
        return query_done(q, err);
    q = store_query(
        k->store, "changed skew", "INSERT OR IGNORE INTO changed_skew (day) VALUES (:day)");
    query_bind_i(q, ":day", day);
    query_step(q);
    return query_done(q, err);
}

bool skew_of_day(struct store *s, int64_t day, int64_t *skew_us, struct err *err)
{
    struct query *q = store_query(s, "skew of a day", "SELECT skew FROM skew WHERE day = :day");
    query_bind_i(q, ":day", day);
    *skew_us = query_step(q) ? query_i(q, 0) : 0;
    return query_done(q, err);
}

bool skew_settle(struct skew *k, struct err *err)
{
    bool done = true;
    for (int i = 0; done && i < DAYS_OPEN; i++)
        done = save(k, &k->days[i], err);
    struct query *q = store_query(k->store, "sampled days", "SELECT day FROM sampled_day");
    while (done && query_step(q))
        done = reckon(k, query_i(q, 0), err);
    return query_done(q, err) && done;
}
