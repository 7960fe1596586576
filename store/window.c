/* Functions for the correlation queries: what a sliding window cannot say in plain SQL.
 *
 *   count_distinct(x)          distinct values that are not NULL
 *   top_share(x)               percent of the rows that hold the commonest value
 *   busy_share(a, b, busy)     of the distinct pairs (a, b), the percent whose a has at least `busy`
 *                              distinct b
 *
 * Each keeps counts that grow and shrink with the frame: constant time a row. And one to be asked
 * before, over rows in order of t, so that few rows are put into windows at all:
 *
 *   reaches(t, window, rows)   1 where so many rows lie within one window, first and last less than
 *                              `window` apart; else 0. More than 65536 rows are not asked for */
#include "store/counts.h"
#include "store/internal.h"

#include <stdlib.h>

/* ------------------------------------------------------------------ count_distinct(x) */

struct distinct {
    struct counts values;
    int64_t count;
};

static void distinct_move(sqlite3_context *ctx, sqlite3_value **argv, int64_t delta)
{
    struct distinct *d = sqlite3_aggregate_context(ctx, sizeof *d);
    if (!d || sqlite3_value_type(argv[0]) == SQLITE_NULL)
        return;
    int64_t now = counts_add(&d->values, sqlite3_value_int64(argv[0]), delta);
    if (now < 0)
        sqlite3_result_error_nomem(ctx);
    else if (delta > 0 ? now == 1 : now == 0)
        d->count += delta;
}

static void distinct_value(sqlite3_context *ctx)
{
    const struct distinct *d = sqlite3_aggregate_context(ctx, 0);
    sqlite3_result_int64(ctx, d ? d->count : 0);
}

static void distinct_final(sqlite3_context *ctx)
{
    distinct_value(ctx);
    struct distinct *d = sqlite3_aggregate_context(ctx, 0);
    if (d)
        counts_done(&d->values);
}

/* ------------------------------------------------------------------ top_share(x) */

struct top {
    struct counts values;  /* value -> rows */
    struct counts heights; /* rows -> values that have so many */
    int64_t rows, highest;
};

static void top_move(sqlite3_context *ctx, sqlite3_value **argv, int64_t delta)
{
    struct top *t = sqlite3_aggregate_context(ctx, sizeof *t);
    if (!t)
        return;
    int64_t now = counts_add(&t->values, sqlite3_value_int64(argv[0]), delta);
    bool memory = now >= 0;
    if (memory && now - delta > 0)
        memory = counts_add(&t->heights, now - delta, -1) >= 0;
    if (memory && now > 0)
        memory = counts_add(&t->heights, now, 1) >= 0;
    if (!memory) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    t->rows += delta;
    if (now > t->highest)
        t->highest = now;
    while (t->highest > 0 && counts_add(&t->heights, t->highest, 0) == 0)
        t->highest--;
}

static void top_value(sqlite3_context *ctx)
{
    const struct top *t = sqlite3_aggregate_context(ctx, 0);
    sqlite3_result_double(ctx, t && t->rows ? 100.0 * (double)t->highest / (double)t->rows : 0.0);
}

static void top_final(sqlite3_context *ctx)
{
    top_value(ctx);
    struct top *t = sqlite3_aggregate_context(ctx, 0);
    if (t) {
        counts_done(&t->values);
        counts_done(&t->heights);
    }
}

/* ------------------------------------------------------------------ busy_share(a, b, busy) */

struct busy {
    struct counts pairs, widths; /* (a, b) -> rows; a -> distinct b */
    int64_t all, on_busy;        /* distinct pairs; of these, those whose a is busy */
};

/* a has at most 24 bits (port and protocol), an address id at most 40. */
static int64_t pair_key(int64_t a, int64_t b)
{
    return (int64_t)(((uint64_t)b << 24) ^ ((uint64_t)a & 0xffffff));
}

static void busy_move(sqlite3_context *ctx, sqlite3_value **argv, int64_t delta)
{
    struct busy *s = sqlite3_aggregate_context(ctx, sizeof *s);
    if (!s)
        return;
    int64_t a = sqlite3_value_int64(argv[0]), bar = sqlite3_value_int64(argv[2]);
    int64_t rows = counts_add(&s->pairs, pair_key(a, sqlite3_value_int64(argv[1])), delta);
    if (rows < 0) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    if (delta > 0 ? rows != 1 : rows != 0)
        return; /* the pair was, or is still, in the frame */
    int64_t width = counts_add(&s->widths, a, delta);
    if (width < 0) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    s->all += delta;
    int64_t wider = delta > 0 ? width : width + 1; /* with this pair in the frame */
    if (wider == bar)
        s->on_busy += delta * bar;
    else if (wider > bar)
        s->on_busy += delta;
}

static void busy_value(sqlite3_context *ctx)
{
    const struct busy *s = sqlite3_aggregate_context(ctx, 0);
    sqlite3_result_double(ctx, s && s->all ? 100.0 * (double)s->on_busy / (double)s->all : 0.0);
}

static void busy_final(sqlite3_context *ctx)
{
    busy_value(ctx);
    struct busy *s = sqlite3_aggregate_context(ctx, 0);
    if (s) {
        counts_done(&s->pairs);
        counts_done(&s->widths);
    }
}

/* ------------------------------------------------------------------ reaches(t, window, rows) */

#define REACHES_ROWS_MAX 65536

struct reaches {
    int64_t *times; /* of the last `rows` rows, each where the one before it of the window stood */
    int64_t rows, next;
    bool full, yes;
};

static bool reaches_begin(struct reaches *r, int64_t rows)
{
    r->rows = rows < 1 ? 1 : rows > REACHES_ROWS_MAX ? REACHES_ROWS_MAX : rows;
    r->times = malloc((size_t)r->rows * sizeof *r->times);
    return r->times != NULL;
}

static void reaches_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    struct reaches *r = sqlite3_aggregate_context(ctx, sizeof *r);
    if (!r || r->yes)
        return;
    if (!r->times && !reaches_begin(r, sqlite3_value_int64(argv[2]))) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    int64_t t = sqlite3_value_int64(argv[0]);
    r->times[r->next] = t;
    r->next = (r->next + 1) % r->rows;
    r->full = r->full || r->next == 0;
    r->yes = r->full && t - r->times[r->next] < sqlite3_value_int64(argv[1]);
}

static void reaches_final(sqlite3_context *ctx)
{
    struct reaches *r = sqlite3_aggregate_context(ctx, 0);
    sqlite3_result_int(ctx, r && r->yes);
    if (r)
        free(r->times);
}

/* ------------------------------------------------------------------ registered */

static const struct moving {
    const char *name;
    int arguments;
    void (*move)(sqlite3_context *ctx, sqlite3_value **argv, int64_t delta);
    void (*value)(sqlite3_context *ctx);
    void (*final)(sqlite3_context *ctx);
} functions[] = {
    {"count_distinct", 1, distinct_move, distinct_value, distinct_final},
    {"top_share", 1, top_move, top_value, top_final},
    {"busy_share", 3, busy_move, busy_value, busy_final},
};

/* A row comes into the frame, … */
static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    ((const struct moving *)sqlite3_user_data(ctx))->move(ctx, argv, 1);
}

/* … and a row leaves it. */
static void inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    ((const struct moving *)sqlite3_user_data(ctx))->move(ctx, argv, -1);
}

bool store_window_functions(struct store *s, struct err *err)
{
    sqlite3 *db = s->db;
    bool done = store_fan_window(s) && store_attempt_function(s);
    for (size_t i = 0; done && i < sizeof functions / sizeof *functions; i++) {
        const struct moving *f = &functions[i];
        done = sqlite3_create_window_function(db, f->name, f->arguments,
                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, (void *)f, step, f->final, f->value, inverse,
                   NULL) == SQLITE_OK;
    }
    done = done && sqlite3_create_function_v2(db, "reaches", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                       NULL, NULL, reaches_step, reaches_final, NULL) == SQLITE_OK;
    return done || err_set(err, ERR_INTERNAL, "window functions: %s", sqlite3_errmsg(db));
}
